//! One stored value of a fixed size.

use super::Field;
use super::padded::{is_capacity, pad, unpad};
use crate::abi::AbiType;
use crate::host::{Host, host};
use core::fmt;
use core::marker::PhantomData;

/// One value of the contract's state that takes the same room whatever it is: every write, a removal and [`touch`](Self::touch)
/// among them, adds as much to what the contract keeps of the task. Nobody outside learns from its length what was written, or
/// whether something changed.
///
/// `N` is the most bytes that `abi.encode` of the value may have: 32 for a number or an address, for a text or bytes 64 and the
/// length, rounded up to a multiple of 32. A larger value panics.
///
/// ```
/// # use enigma_contract::{prelude::*, testing::Env};
/// #[contract_storage]
/// struct Vault { note: PaddedItem<String, 192> }
///
/// # let env = Env::new();
/// let mut vault = Vault::default();
/// vault.note.set("of up to 128 bytes".into());
/// // Only the right password changes it; both look the same from outside.
/// vault.note.set_if(2 + 2 == 5, "stolen".into());
/// assert_eq!(vault.note.get(), Some("of up to 128 bytes".into()));
/// ```
pub struct PaddedItem<T, const N: usize> {
    key: [u8; 1],
    value: PhantomData<T>,
}

impl<T: AbiType, const N: usize> PaddedItem<T, N> {
    /// The value, or none where it was never set, or was removed.
    pub fn get(&self) -> Option<T> {
        host().storage_get(&self.key).and_then(|bytes| unpad(&bytes))
    }

    /// The value, or the type's default where there is none.
    pub fn get_or_default(&self) -> T
    where
        T: Default,
    {
        self.get().unwrap_or_default()
    }

    /// Whether it has a value.
    pub fn is_set(&self) -> bool {
        self.get().is_some()
    }

    /// Stores a value.
    pub fn set(&mut self, value: T) {
        self.write(Some(&value));
    }

    /// Stores the value if the condition holds, and else what is there again.
    pub fn set_if(&mut self, condition: bool, value: T) {
        let kept = self.get();
        self.write(if condition { Some(&value) } else { kept.as_ref() });
    }

    /// Replaces the value, or the type's default where there is none, by what the function makes of it.
    pub fn update(&mut self, change: impl FnOnce(T) -> T)
    where
        T: Default,
    {
        let value = change(self.get_or_default());
        self.set(value);
    }

    /// Writes what is there again, or that there is nothing.
    pub fn touch(&mut self) {
        let kept = self.get();
        self.write(kept.as_ref());
    }

    /// Removes the value. The place stays as large as it is.
    pub fn remove(&mut self) {
        self.write(None);
    }

    /// Removes the value and returns it.
    pub fn take(&mut self) -> Option<T> {
        let value = self.get();
        self.remove();
        value
    }

    fn write(&mut self, value: Option<&T>) {
        const { assert!(is_capacity(N), "a padded value has at most 65,524 bytes") };
        host().storage_set(&self.key, &pad(value, N));
    }
}

impl<T: AbiType, const N: usize> Field for PaddedItem<T, N> {
    fn at(prefix: u8) -> Self {
        Self {
            key: [prefix],
            value: PhantomData,
        }
    }
}

impl<T, const N: usize> fmt::Debug for PaddedItem<T, N> {
    /// Shows where the value lies, never the value: it is secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PaddedItem at {}", self.key[0])
    }
}
