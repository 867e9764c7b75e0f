//! An ordered map whose values have one size.

use super::padded::{is_capacity, pad, unpad};
use super::{Field, HasPrefix, Iter, Key};
use crate::abi::AbiType;
use crate::host::{Host, host};
use core::fmt;
use core::marker::PhantomData;

/// An ordered map of the contract's state whose values take the same room whatever they are, as [`PaddedItem`](super::PaddedItem)
/// does: setting, removing and [`touch`](Self::touch)ing a key add as much to what the contract keeps of the task.
///
/// Keys show by their length: let them have one (numbers, addresses, hashes). A removed key stays in the store as an absent value, and
/// costs a step of each iteration. Write as many keys on every path of a method: the number of writes shows, too.
///
/// ```
/// # use enigma_contract::{prelude::*, testing::Env};
/// #[contract_storage]
/// struct Bids { of: PaddedMap<Address, U256, 32> }
///
/// # let env = Env::new();
/// # let (alice, bob) = (Address::repeat_byte(1), Address::repeat_byte(2));
/// let mut bids = Bids::default();
/// bids.of.set(alice, U256::from(5_u64));
/// bids.of.touch(&bob);
/// assert_eq!(bids.of.keys().collect::<Vec<_>>(), [alice]);
/// ```
pub struct PaddedMap<K, V, const N: usize> {
    prefix: u8,
    entry: PhantomData<(K, V)>,
}

impl<K: Key, V: AbiType, const N: usize> PaddedMap<K, V, N> {
    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<V> {
        host()
            .storage_get(&self.stored_key(key))
            .and_then(|bytes| unpad(&bytes))
    }

    /// The value of a key, or the type's default where there is none.
    pub fn get_or_default(&self, key: &K) -> V
    where
        V: Default,
    {
        self.get(key).unwrap_or_default()
    }

    /// Whether the key has a value.
    pub fn contains(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    /// Stores a value under a key.
    pub fn set(&mut self, key: K, value: V) {
        self.write(&key, Some(&value));
    }

    /// Stores the value under a key if the condition holds, and else what is there again.
    pub fn set_if(&mut self, condition: bool, key: K, value: V) {
        let kept = self.get(&key);
        self.write(&key, if condition { Some(&value) } else { kept.as_ref() });
    }

    /// Replaces the value of a key, or the type's default where there is none, by what the function makes of it.
    pub fn update(&mut self, key: K, change: impl FnOnce(V) -> V)
    where
        V: Default,
    {
        let value = change(self.get_or_default(&key));
        self.set(key, value);
    }

    /// Writes what is there under a key again, or that there is nothing.
    pub fn touch(&mut self, key: &K) {
        let kept = self.get(key);
        self.write(key, kept.as_ref());
    }

    /// Removes the value of a key. Its place stays as large as it is.
    pub fn remove(&mut self, key: &K) {
        self.write(key, None);
    }

    /// Removes the value of a key and returns it.
    pub fn take(&mut self, key: &K) -> Option<V> {
        let value = self.get(key);
        self.remove(key);
        value
    }

    /// All entries in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (K, V)> + use<K, V, N> {
        present(Iter::new(vec![self.prefix], vec![self.prefix]))
    }

    /// The entries whose keys begin with these parts: of a map with keys `(A, B)` all those of one `A`.
    pub fn iter_prefix<P: Key>(&self, parts: &P) -> impl Iterator<Item = (K, V)> + use<K, V, N, P>
    where
        K: HasPrefix<P>,
    {
        let mut prefix = vec![self.prefix];
        parts.write(&mut prefix);
        present(Iter::new(prefix.clone(), prefix))
    }

    /// All keys that have a value, in order.
    pub fn keys(&self) -> impl Iterator<Item = K> + use<K, V, N> {
        self.iter().map(|(key, _)| key)
    }

    /// All values in the order of their keys.
    pub fn values(&self) -> impl Iterator<Item = V> + use<K, V, N> {
        self.iter().map(|(_, value)| value)
    }

    fn write(&mut self, key: &K, value: Option<&V>) {
        const { assert!(is_capacity(N), "a padded value has at most 65,524 bytes") };
        host().storage_set(&self.stored_key(key), &pad(value, N));
    }

    fn stored_key(&self, key: &K) -> Vec<u8> {
        let mut bytes = vec![self.prefix];
        key.write(&mut bytes);
        bytes
    }
}

/// The entries whose values are not absent.
fn present<K: Key, V: AbiType>(mut entries: Iter<K, V>) -> impl Iterator<Item = (K, V)> {
    let entries = core::iter::from_fn(move || entries.next_stored());
    entries.filter_map(|(key, stored)| Some((key, unpad(&stored)?)))
}

impl<K: Key, V: AbiType, const N: usize> Field for PaddedMap<K, V, N> {
    fn at(prefix: u8) -> Self {
        Self {
            prefix,
            entry: PhantomData,
        }
    }
}

impl<K, V, const N: usize> fmt::Debug for PaddedMap<K, V, N> {
    /// Shows where the entries lie, never the entries: they are secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PaddedMap at {}", self.prefix)
    }
}
