//! An ordered map in the store.

use super::{Field, HasPrefix, Iter, Key, decode_stored};
use crate::abi::{AbiType, encode};
use crate::host::{Host, host};
use core::fmt;
use core::marker::PhantomData;

/// An ordered map of the contract's state. Iteration is in the order of the keys.
///
/// Methods are named as those of the standard library's maps. Two pairs differ in price: `set` and `remove` do not read,
/// `insert` and `take` also return the previous value. The number of entries is not stored; a contract that needs
/// it often counts in an `Item`.
///
/// ```
/// # use enigma_contract::{prelude::*, testing::Env};
/// #[contract_storage]
/// struct Ages { of: Map<String, u8> }
///
/// # let env = Env::new();
/// let mut ages = Ages::default();
/// ages.of.set("Grace".into(), 85);
/// ages.of.set("Ada".into(), 36);
/// assert_eq!(ages.of.get(&"Ada".into()), Some(36));
/// assert_eq!(ages.of.keys().collect::<Vec<_>>(), ["Ada", "Grace"]);
/// ```
pub struct Map<K, V> {
    prefix: u8,
    entry: PhantomData<(K, V)>,
}

impl<K: Key, V: AbiType> Map<K, V> {
    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<V> {
        host()
            .storage_get(&self.stored_key(key))
            .map(|bytes| decode_stored(&bytes))
    }

    /// The value of a key, or the type's default where there is none.
    pub fn get_or_default(&self, key: &K) -> V
    where
        V: Default,
    {
        self.get(key).unwrap_or_default()
    }

    /// Whether the key has a value. It costs as much as reading it.
    pub fn contains(&self, key: &K) -> bool {
        host().storage_get(&self.stored_key(key)).is_some()
    }

    /// Stores a value under a key.
    pub fn set(&mut self, key: K, value: V) {
        host().storage_set(&self.stored_key(&key), &encode(&value));
    }

    /// Stores a value under a key and returns the one that it replaces.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let previous = self.get(&key);
        self.set(key, value);
        previous
    }

    /// Replaces the value of a key, or the type's default where there is none, by what the function makes of it.
    pub fn update(&mut self, key: K, change: impl FnOnce(V) -> V)
    where
        V: Default,
    {
        let value = change(self.get_or_default(&key));
        self.set(key, value);
    }

    /// Removes a key; nothing happens where it has no value.
    pub fn remove(&mut self, key: &K) {
        host().storage_remove(&self.stored_key(key));
    }

    /// Removes a key and returns its value.
    pub fn take(&mut self, key: &K) -> Option<V> {
        let value = self.get(key);
        self.remove(key);
        value
    }

    /// Removes all keys, one by one.
    pub fn clear(&mut self) {
        for key in self.keys() {
            host().storage_remove(&self.stored_key(&key));
        }
    }

    /// Whether it has no entry.
    pub fn is_empty(&self) -> bool {
        self.keys().next().is_none()
    }

    /// All entries in the order of their keys.
    pub fn iter(&self) -> Iter<K, V> {
        Iter::new(vec![self.prefix], vec![self.prefix])
    }

    /// The entries with keys greater than this one: the next page after the last key that was seen.
    pub fn iter_after(&self, key: &K) -> Iter<K, V> {
        Iter::new(vec![self.prefix], self.stored_key(key))
    }

    /// The entries whose keys begin with these parts: of a map with keys `(A, B)` all those of one `A`.
    pub fn iter_prefix<P: Key>(&self, parts: &P) -> Iter<K, V>
    where
        K: HasPrefix<P>,
    {
        let mut prefix = vec![self.prefix];
        parts.write(&mut prefix);
        Iter::new(prefix.clone(), prefix)
    }

    /// All keys in order. Values are not read.
    pub fn keys(&self) -> impl Iterator<Item = K> + use<K, V> {
        self.iter().into_keys()
    }

    /// All values in the order of their keys.
    pub fn values(&self) -> impl Iterator<Item = V> + use<K, V> {
        self.iter().map(|(_, value)| value)
    }

    fn stored_key(&self, key: &K) -> Vec<u8> {
        let mut bytes = vec![self.prefix];
        key.write(&mut bytes);
        bytes
    }
}

impl<K: Key, V: AbiType> Field for Map<K, V> {
    fn at(prefix: u8) -> Self {
        Self {
            prefix,
            entry: PhantomData,
        }
    }
}

impl<K, V> fmt::Debug for Map<K, V> {
    /// Shows where the entries lie, never the entries: they are secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Map at {}", self.prefix)
    }
}
