//! REPORTDATA against the vectors that Rust and TypeScript share.

use enigma_attestation::{Role, report_data};
use serde_json::Value;

const VECTORS: &str = include_str!("../../../test/vectors/report-data.json");

#[test]
fn report_data_is_as_in_the_shared_vectors() {
    let vectors: Value = serde_json::from_str(VECTORS).expect("the vectors are JSON");
    let vectors = vectors["vectors"].as_array().expect("the vectors are a list");
    assert!(vectors.len() >= 3);
    for vector in vectors {
        let role = match vector["role"].as_u64() {
            Some(1) => Role::Principal,
            Some(2) => Role::Worker,
            Some(3) => Role::Auditor,
            other => panic!("unknown role {other:?}"),
        };
        let data = report_data(role, &bytes(&vector["signer"]), &bytes(&vector["encryptionKey"]));
        assert_eq!(data, bytes::<64>(&vector["reportData"]));
    }
}

#[test]
fn role_signer_and_key_each_change_it() {
    let base = report_data(Role::Worker, &[1; 20], &[2; 32]);
    assert_ne!(base, report_data(Role::Auditor, &[1; 20], &[2; 32]));
    assert_ne!(base, report_data(Role::Worker, &[3; 20], &[2; 32]));
    assert_ne!(base, report_data(Role::Worker, &[1; 20], &[3; 32]));
    assert_eq!(base[32..], [0; 32]);
}

fn bytes<const N: usize>(value: &Value) -> [u8; N] {
    let text = value
        .as_str()
        .and_then(|text| text.strip_prefix("0x"))
        .expect("hex with 0x");
    hex::decode(text)
        .expect("hex")
        .try_into()
        .expect("the length of the field")
}
