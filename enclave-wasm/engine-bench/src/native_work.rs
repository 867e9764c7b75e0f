//! The work by the names of the contract's methods, with results as the contract returns them: one ABI word.

use std::collections::BTreeMap;
use std::hint::black_box;

use crate::work;

/// Runs a piece of work.
///
/// # Errors
/// There is no such work.
pub fn run(name: &str, size: u32) -> Result<Vec<u8>, String> {
    let size = black_box(size);
    Ok(match name {
        "sha256InWasm" => work::sha256(size).to_vec(),
        "verifyInWasm" => word(u64::from(work::verify(size))),
        "sort" => word(work::sort(size)),
        "orderedMap" => word(work::ordered_map(size)),
        "state" => word(state(size)),
        "empty" => Vec::new(),
        other => return Err(format!("no work {other}")),
    })
}

/// Writes entries of a key-value store of bytes and reads each, as the contract does through the enclave.
fn state(count: u32) -> u64 {
    let mut store: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    for number in 0..u64::from(count) {
        store.insert(number.to_be_bytes().to_vec(), number.to_be_bytes().to_vec());
    }
    let read = |number: u64| {
        let value = store.get(black_box(&number.to_be_bytes()[..]));
        value
            .and_then(|bytes| bytes.as_slice().try_into().ok())
            .map_or(0, u64::from_be_bytes)
    };
    (0..u64::from(count)).map(read).sum()
}

fn word(value: u64) -> Vec<u8> {
    let mut word = vec![0; 24];
    word.extend_from_slice(&value.to_be_bytes());
    word
}
