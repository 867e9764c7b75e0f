//! Whatever bytes a host sends, an enclave answers and goes on.

#![allow(clippy::unwrap_used)]

mod support;

use enigma_core::ecall::frame::answer_frame;
use proptest::prelude::*;
use support::{Machine, call, code, enclave, initialization, map};

const ECALLS: [&str; 17] = [
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
    "releaseOutput",
    "contractState",
    "inspect",
    "",
];

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
