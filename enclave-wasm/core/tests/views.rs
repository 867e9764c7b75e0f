//! Views: who may ask, on which state, and that nothing changes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use enigma_core::{
    crypto::{
        aead,
        keccak::{keccak256, keccak256_of},
        secret::Secret,
        session_keys,
        signing::{self, Signer},
    },
    ecall::EcallError,
    format::{
        associated_data::associated_data,
        bytes::KeyOwner,
        eip712,
        tag::Tag,
        task_record::TaskKind,
        view::{ViewAnswer, ViewPermit},
    },
};
use support::{
    MODULE, NOW, Value, byte_field, bytes, map,
    network::{self, NETWORK, Node, ask},
    script::{Scripted, Step, encode},
    task::{Draft, execute, output, receipt, settle, state},
};

const CONTRACT: [u8; 20] = [0xc0; 20];
const REQUEST: [u8; 32] = [5; 32];

fn owner() -> KeyOwner {
    KeyOwner {
        secret_contract: CONTRACT,
        code_hash: keccak256(&wat::parse_str(MODULE).unwrap()),
        group: CONTRACT,
    }
}

fn user() -> Signer {
    Signer::new(&Secret::take(&mut [4; 32])).ok().unwrap()
}

fn response_secret() -> Secret {
    Secret::take(&mut [6; 32])
}

/// A view as its user asks it.
fn request(key: &[u8; 32], script: &[Step], block: u64) -> Vec<(&'static str, Value)> {
    request_with_id(REQUEST, key, script, block)
}

fn request_with_id(id: [u8; 32], key: &[u8; 32], script: &[Step], block: u64) -> Vec<(&'static str, Value)> {
    let session = session_keys::client_session(&response_secret(), key).ok().unwrap();
    let context = associated_data(Tag::ViewInput, &NETWORK, &CONTRACT, &id, 0);
    let input = aead::seal_padded(&session.send, &context, &encode(script));
    signed_with_id(id, input, session_keys::public_key(&response_secret()), block)
}

fn signed(input: Vec<u8>, response_key: [u8; 32], block: u64) -> Vec<(&'static str, Value)> {
    signed_with_id(REQUEST, input, response_key, block)
}

fn signed_with_id(id: [u8; 32], input: Vec<u8>, response_key: [u8; 32], block: u64) -> Vec<(&'static str, Value)> {
    let permit = ViewPermit {
        account: *user().address(),
        secret_contract: CONTRACT,
        input_hash: keccak256_of(&[&input, &response_key]),
        epoch: 1,
        expiry_block: 100,
        request_id: id,
    };
    let signature = user().sign(&eip712::digest(&NETWORK, &permit.hash())).ok().unwrap();
    vec![
        ("secretContract", bytes(CONTRACT)),
        ("codeHash", bytes(owner().code_hash)),
        ("group", bytes(CONTRACT)),
        ("account", bytes(permit.account)),
        ("epoch", 1.into()),
        ("input", bytes(input)),
        ("responseKey", bytes(response_key)),
        ("expiryBlock", 100.into()),
        ("requestId", bytes(id)),
        ("permit", bytes(signature)),
        ("blockNumber", block.into()),
        ("timestamp", NOW.into()),
    ]
}

