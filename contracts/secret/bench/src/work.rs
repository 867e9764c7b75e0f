//! Computations whose time is measured. Each is deterministic and returns something that depends on all of its work.

use core::hint::black_box;
use k256::ecdsa::signature::hazmat::PrehashVerifier;
use k256::ecdsa::{Signature, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Numbers without visible order (splitmix64).
struct Numbers(u64);

impl Iterator for Numbers {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Some(mixed ^ (mixed >> 31))
    }
}

fn digest(numbers: impl IntoIterator<Item = u64>) -> u64 {
    numbers
        .into_iter()
        .fold(0, |digest, number| digest.rotate_left(5) ^ number)
}

/// SHA-256 of `length` bytes.
pub fn sha256(length: u32) -> [u8; 32] {
    let data: Vec<u8> = (0..length).map(|index| index as u8).collect();
    Sha256::digest(black_box(&data)).into()
}

/// Verifies one signature `times` times; returns how many were valid.
pub fn verify(times: u32) -> u32 {
    let hash = [7; 32];
    let Ok(secret) = SigningKey::from_slice(&[1; 32]) else {
        return 0;
    };
    let (signature, _) = secret.sign_prehash_recoverable(&hash);
    let key: &VerifyingKey = secret.verifying_key();
    let is_valid = |signature: &Signature| key.verify_prehash(&hash, signature).is_ok();
    (0..times).map(|_| u32::from(is_valid(black_box(&signature)))).sum()
}

/// Sorts `count` numbers; returns a digest of their order.
pub fn sort(count: u32) -> u64 {
    let mut numbers: Vec<u64> = Numbers(1).take(count as usize).collect();
    black_box(&mut numbers).sort_unstable();
    digest(numbers)
}

/// Inserts `count` numbers into an ordered map and walks through it; returns a digest.
pub fn ordered_map(count: u32) -> u64 {
    let mut map = BTreeMap::new();
    for number in Numbers(2).take(count as usize) {
        map.insert(number, number ^ u64::MAX);
    }
    digest(black_box(map).into_values())
}
