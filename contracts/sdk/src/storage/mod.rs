//! State that stays between tasks: single values and ordered maps over the enclave's store.
//!
//! Every field of a `#[contract_storage]` struct owns one byte, its index, as prefix of its keys. An item's key is that
//! byte; a map's keys are that byte and the encoded key (see [`Key`]). Values are their `abi.encode`.
//!
//! How much a task wrote shows in the length of what the contract keeps of it. Where that would tell a secret, [`PaddedItem`] and
//! [`PaddedMap`] write the same number of bytes whatever the value, and can write what is there again.

mod item;
mod iter;
mod key;
mod map;
mod padded;
mod padded_item;
mod padded_map;

pub use item::Item;
pub use iter::Iter;
pub use key::{HasPrefix, Key};
pub use map::Map;
pub use padded_item::PaddedItem;
pub use padded_map::PaddedMap;

use crate::abi::{AbiType, decode};

/// A field of a `#[contract_storage]` struct: an [`Item`] or a [`Map`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a contract's storage",
    label = "write `Item<{Self}>` for one value, or `Map<K, V>`"
)]
pub trait Field {
    /// The field whose keys begin with this byte.
    fn at(prefix: u8) -> Self;
}

/// The state of a contract, implemented by `#[contract_storage]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the state of a contract",
    label = "put `#[contract_storage]` on this struct"
)]
pub trait Storage {
    /// The stored fields. Nothing is read until they are.
    fn open() -> Self;
}

/// The value that the store holds.
///
/// # Panics
/// Where the bytes are not those of a value of this type: then two fields share a key, or `Key` is implemented wrongly.
fn decode_stored<T: AbiType>(bytes: &[u8]) -> T {
    match decode(bytes) {
        Ok(value) => value,
        Err(_) => panic!("a stored value is not of the type that its field has"),
    }
}
