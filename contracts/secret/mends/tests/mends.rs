//! What answers and stored values look like from outside.

use enigma_contract::prelude::*;
use enigma_contract::testing::{Env, Outcome, address, calldata};
use mends::{Mends, Refusal};
use std::collections::BTreeMap;

fn deployed() -> Env {
    let env = Env::new();
    assert_eq!(env.deploy::<Mends>(&1u32), Outcome::Returned(Vec::new()));
    env
}

fn work(env: &Env, rounds: u32, ending: u8, length: usize) -> Outcome {
    let data = Bytes::from(vec![7; length]);
    env.call::<Mends>(
        address(1),
        &calldata("work(uint32,uint8,bytes)", &(rounds, ending, data)),
    )
}

#[test]
fn answers_have_the_length_of_their_class() {
    let env = deployed();
    for (length, expected) in [(0, 256), (1, 256), (192, 256), (193, 512), (448, 512), (449, 768)] {
        let Outcome::Returned(data) = work(&env, 0, 0, length) else {
            panic!()
        };
        assert_eq!(data.len(), expected, "{length} bytes");
        assert_eq!(Outcome::Returned(data).result::<Bytes>(), Bytes::from(vec![7; length]));
    }
    let silent = env.call::<Mends>(address(1), &calldata("workSilently(uint32)", &1u32));
    assert_eq!(silent, Outcome::Returned(vec![0; 32]));
    silent.result::<()>();
}

#[test]
fn reverts_have_the_length_of_their_class_behind_the_selector() {
    let env = deployed();
    let (short, long) = (work(&env, 0, 1, 0), work(&env, 0, 2, 100));
    assert!(short.is_error(&Refusal::Short));
    assert!(long.is_error(&Refusal::Long {
        data: vec![7; 100].into()
    }));
    assert!(!long.is_error(&Refusal::Long {
        data: vec![7; 99].into()
    }));
    assert!(!short.is_error(&Refusal::Long { data: Bytes::new() }));
    for outcome in [short, long] {
        assert!(matches!(outcome, Outcome::Reverted(data) if data.len() == 260));
    }
}

#[test]
fn arguments_that_do_not_decode_are_answered_in_the_same_length() {
    let env = deployed();
    let outcome = env.call::<Mends>(address(1), &calldata("work(uint32,uint8,bytes)", &1u8));
    assert!(matches!(outcome, Outcome::Reverted(data) if data.len() == 260));
}

#[test]
fn a_call_with_less_gas_than_it_always_costs_ends_at_once() {
    let env = deployed();
    env.set_gas_left(600_000);
    assert!(matches!(work(&env, 1, 0, 1), Outcome::Returned(_)));
    env.set_gas_left(599_999);
    assert_eq!(work(&env, 1, 0, 1), Outcome::OutOfGas);
}

#[test]
fn every_write_leaves_as_many_bytes() {
    let env = deployed();
    let mut sizes = BTreeMap::new();
    for (way, note) in [
        (0, ""),
        (3, "no"),
        (0, "a longer text, of some dozens of bytes"),
        (2, ""),
        (1, ""),
    ] {
        env.set_task_id(B256::repeat_byte(way + 1));
        env.call::<Mends>(
            address(1),
            &calldata("writeNote(uint8,string)", &(way, note.to_string())),
        );
        env.call::<Mends>(
            address(1),
            &calldata(
                "writeOf(address,uint8,bytes)",
                &(address(3), way, Bytes::from(note.as_bytes().to_vec())),
            ),
        );
        for (key, value) in env.store() {
            sizes.entry(key[0]).or_insert_with(Vec::new).push(value.len());
        }
    }
    assert!(sizes[&0].iter().all(|size| *size == 204), "{sizes:?}");
    assert!(sizes[&1].iter().all(|size| *size == 140), "{sizes:?}");
}

#[test]
fn what_a_task_touches_changes_and_reads_as_before() {
    let env = deployed();
    let write = |task: u8, way: u8, note: &str| {
        env.set_task_id(B256::repeat_byte(task));
        env.call::<Mends>(
            address(1),
            &calldata("writeNote(uint8,string)", &(way, note.to_string())),
        );
        (
            env.store(),
            env.view::<Mends>(address(1), &calldata("note()", &()))
                .result::<String>(),
        )
    };
    let (set, _) = write(1, 0, "kept");
    let (touched, text) = write(2, 2, "");
    assert_ne!(touched, set);
    assert_eq!(text, "kept");
    let (refused, text) = write(3, 3, "other");
    assert_ne!(refused, touched);
    assert_eq!(text, "kept");
    let (_, text) = write(4, 1, "");
    assert_eq!(text, "");
}

#[test]
fn a_key_without_a_value_is_none_of_the_keys() {
    let env = deployed();
    let write = |account: Address, way: u8| {
        let data = (account, way, Bytes::from_static(&[1]));
        env.call::<Mends>(address(1), &calldata("writeOf(address,uint8,bytes)", &data));
    };
    write(address(5), 0);
    write(address(6), 2);
    let accounts = || {
        env.view::<Mends>(address(1), &calldata("accounts()", &()))
            .result::<Vec<Address>>()
    };
    assert_eq!(accounts(), [address(5)]);
    write(address(5), 1);
    assert!(accounts().is_empty());
}

#[test]
#[should_panic = "does not fit into the 192"]
fn a_value_that_is_too_large_panics() {
    let _env = Env::new();
    Mends::default().write_note(0, "x".repeat(129));
}
