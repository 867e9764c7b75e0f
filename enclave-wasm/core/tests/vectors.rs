//! The vectors of `test/vectors`, which other code made: every format and construction that the enclave shares with clients,
//! hosts and Ethereum.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use enigma_core::{
    crypto::{
        aead,
        contract_keys::{self, Purpose},
        keccak::keccak256_of,
        padding,
        random_stream::RandomStream,
        secret::Secret,
        session_keys,
        signing::{self, Signer},
    },
    format::{
        associated_data::associated_data,
        bytes::Network,
        delta::{self, Delta},
        eip712,
        ending::Ending,
        epoch::{Epoch, snapshot_hash},
        log_entry::{EntryKind, LogEntry, next_state_hash},
        receipt::{Move, Receipt, ReceiptStatus},
        selection,
        tag::Tag,
        task_record::{TaskKind, TaskRecord, task_id},
    },
};
use serde_json::Value;

/// One vector file, which must not be empty. Enclaves take chain ids of 64 bits; vectors of larger ones are for the others.
fn vectors(name: &str) -> Vec<Value> {
    let path = format!("{}/../../test/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let mut vectors: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    vectors.retain(|vector| vector["chainId"].as_str().is_none_or(|id| id.parse::<u64>().is_ok()));
    assert!(!vectors.is_empty());
    vectors
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap().strip_prefix("0x").unwrap()).unwrap()
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

fn secret(value: &Value) -> Secret {
    Secret::take_vec(bytes(value)).unwrap()
}

/// An integer as a decimal string or a JSON number.
fn integer(value: &Value) -> u64 {
    value
        .as_u64()
        .unwrap_or_else(|| value.as_str().unwrap().parse().unwrap())
}

/// A decimal string of up to 256 bits, big-endian.
fn wide(value: &Value) -> [u8; 32] {
    let mut word = [0u8; 32];
    for digit in value.as_str().unwrap().bytes() {
        let mut carry = u32::from(digit - b'0');
        for byte in word.iter_mut().rev() {
            carry += u32::from(*byte) * 10;
            *byte = carry as u8;
            carry >>= 8;
        }
    }
    word
}

fn network(vector: &Value) -> Network {
    Network {
        chain_id: integer(&vector["chainId"]),
        enigma: array(&vector["enigma"]),
    }
}

fn tag(name: &str) -> Tag {
    *Tag::ALL
        .iter()
        .find(|tag| tag.label() == format!("enigma/v1/{name}"))
        .unwrap()
}

#[test]
fn domain_tags() {
    let known = vectors("domain-tag");
    assert_eq!(known.len(), Tag::ALL.len());
    for vector in known {
        let tag = Tag::ALL.iter().find(|tag| vector["label"] == tag.label()).unwrap();
        assert_eq!(tag.hash(), array(&vector["expected"]));
    }
}

#[test]
fn associated_data_of_items() {
    for vector in vectors("associated-data") {
        let index = u32::try_from(integer(&vector["index"])).unwrap();
        let data = associated_data(
            tag(vector["tag"].as_str().unwrap()),
            &network(&vector),
            &array(&vector["secretContract"]),
            &array(&vector["taskId"]),
            index,
        );
        assert_eq!(data, bytes(&vector["expected"]), "{}", vector["name"]);
    }
}

#[test]
fn paddings() {
    for vector in vectors("padding") {
        let padded = padding::pad(&bytes(&vector["plaintext"]));
        assert_eq!(padded, bytes(&vector["expected"]), "{}", vector["name"]);
    }
    for vector in vectors("padding-refused") {
        assert!(padding::unpad(&bytes(&vector["padded"])).is_err(), "{}", vector["name"]);
    }
}

#[test]
fn sealed_messages() {
    for vector in vectors("aead") {
        let (key, data, plaintext) = (
            secret(&vector["key"]),
            bytes(&vector["associatedData"]),
            bytes(&vector["plaintext"]),
        );
        let sealed = aead::seal_padded(&key, &data, &plaintext);
        assert_eq!(sealed, bytes(&vector["expected"]["sealed"]), "{}", vector["name"]);
        assert_eq!(*aead::open_padded(&key, &data, &sealed).unwrap(), plaintext);
    }
    for vector in vectors("aead-refused") {
        let (key, data) = (secret(&vector["key"]), bytes(&vector["associatedData"]));
        assert!(
            aead::open_padded(&key, &data, &bytes(&vector["sealed"])).is_err(),
            "{}",
            vector["name"]
        );
    }
}

#[test]
fn session_keys_of_both_sides() {
    for vector in vectors("session-keys") {
        let (user, contract) = (secret(&vector["userSecretKey"]), secret(&vector["contractSecretKey"]));
        let expected = &vector["expected"];
        let (user_key, contract_key) = (array(&expected["userKey"]), array(&expected["contractKey"]));
        assert_eq!(
            (session_keys::public_key(&user), session_keys::public_key(&contract)),
            (user_key, contract_key)
        );
        let client = session_keys::client_session(&user, &contract_key).ok().unwrap();
        let server = session_keys::server_session(&session_keys::KeyPair::new(contract), &user_key)
            .ok()
            .unwrap();
        assert_eq!(
            (client.send.expose(), client.receive.expose()),
            (&array(&expected["input"]), &array(&expected["output"]))
        );
        assert!(client.send.equals(&server.receive) && client.receive.equals(&server.send));
    }
    for vector in vectors("session-keys-refused") {
        let contract = session_keys::KeyPair::new(secret(&vector["contractSecretKey"]));
        assert!(
            session_keys::server_session(&contract, &array(&vector["userKey"])).is_err(),
            "{}",
            vector["name"]
        );
    }
}

#[test]
fn x25519() {
    for vector in vectors("x25519") {
        let shared = session_keys::shared_secret(&secret(&vector["secretKey"]), &array(&vector["point"])).unwrap();
        assert_eq!(shared.expose(), &array(&vector["expected"]), "{}", vector["name"]);
    }
}

#[test]
fn contract_keys_and_epoch_seeds() {
    for vector in vectors("contract-key") {
        let purpose = match integer(&vector["purpose"]) {
            1 => Purpose::State,
            2 => Purpose::InputOutput,
            3 => Purpose::Randomness,
            other => panic!("no purpose {other}"),
        };
        let key = contract_keys::contract_key(
            &secret(&vector["masterSecret"]),
            &network(&vector),
            &array(&vector["secretContract"]),
            &array(&vector["codeHash"]),
            integer(&vector["epoch"]),
            purpose,
        );
        assert_eq!(key.expose(), &array(&vector["expected"]), "{}", vector["name"]);
    }
    for vector in vectors("epoch-seed") {
        let master = secret(&vector["masterSecret"]);
        let seed = contract_keys::epoch_seed(
            &master,
            &network(&vector),
            integer(&vector["number"]),
            &array(&vector["blockHash"]),
        );
        assert_eq!(seed, array(&vector["expected"]), "{}", vector["name"]);
    }
}

#[test]
fn random_streams() {
    for vector in vectors("random-stream") {
        let mut stream = RandomStream::new(&secret(&vector["randomnessKey"]), &array(&vector["recordHash"]));
        let length = usize::try_from(integer(&vector["length"])).unwrap();
        assert_eq!(
            stream.next(length).unwrap(),
            bytes(&vector["expected"]),
            "{}",
            vector["name"]
        );
    }
}

#[test]
fn task_ids_and_input_hashes() {
    for vector in vectors("task-id") {
        let id = task_id(&network(&vector), &array(&vector["sender"]), &wide(&vector["nonce"]));
        assert_eq!(id, array(&vector["expected"]), "{}", vector["name"]);
    }
    for vector in vectors("input-hash") {
        let hash = keccak256_of(&[&bytes(&vector["encryptedInput"]), &bytes(&vector["userKey"])]);
        assert_eq!(hash, array(&vector["expected"]), "{}", vector["name"]);
    }
}

#[test]
fn task_records() {
    for vector in vectors("task-record") {
        let fields = &vector["record"];
        let record = TaskRecord {
            sender: array(&fields["sender"]),
            nonce: wide(&fields["nonce"]),
            kind: if integer(&fields["kind"]) == 1 {
                TaskKind::Deploy
            } else {
                TaskKind::Call
            },
            secret_contract: array(&fields["secretContract"]),
            code_hash: array(&fields["codeHash"]),
            input_hash: array(&fields["inputHash"]),
            touches_hash: array(&fields["touchesHash"]),
            gas_limit: integer(&fields["gasLimit"]),
            gas_price: fields["gasPrice"].as_str().unwrap().parse().unwrap(),
            call_gas_limit: integer(&fields["callGasLimit"]),
            block_number: integer(&fields["blockNumber"]),
            timestamp: integer(&fields["timestamp"]),
            parent_hash: array(&fields["parentHash"]),
            epoch: integer(&fields["epoch"]),
            rules: u32::try_from(integer(&fields["rules"])).unwrap(),
        };
        let encoded = bytes(&vector["expected"]["encoded"]);
        assert_eq!(record.encode(), encoded, "{}", vector["name"]);
        assert_eq!(TaskRecord::decode(&encoded).unwrap(), record);
        assert_eq!(record.hash(), array(&vector["expected"]["hash"]));
    }
}

#[test]
fn receipts() {
    for vector in vectors("receipt") {
        let (fields, expected) = (&vector["receipt"], &vector["expected"]);
        let one = |fields: &Value| Move {
            secret_contract: array(&fields["secretContract"]),
            state_before: array(&fields["stateBefore"]),
            state_after: array(&fields["stateAfter"]),
        };
        let receipt = Receipt {
            task_id: array(&fields["taskId"]),
            record_hash: array(&fields["recordHash"]),
            epoch: integer(&fields["epoch"]),
            moves: fields["moves"].as_array().unwrap().iter().map(one).collect(),
            output_hash: array(&fields["outputHash"]),
            gas_used: integer(&fields["gasUsed"]),
            effects_hash: array(&fields["effectsHash"]),
            status: if integer(&fields["status"]) == 1 {
                ReceiptStatus::Committed
            } else {
                ReceiptStatus::Failed
            },
        };
        let encoded = bytes(&expected["encoded"]);
        assert_eq!(receipt.encode(), encoded, "{}", vector["name"]);
        assert_eq!(Receipt::decode(&encoded).unwrap(), receipt);
        assert_eq!(receipt.hash(), array(&expected["hash"]));
        check_signature(&vector, receipt.digest(&network(&vector)));
    }
}

#[test]
fn epochs() {
    for vector in vectors("epoch") {
        let fields = &vector["epoch"];
        let epoch = Epoch {
            number: integer(&fields["number"]),
            seed: array(&fields["seed"]),
            snapshot_hash: array(&fields["snapshotHash"]),
            snapshot_block: integer(&fields["snapshotBlock"]),
            snapshot_block_hash: array(&fields["snapshotBlockHash"]),
            first_block: integer(&fields["firstBlock"]),
        };
        assert_eq!(epoch.hash(), array(&vector["expected"]["hash"]), "{}", vector["name"]);
        check_signature(&vector, eip712::digest(&network(&vector), &epoch.hash()));
    }
}

#[test]
fn contract_key_certificates() {
    for vector in vectors("contract-key-certificate") {
        let fields = &vector["contractKey"];
        let hash = eip712::contract_key_hash(
            &array(&fields["secretContract"]),
            &array(&fields["codeHash"]),
            integer(&fields["epoch"]),
            &array(&fields["publicKey"]),
        );
        assert_eq!(hash, array(&vector["expected"]["hash"]), "{}", vector["name"]);
        check_signature(&vector, eip712::digest(&network(&vector), &hash));
    }
}

/// The digest, and the very signature: nonces are deterministic (RFC 6979).
fn check_signature(vector: &Value, digest: [u8; 32]) {
    let expected = &vector["expected"];
    assert_eq!(digest, array(&expected["digest"]), "{}", vector["name"]);
    let signer = Signer::new(&secret(&vector["secretKey"])).ok().unwrap();
    assert_eq!(signer.address(), &array(&expected["signer"]));
    assert_eq!(
        signer.sign(&digest).unwrap(),
        array(&expected["signature"]),
        "{}",
        vector["name"]
    );
    assert_eq!(
        signing::recover(&digest, &bytes(&expected["signature"])),
        Some(*signer.address())
    );
}

#[test]
fn signatures_of_others() {
    for vector in vectors("recover-signer") {
        let signer = signing::recover(&array(&vector["digest"]), &bytes(&vector["signature"]));
        assert_eq!(signer, Some(array(&vector["expected"])), "{}", vector["name"]);
    }
}

#[test]
fn snapshots_and_selections() {
    for vector in vectors("snapshot") {
        let workers = workers(&vector);
        let hash = snapshot_hash(workers.iter().map(|(address, stake)| (address, stake)));
        assert_eq!(hash, array(&vector["expected"]), "{}", vector["name"]);
    }
    for vector in vectors("selection") {
        let workers = workers(&vector);
        let stakes: Vec<[u8; 32]> = workers.iter().map(|(_, stake)| *stake).collect();
        let selected = selection::select(&array(&vector["seed"]), &array(&vector["group"]), &stakes);
        let selected = selected.map(|index| format!("0x{}", hex::encode(workers[index].0)));
        assert_eq!(selected.as_deref(), vector["expected"].as_str(), "{}", vector["name"]);
    }
}

fn workers(vector: &Value) -> Vec<([u8; 20], [u8; 32])> {
    let worker = |fields: &Value| (array(&fields["address"]), wide(&fields["cumulativeStake"]));
    vector["workers"].as_array().unwrap().iter().map(worker).collect()
}

#[test]
fn log_entries() {
    for vector in vectors("log-entry") {
        let entry = LogEntry {
            index: integer(&vector["index"]),
            kind: if integer(&vector["kind"]) == 1 {
                EntryKind::Delta
            } else {
                EntryKind::Checkpoint
            },
            task_id: array(&vector["taskId"]),
            epoch: integer(&vector["epoch"]),
            ciphertext: bytes(&vector["ciphertext"]),
        };
        assert_eq!(
            entry.hash(),
            array(&vector["expected"]["entryHash"]),
            "{}",
            vector["name"]
        );
        let after = next_state_hash(&array(&vector["stateBefore"]), &entry);
        assert_eq!(after, array(&vector["expected"]["stateHash"]), "{}", vector["name"]);
    }
}

#[test]
fn deltas() {
    for vector in vectors("delta") {
        let change = |change: &Value| {
            (
                bytes(&change["key"]),
                change["value"].as_str().map(|_| bytes(&change["value"])),
            )
        };
        let changes: Delta = vector["changes"].as_array().unwrap().iter().map(change).collect();
        let encoded = bytes(&vector["expected"]);
        assert_eq!(delta::encode(&changes).unwrap(), encoded, "{}", vector["name"]);
        assert_eq!(delta::decode(&encoded).unwrap(), changes);
    }
}

#[test]
fn endings() {
    const TRAPS: [&str; 8] = [
        "unreachable",
        "memory-out-of-bounds",
        "divide-by-zero",
        "integer-overflow",
        "table-out-of-bounds",
        "indirect-call-mismatch",
        "host-argument",
        "host-reentry",
    ];
    for vector in vectors("ending") {
        let fields = &vector["ending"];
        let ending = match fields["name"].as_str().unwrap() {
            "returned" => Ending::Returned(bytes(&fields["result"])),
            "reverted" => Ending::Reverted(bytes(&fields["data"])),
            "panicked" => Ending::Panicked(fields["message"].as_str().unwrap().into()),
            "out-of-gas" => Ending::OutOfGas,
            "out-of-memory" => Ending::OutOfMemory,
            "stack-overflow" => Ending::StackOverflow,
            "trapped" => {
                let trap = TRAPS.iter().position(|trap| *trap == fields["trap"]).unwrap();
                let code = enigma_metering::TrapCode::from_code(TRAPS[trap]).unwrap();
                Ending::Trapped(enigma_core::format::ending::trap_byte(code))
            }
            "bad-ciphertext" => Ending::BadCiphertext,
            "module-refused" => Ending::ModuleRefused(fields["rule"].as_str().unwrap().into()),
            other => panic!("no ending {other}"),
        };
        assert_eq!(
            ending.plaintext().unwrap(),
            bytes(&vector["expected"]),
            "{}",
            vector["name"]
        );
    }
    assert_eq!(Ending::UnusableKey.plaintext(), None);
}
