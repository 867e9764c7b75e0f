//! The work that benchmarks measure, as a contract and, in [`work`], as functions that run natively.

#![forbid(unsafe_code)]

pub mod work;

use enigma_contract::prelude::*;

/// State that is written and read in order to be measured.
#[contract_storage]
pub struct Bench {
    entries: Map<u64, u64>,
}

#[secret_contract]
impl Bench {
    /// Starts empty.
    pub fn new() -> Self {
        Self::default()
    }

    /// Does nothing.
    pub fn empty(&mut self) {}

    /// SHA-256, computed in WebAssembly, of so many bytes.
    pub fn sha256_in_wasm(&mut self, length: u32) -> B256 {
        work::sha256(length).into()
    }

    /// Verifies the same secp256k1 signature so many times in WebAssembly; returns how many were valid.
    pub fn verify_in_wasm(&mut self, times: u32) -> u32 {
        work::verify(times)
    }

    /// Sorts so many numbers; returns a digest of their order.
    pub fn sort(&mut self, count: u32) -> u64 {
        work::sort(count)
    }

    /// Fills an ordered map with so many numbers and reads it back; returns a digest.
    pub fn ordered_map(&mut self, count: u32) -> u64 {
        work::ordered_map(count)
    }

    /// Writes so many entries of the state and reads each; returns the sum.
    pub fn state(&mut self, count: u32) -> u64 {
        for number in 0..u64::from(count) {
            self.entries.set(number, number);
        }
        (0..u64::from(count))
            .map(|number| self.entries.get_or_default(&number))
            .sum()
    }

    /// Has the enclave hash so many times.
    pub fn hash_by_host(&mut self, times: u32) -> B256 {
        (0..times).fold(B256::ZERO, |hash, _| crypto::keccak256(hash))
    }
}
