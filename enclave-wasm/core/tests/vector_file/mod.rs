//! Reads the files of `test/vectors`.

#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

use enigma_core::{
    crypto::{
        secret::Secret,
        signing::{self, Signer},
    },
    format::bytes::{KeyOwner, Network},
};
use serde_json::Value;

/// One vector file, which must not be empty. Enclaves take chain ids of 64 bits; vectors of larger ones are for the others.
pub fn vectors(name: &str) -> Vec<Value> {
    let path = format!("{}/../../test/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let mut vectors: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    vectors.retain(|vector| vector["chainId"].as_str().is_none_or(|id| id.parse::<u64>().is_ok()));
    assert!(!vectors.is_empty());
    vectors
}

pub fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap().strip_prefix("0x").unwrap()).unwrap()
}

pub fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

pub fn secret(value: &Value) -> Secret {
    Secret::take_vec(bytes(value)).unwrap()
}

/// An integer as a decimal string or a JSON number.
pub fn integer(value: &Value) -> u64 {
    value
        .as_u64()
        .unwrap_or_else(|| value.as_str().unwrap().parse().unwrap())
}

/// A decimal string of up to 256 bits, big-endian.
pub fn wide(value: &Value) -> [u8; 32] {
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

pub fn network(vector: &Value) -> Network {
    Network {
        chain_id: integer(&vector["chainId"]),
        enigma: array(&vector["enigma"]),
    }
}

pub fn key_owner(fields: &Value) -> KeyOwner {
    KeyOwner {
        secret_contract: array(&fields["secretContract"]),
        code_hash: array(&fields["codeHash"]),
        group: array(&fields["group"]),
    }
}

/// The digest, and the very signature: nonces are deterministic (RFC 6979).
pub fn check_signature(vector: &Value, digest: [u8; 32]) {
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
