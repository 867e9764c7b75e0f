//! The work does what its name says, so that its time means something.

use bench::work;
use enigma_contract::prelude::*;
use enigma_contract::testing::{Env, address, calldata};

#[test]
fn sha256_is_the_enclave_s() {
    let env = Env::new();
    let data: Vec<u8> = (0..1_000u32).map(|index| index as u8).collect();
    let hash = env
        .call::<bench::Bench>(address(1), &calldata("sha256InWasm(uint32)", &1_000u32))
        .result::<B256>();
    assert_eq!(hash, crypto::sha256(data));
}

#[test]
fn every_verification_succeeds() {
    assert_eq!(work::verify(3), 3);
}

#[test]
fn results_depend_on_all_of_the_work() {
    assert_ne!(work::sort(1_000), work::sort(1_001));
    assert_ne!(work::ordered_map(1_000), work::ordered_map(1_001));
}

#[test]
fn the_state_holds_what_was_written() {
    let env = Env::new();
    let sum = env
        .call::<bench::Bench>(address(1), &calldata("state(uint32)", &100u32))
        .result::<u64>();
    assert_eq!((sum, env.store().len()), (4_950, 100));
}
