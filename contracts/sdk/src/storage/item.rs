//! One stored value.

use super::{Field, decode_stored};
use crate::abi::{AbiType, encode};
use crate::host::{Host, host};
use core::fmt;
use core::marker::PhantomData;

/// One value of the contract's state, absent until it is set.
///
/// ```
/// # use enigma_contract::{prelude::*, testing::Env};
/// #[contract_storage]
/// struct Counter { count: Item<u64> }
///
/// # let env = Env::new();
/// let mut counter = Counter::default();
/// assert_eq!(counter.count.get(), None);
/// counter.count.update(|count| count + 1);
/// assert_eq!(counter.count.get(), Some(1));
/// ```
pub struct Item<T> {
    key: [u8; 1],
    value: PhantomData<T>,
}

impl<T: AbiType> Item<T> {
    /// The value, or none where it was never set.
    pub fn get(&self) -> Option<T> {
        host().storage_get(&self.key).map(|bytes| decode_stored(&bytes))
    }

    /// The value, or the type's default where it was never set.
    pub fn get_or_default(&self) -> T
    where
        T: Default,
    {
        self.get().unwrap_or_default()
    }

    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        host().storage_get(&self.key).is_some()
    }

    /// Stores a value.
    pub fn set(&mut self, value: T) {
        host().storage_set(&self.key, &encode(&value));
    }

    /// Replaces the value, or the type's default where there is none, by what the function makes of it.
    pub fn update(&mut self, change: impl FnOnce(T) -> T)
    where
        T: Default,
    {
        let value = change(self.get_or_default());
        self.set(value);
    }

    /// Removes the value; nothing happens where there is none.
    pub fn remove(&mut self) {
        host().storage_remove(&self.key);
    }

    /// Removes the value and returns it.
    pub fn take(&mut self) -> Option<T> {
        let value = self.get();
        self.remove();
        value
    }
}

impl<T: AbiType> Field for Item<T> {
    fn at(prefix: u8) -> Self {
        Self {
            key: [prefix],
            value: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Item<T> {
    /// Shows where the value lies, never the value: it is secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Item at {}", self.key[0])
    }
}
