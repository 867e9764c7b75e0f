//! Whatever bytes a host sends, an enclave answers and goes on.

#![allow(clippy::unwrap_used)]

mod support;

use ciborium::Value;
use enigma_core::ecall::frame::answer_frame;
use proptest::prelude::*;
use support::{Machine, bytes, call, code, enclave, initialization, map};

const ECALLS: [&str; 19] = [
    "initialize",
    "confirmSeal",
    "quote",
    "admitWorker",
    "signEpoch",
    "certifyContractKey",
    "grantContractKeys",
    "requestContractKeys",
    "acceptContractKeys",
    "loadModule",
    "loadLog",
    "executeTasks",
    "settle",
    "view",
    "signRegistration",
    "releaseOutput",
    "contractState",
    "inspect",
    "",
];

/// What a field of a request may be.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Number,
    Boolean,
    /// So many bytes.
    Bytes(usize),
    /// Any bytes.
    Blob,
    List(&'static [(&'static str, Kind)]),
}

use Kind::{Blob, Boolean, Bytes, List, Number};

const ENTRY: &[(&str, Kind)] = &[
    ("index", Number),
    ("kind", Number),
    ("taskId", Bytes(32)),
    ("epoch", Number),
    ("ciphertext", Blob),
];
const TASK: &[(&str, Kind)] = &[
    ("record", Blob),
    ("input", Blob),
    ("userKey", Bytes(32)),
    ("group", Bytes(20)),
    ("touches", List(TOUCHED)),
];
const TOUCHED: &[(&str, Kind)] = &[("secretContract", Bytes(20)), ("codeHash", Bytes(32))];
const MEMBER: &[(&str, Kind)] = &[
    ("address", Bytes(20)),
    ("signer", Bytes(20)),
    ("cumulativeStake", Bytes(32)),
];
const WANTED: &[(&str, Kind)] = &[
    ("secretContract", Bytes(20)),
    ("codeHash", Bytes(32)),
    ("group", Bytes(20)),
];

/// Requests of the right shape, whatever they say: they pass the decoder and reach the code behind it.
const REQUESTS: [(&str, &[(&str, Kind)]); 15] = [
    (
        "admitWorker",
        &[
            ("signer", Bytes(20)),
            ("encryptionKey", Bytes(32)),
            ("quote", Blob),
            ("collateral", Blob),
            ("now", Number),
        ],
    ),
    (
        "signEpoch",
        &[
            ("number", Number),
            ("snapshotBlock", Number),
            ("blockHash", Bytes(32)),
            ("firstBlock", Number),
            ("workers", List(MEMBER)),
        ],
    ),
    (
        "certifyContractKey",
        &[
            ("secretContract", Bytes(20)),
            ("codeHash", Bytes(32)),
            ("group", Bytes(20)),
            ("epoch", Number),
        ],
    ),
    ("grantContractKeys", &[("request", Blob)]),
    ("requestContractKeys", &[("epoch", Number), ("contracts", List(WANTED))]),
    ("acceptContractKeys", &[("grant", Blob), ("now", Number)]),
    ("loadModule", &[("module", Blob), ("rules", Number)]),
    (
        "loadLog",
        &[
            ("secretContract", Bytes(20)),
            ("codeHash", Bytes(32)),
            ("group", Bytes(20)),
            ("stateBefore", Bytes(32)),
            ("entries", List(ENTRY)),
            ("expectedTip", Bytes(32)),
        ],
    ),
    ("executeTasks", &[("epoch", Number), ("tasks", List(TASK))]),
    (
        "settle",
        &[("group", Bytes(20)), ("taskId", Bytes(32)), ("committed", Boolean)],
    ),
    (
        "view",
        &[
            ("secretContract", Bytes(20)),
            ("codeHash", Bytes(32)),
            ("group", Bytes(20)),
            ("account", Bytes(20)),
            ("epoch", Number),
            ("input", Blob),
            ("responseKey", Bytes(32)),
            ("expiryBlock", Number),
            ("requestId", Bytes(32)),
            ("permit", Bytes(65)),
            ("blockNumber", Number),
            ("timestamp", Number),
        ],
    ),
    ("signRegistration", &[("worker", Bytes(20))]),
    (
        "releaseOutput",
        &[("sealedOutput", Blob), ("outcome", Number), ("proof", Blob)],
    ),
    ("contractState", &[("secretContract", Bytes(20))]),
    ("inspect", &[("taskId", Bytes(32))]),
];

fn value(kind: Kind) -> BoxedStrategy<Value> {
    match kind {
        Number => prop_oneof![0..4u64, Just(u64::MAX), any::<u64>()]
            .prop_map(Value::from)
            .boxed(),
        Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Bytes(length) => prop_oneof![Just(vec![0; length]), prop::collection::vec(any::<u8>(), length)]
            .prop_map(bytes)
            .boxed(),
        // As long as a record, so that one is now and then decoded.
        Blob => prop_oneof![prop::collection::vec(any::<u8>(), 0..200), Just(vec![0; 480])]
            .prop_map(bytes)
            .boxed(),
        List(fields) => prop::collection::vec(body(fields), 0..4).prop_map(Value::Array).boxed(),
    }
}

fn body(fields: &'static [(&'static str, Kind)]) -> BoxedStrategy<Value> {
    let values: Vec<_> = fields.iter().map(|(_, kind)| value(*kind)).collect();
    values
        .prop_map(|values| {
            let named: Vec<_> = fields.iter().map(|(name, _)| *name).zip(values).collect();
            map(&named)
        })
        .boxed()
}

fn request() -> impl Strategy<Value = (&'static str, Value)> {
    prop::sample::select(&REQUESTS[..]).prop_flat_map(|(name, fields)| body(fields).prop_map(move |body| (name, body)))
}

#[test]
fn a_field_too_many_is_refused() {
    let mut machine = Machine::new(1);
    let mut enclave = enclave(&mut machine);
    call(&mut enclave, "initialize", &initialization(2, None)).unwrap();
    let extra = map(&[("extra", 1.into())]);
    assert_eq!(code(call(&mut enclave, "confirmSeal", &extra)), "ecall-malformed");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_body_of_any_ecall_gets_an_answer(role in 1..3u8, name in prop::sample::select(&ECALLS[..]), body in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut machine = Machine::new(1);
        let mut enclave = enclave(&mut machine);
        call(&mut enclave, "initialize", &initialization(role, None)).unwrap();
        call(&mut enclave, "confirmSeal", &map(&[])).unwrap();
        let _ = enclave.ecall(name, &body);
        prop_assert!(call(&mut enclave, "quote", &map(&[])).is_ok());
    }

    #[test]
    fn any_frame_gets_an_answer(frame in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut machine = Machine::new(1);
        prop_assert!(!answer_frame(&mut enclave(&mut machine), &frame).is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn well_formed_requests_get_answers_or_reasons_whatever_they_say(role in 1..3u8, requests in prop::collection::vec(request(), 1..8)) {
        let mut machine = Machine::new(1);
        let mut enclave = enclave(&mut machine);
        call(&mut enclave, "initialize", &initialization(role, None)).unwrap();
        call(&mut enclave, "confirmSeal", &map(&[])).unwrap();
        for (name, body) in requests {
            let refused = call(&mut enclave, name, &body).err().map(|error| error.code);
            // Only a number beyond its field's width makes a request of the right shape malformed.
            let narrow = ["loadModule", "loadLog", "releaseOutput"].contains(&name);
            prop_assert!(narrow || refused.as_deref() != Some("ecall-malformed"), "{name}");
        }
        prop_assert!(call(&mut enclave, "quote", &map(&[])).is_ok());
    }
}
