//! The vectors of `test/vectors` about groups, effects, events and views, which other code made.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod vector_file;

use enigma_core::{
    crypto::{
        aead,
        keccak::{keccak256, keccak256_of},
        session_keys::{self, KeyPair},
    },
    format::{
        associated_data::associated_data,
        bytes::{Address, Hash},
        callback::callback,
        effect::{Effect, EffectKind, effects_hash},
        eip712,
        ending::Ending,
        event::{PrivateEvent, TO_USER},
        tag::Tag,
        task_record::{TaskKind, TaskRecord},
        touches::touches_hash,
        view::{ViewAnswer, ViewPermit},
    },
};
use serde_json::Value;
use vector_file::{array, bytes, check_signature, integer, network, secret, vectors, wide};

fn effect(fields: &Value) -> Effect {
    Effect {
        kind: match integer(&fields["kind"]) {
            1 => EffectKind::RequiredCall,
            2 => EffectKind::BestEffortCall,
            _ => EffectKind::Event,
        },
        source: array(&fields["source"]),
        target: array(&fields["target"]),
        value: wide(&fields["value"]),
        data: bytes(&fields["data"]),
    }
}

fn list<T>(values: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    values.as_array().unwrap().iter().map(read).collect()
}

#[test]
fn effects() {
    for vector in vectors("effects-hash") {
        let (effects, expected) = (list(&vector["effects"], effect), &vector["expected"]);
        let hashes: Vec<Hash> = effects.iter().map(Effect::hash).collect();
        assert_eq!(hashes, list(&expected["hashes"], array), "{}", vector["name"]);
        assert_eq!(
            effects_hash(&effects),
            array(&expected["effectsHash"]),
            "{}",
            vector["name"]
        );
    }
}

#[test]
fn touched_contracts() {
    for vector in vectors("touches-hash") {
        let touches: Vec<Address> = list(&vector["touches"], array);
        assert_eq!(
            touches_hash(&[0; 20], &touches),
            Some(array(&vector["expected"])),
            "{}",
            vector["name"]
        );
    }
    for vector in vectors("touches-refused") {
        let touches: Vec<Address> = list(&vector["touches"], array);
        assert_eq!(
            touches_hash(&array(&vector["called"]), &touches),
            None,
            "{}",
            vector["name"]
        );
    }
}

#[test]
fn callbacks_of_ordered_calls() {
    for vector in vectors("result-callback") {
        let record = TaskRecord {
            sender: array(&vector["sender"]),
            nonce: [0; 32],
            kind: TaskKind::OrderedCall,
            secret_contract: array(&vector["secretContract"]),
            code_hash: [0; 32],
            input_hash: [0; 32],
            touches_hash: [0; 32],
            gas_limit: 0,
            gas_price: 0,
            call_gas_limit: 0,
            block_number: 0,
            timestamp: 0,
            parent_hash: [0; 32],
            epoch: 0,
            rules: 1,
        };
        let payload = bytes(&vector["payload"]);
        let ending = match integer(&vector["ending"]) {
            0 => Ending::Returned(payload),
            1 => Ending::Reverted(payload),
            3 => Ending::OutOfGas,
            other => panic!("no ending {other}"),
        };
        let made = callback(&record, &array(&vector["taskId"]), &ending);
        assert_eq!(made, effect(&vector["expected"]), "{}", vector["name"]);
    }
}

#[test]
fn private_events() {
    for vector in vectors("private-event") {
        let (network, expected) = (network(&vector), &vector["expected"]);
        let (source, task_id) = (array(&vector["secretContract"]), array(&vector["taskId"]));
        let contract = KeyPair::new(secret(&vector["contractSecretKey"]));
        let session = session_keys::server_session(&contract, &array(&expected["recipientKey"]));
        let recipient: Hash = array(&vector["recipient"]);
        assert!(recipient == TO_USER || recipient == array::<32>(&expected["recipientKey"]));
        let event = PrivateEvent {
            network: &network,
            source: &source,
            task_id: &task_id,
            epoch: integer(&vector["epoch"]),
            recipient: &recipient,
            index: u32::try_from(integer(&vector["index"])).unwrap(),
        };
        let plaintext = [bytes(&vector["topic"]), bytes(&vector["args"])].concat();
        let made = event.seal(&session.ok().unwrap().send, &plaintext);
        let topics: Vec<Hash> = list(&expected["topics"], array);
        let data = [topics.concat(), bytes(&expected["data"])].concat();
        assert_eq!((made.source, made.data), (source, data), "{}", vector["name"]);
        assert_eq!((made.kind, made.value[31]), (EffectKind::Event, 3));
    }
}

#[test]
fn permits_and_answers_of_views() {
    for vector in vectors("view-permit") {
        let fields = &vector["permit"];
        let permit = ViewPermit {
            account: array(&fields["account"]),
            secret_contract: array(&fields["secretContract"]),
            input_hash: array(&fields["inputHash"]),
            epoch: integer(&fields["epoch"]),
            expiry_block: integer(&fields["expiryBlock"]),
            request_id: array(&fields["requestId"]),
        };
        assert_eq!(permit.hash(), array(&vector["expected"]["hash"]), "{}", vector["name"]);
        check_signature(&vector, eip712::digest(&network(&vector), &permit.hash()));
    }
    for vector in vectors("view-answer") {
        let fields = &vector["answer"];
        let answer = ViewAnswer {
            request_id: array(&fields["requestId"]),
            secret_contract: array(&fields["secretContract"]),
            tip: array(&fields["tip"]),
            block_number: integer(&fields["blockNumber"]),
            output_hash: array(&fields["outputHash"]),
        };
        assert_eq!(answer.hash(), array(&vector["expected"]["hash"]), "{}", vector["name"]);
        check_signature(&vector, eip712::digest(&network(&vector), &answer.hash()));
    }
}

#[test]
fn encryption_of_views() {
    for vector in vectors("view-encryption") {
        let (network, expected) = (network(&vector), &vector["expected"]);
        let (contract, request) = (array(&vector["secretContract"]), array(&vector["requestId"]));
        let io = KeyPair::new(secret(&vector["contractSecretKey"]));
        let session = session_keys::server_session(&io, &array(&expected["responseKey"]))
            .ok()
            .unwrap();
        let item = |tag| associated_data(tag, &network, &contract, &request, 0);
        let input = bytes(&expected["input"]);
        let hash = keccak256_of(&[&input, &bytes(&expected["responseKey"])]);
        assert_eq!(hash, array(&expected["inputHash"]), "{}", vector["name"]);
        let calldata = aead::open_padded(&session.receive, &item(Tag::ViewInput), &input).unwrap();
        assert_eq!(*calldata, bytes(&vector["calldata"]));
        let output = aead::seal_padded(&session.send, &item(Tag::ViewOutput), &bytes(&vector["answer"]));
        assert_eq!(output, bytes(&expected["output"]), "{}", vector["name"]);
        assert_eq!(keccak256(&output), array(&expected["outputHash"]));
    }
}

#[test]
fn registrations_of_workers() {
    for vector in vectors("worker-registration") {
        let fields = &vector["registration"];
        let (worker, signer) = (array(&fields["worker"]), array(&fields["signer"]));
        let hash = eip712::registration_hash(&worker, &signer, &array(&fields["encryptionKey"]));
        assert_eq!(hash, array(&vector["expected"]["hash"]), "{}", vector["name"]);
        check_signature(&vector, eip712::digest(&network(&vector), &hash));
    }
}
