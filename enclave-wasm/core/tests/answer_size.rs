//! What bounds a batch counts at least the bytes that its results take of an answer.

#![allow(clippy::unwrap_used)]

use enigma_core::{
    ecall::messages::{ContractLog, EffectMessage, Entry, ErrorAnswer, TaskResult},
    format::{cbor, limits},
};
use proptest::{collection::vec, prelude::*};
use serde_bytes::{ByteArray, ByteBuf};

fn bytes(length: usize) -> ByteBuf {
    ByteBuf::from(vec![0xff; length])
}

fn log(lengths: Vec<usize>) -> ContractLog {
    let entry = |length| Entry {
        index: u64::MAX,
        kind: 2,
        task_id: ByteArray::new([0xff; 32]),
        epoch: u64::MAX,
        ciphertext: bytes(length),
    };
    ContractLog {
        secret_contract: ByteArray::new([0xff; 20]),
        entries: lengths.into_iter().map(entry).collect(),
    }
}

fn effect(length: usize) -> EffectMessage {
    EffectMessage {
        kind: 3,
        source: ByteArray::new([0xff; 20]),
        target: ByteArray::new([0xff; 20]),
        value: ByteArray::new([0xff; 32]),
        data: bytes(length),
    }
}

proptest! {
    #[test]
    fn a_result_counts_no_less_than_its_encoding(
        receipt in 0..1_200usize,
        logs in vec(vec(0..2_000usize, 0..11), 0..=limits::TOUCHES + 1),
        effects in vec(0..2_000usize, 0..=limits::EFFECTS + 1),
        sealed_output in 0..300_000usize,
    ) {
        let result = TaskResult::Executed {
            task_id: ByteArray::new([0xff; 32]),
            receipt: bytes(receipt),
            signature: ByteArray::new([0xff; 65]),
            logs: logs.into_iter().map(log).collect(),
            effects: effects.into_iter().map(effect).collect(),
            sealed_output: bytes(sealed_output),
        };
        prop_assert!(cbor::to_bytes(&result).unwrap().len() <= result.size());
    }
}

#[test]
fn a_refusal_counts_no_less_than_its_encoding() {
    let result = TaskResult::Refused {
        task_id: ByteArray::new([0xff; 32]),
        error: ErrorAnswer {
            code: "contract-keys-missing".into(),
            sentence: "The enclave does not hold the contract's keys of this epoch.".into(),
            data: Some(bytes(128)),
        },
    };
    assert!(cbor::to_bytes(&result).unwrap().len() <= result.size());
}
