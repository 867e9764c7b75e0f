//! CBOR (RFC 8949) of ecalls, grants and requests: strict about unknown fields and bytes left over.

use serde::{Serialize, de::DeserializeOwned};

/// Bytes that are not the one CBOR item that was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CborError;

/// Decodes exactly one item.
///
/// # Errors
/// [`CborError`]; it does not say where, so that nothing of a secret message leaks into an error.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CborError> {
    let mut rest = bytes;
    let value = ciborium::from_reader(&mut rest).map_err(|_| CborError)?;
    if rest.is_empty() { Ok(value) } else { Err(CborError) }
}

/// Encodes a value.
///
/// # Errors
/// [`CborError`], for values that CBOR cannot hold; none of ours.
pub fn to_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, CborError> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).map_err(|_| CborError)?;
    Ok(bytes)
}
