//! Iteration over the entries of a map.

use super::{Key, decode_stored};
use crate::abi::AbiType;
use crate::host::{Host, host};
use core::marker::PhantomData;

/// Entries of a map in the order of their keys, read from the store one at a time.
#[derive(Debug)]
pub struct Iter<K, V> {
    /// What the keys begin with. Its first byte is the map's own.
    prefix: Vec<u8>,
    /// The key that was reached.
    last: Vec<u8>,
    entry: PhantomData<(K, V)>,
}

impl<K: Key, V: AbiType> Iter<K, V> {
    pub(super) fn new(prefix: Vec<u8>, last: Vec<u8>) -> Self {
        Self {
            prefix,
            last,
            entry: PhantomData,
        }
    }

    /// The keys alone; values are not read.
    pub fn into_keys(mut self) -> impl Iterator<Item = K> {
        core::iter::from_fn(move || self.advance())
    }

    /// The next key and the bytes under it.
    pub(super) fn next_stored(&mut self) -> Option<(K, Vec<u8>)> {
        let key = self.advance()?;
        Some((key, host().storage_get(&self.last)?))
    }

    /// Steps to the next key.
    fn advance(&mut self) -> Option<K> {
        let key = host().storage_next_key(&self.last)?;
        if !key.starts_with(&self.prefix) {
            return None;
        }
        self.last = key;
        Some(read_key(&self.last[1..]))
    }
}

impl<K: Key, V: AbiType> Iterator for Iter<K, V> {
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        self.next_stored().map(|(key, value)| (key, decode_stored(&value)))
    }
}

fn read_key<K: Key>(mut bytes: &[u8]) -> K {
    match K::read(&mut bytes) {
        Some(key) if bytes.is_empty() => key,
        _ => panic!("a stored key is not of the type that its map has"),
    }
}