fn with_contract(work: impl FnOnce(&mut Node<'_, Scripted>, &Draft)) {
    let module = wat::parse_str(MODULE).unwrap();
    network::with_worker(Scripted::default(), &module, &[owner()], |worker, keys| {
        work(worker, &Draft::call(0, owner(), keys[0]));
    });
}

fn deployed(worker: &mut Node<'_, Scripted>, draft: &Draft) {
    let deployment = draft.clone().kind(TaskKind::Deploy).with(&encode(&[Step::Set(1, 5)]));
    execute(worker, &deployment);
    settle(worker, &deployment, &CONTRACT, true);
}

/// Asks; the decrypted answer and the state hash that it is signed with.
fn view(worker: &mut Node<'_, Scripted>, draft: &Draft, script: &[Step]) -> (Vec<u8>, Vec<u8>) {
    view_with_id(REQUEST, worker, draft, script)
}

fn view_with_id(id: [u8; 32], worker: &mut Node<'_, Scripted>, draft: &Draft, script: &[Step]) -> (Vec<u8>, Vec<u8>) {
    let answer = ask(
        worker,
        "view",
        &map(&request_with_id(id, &draft.public_key, script, 100)),
    )
    .unwrap();
    let output = byte_field(&answer, "output");
    let session = session_keys::client_session(&response_secret(), &draft.public_key)
        .ok()
        .unwrap();
    let context = associated_data(Tag::ViewOutput, &NETWORK, &CONTRACT, &id, 0);
    let plaintext = aead::open_padded(&session.receive, &context, &output).unwrap().to_vec();
    let tip = byte_field(&answer, "tip");
    let statement = ViewAnswer {
        request_id: id,
        secret_contract: CONTRACT,
        tip: tip.clone().try_into().unwrap(),
        block_number: 100,
        output_hash: keccak256(&output),
    };
    let digest = eip712::digest(&NETWORK, &statement.hash());
    assert!(signing::recover(&digest, &byte_field(&answer, "signature")).is_some());
    (plaintext, tip)
}

fn refusal(answer: Result<Value, EcallError>) -> String {
    answer.err().unwrap().code
}

#[test]
fn a_view_sees_the_committed_state_whatever_is_pending_and_leaves_the_pending_state_as_it_was() {
    with_contract(|worker, draft| {
        let committed = Step::Get(1);
        let refused = ask(worker, "view", &map(&request(&draft.public_key, &[], 100)));
        assert_eq!(refusal(refused), "log-missing");
        deployed(worker, draft);
        let call = |nonce, script: &[Step]| Draft { nonce, ..draft.clone() }.with(&encode(script));
        let tip = byte_field(&state(worker, &CONTRACT), "tip");
        let pending = [
            call(1, &[Step::Set(1, 6), Step::Set(2, 7)]),
            call(2, &[Step::Remove(1), Step::Set(2, 8)]),
        ];
        let results = pending.each_ref().map(|task| execute(worker, task));
        let before = state(worker, &CONTRACT);
        assert_eq!(
            view(worker, draft, &[committed.clone(), Step::Get(2)]),
            (vec![0, 0, 5, 255, 255], tip)
        );
        assert_eq!(state(worker, &CONTRACT), before);
        settle(worker, &pending[0], &CONTRACT, true);
        let after_first = receipt(&results[0]).moves[0].state_after.to_vec();
        assert_eq!(
            view(worker, draft, &[committed, Step::Get(2)]),
            (vec![0, 0, 6, 0, 7], after_first)
        );
        settle(worker, &pending[1], &CONTRACT, false);
        assert_eq!(execute(worker, &pending[1]), results[1]);
    });
}

#[test]
fn a_deployment_that_is_not_committed_has_no_views() {
    with_contract(|worker, draft| {
        execute(worker, &draft.clone().kind(TaskKind::Deploy).with(&encode(&[])));
        let refused = ask(worker, "view", &map(&request(&draft.public_key, &[], 100)));
        assert_eq!(refusal(refused), "log-missing");
    });
}

#[test]
fn a_view_changes_calls_and_emits_nothing() {
    with_contract(|worker, draft| {
        deployed(worker, draft);
        for step in [
            Step::Set(1, 1),
            Step::Remove(1),
            Step::Event(1),
            Step::Private(vec![], 1),
            Step::Ethereum {
                required: false,
                data: 0,
            },
        ] {
            assert_eq!(view(worker, draft, std::slice::from_ref(&step)).0, [6, 9], "{step:?}");
        }
        let call = Step::Call(CONTRACT, vec![]);
        assert_eq!(view(worker, draft, &[call]).0, b"\x00\x0aview");
        assert_eq!(
            view(worker, draft, &[Step::Sender]).0,
            [&[0][..], user().address()].concat()
        );
        assert_eq!(view(worker, draft, &[Step::Get(1)]).0, [0, 0, 5]);
    });
}

#[test]
fn a_view_whose_request_id_is_a_tasks_record_hash_draws_other_bytes_than_the_task() {
    with_contract(|worker, draft| {
        deployed(worker, draft);
        let draws = Draft {
            nonce: 1,
            ..draft.clone()
        }
        .with(&encode(&[Step::Random]));
        let record_hash = keccak256(&draws.record.encode());
        let seen = view_with_id(record_hash, worker, draft, &[Step::Random]).0;
        let result = execute(worker, &draws);
        let drawn = output(worker, &draws, &result);
        assert_eq!((seen.len(), drawn.len(), seen[0], drawn[0]), (9, 9, 0, 0));
        assert_ne!(seen, drawn);
    });
}

#[test]
fn only_what_the_account_signed_is_answered_and_only_until_it_expires() {
    with_contract(|worker, draft| {
        deployed(worker, draft);
        let altered = |name: &str, value: Value| {
            let mut fields = request(&draft.public_key, &[], 100);
            fields
                .iter_mut()
                .filter(|(key, _)| *key == name)
                .for_each(|field| field.1 = value.clone());
            map(&fields)
        };
        for (name, value) in [
            ("account", bytes([1; 20])),
            ("input", bytes([1; 104])),
            ("responseKey", bytes([9; 32])),
            ("expiryBlock", 101.into()),
            ("requestId", bytes([1; 32])),
            ("epoch", 2.into()),
            ("permit", bytes([1; 65])),
        ] {
            assert_eq!(
                refusal(ask(worker, "view", &altered(name, value))),
                "permit-invalid",
                "{name}"
            );
        }
        let late = map(&request(&draft.public_key, &[], 101));
        assert_eq!(refusal(ask(worker, "view", &late)), "permit-expired");
        assert_eq!(
            refusal(ask(worker, "view", &altered("group", bytes([1; 20])))),
            "group-differs"
        );
        assert_eq!(
            refusal(ask(worker, "view", &altered("codeHash", bytes([1; 32])))),
            "code-hash-differs"
        );
    });
}

#[test]
fn bad_ciphertext_is_told_to_the_user_and_a_response_key_that_is_no_key_to_the_host() {
    with_contract(|worker, draft| {
        deployed(worker, draft);
        let key = session_keys::public_key(&response_secret());
        let answer = ask(worker, "view", &map(&signed(vec![1; 104], key, 100))).unwrap();
        let session = session_keys::client_session(&response_secret(), &draft.public_key)
            .ok()
            .unwrap();
        let context = associated_data(Tag::ViewOutput, &NETWORK, &CONTRACT, &REQUEST, 0);
        assert_eq!(
            *aead::open_padded(&session.receive, &context, &byte_field(&answer, "output")).unwrap(),
            [7]
        );
        let low_order = ask(worker, "view", &map(&signed(vec![1; 104], [0; 32], 100)));
        assert_eq!(refusal(low_order), "response-key-unusable");
    });
}
