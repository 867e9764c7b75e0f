//! The part of Solidity's `abi.encode` that our records use: static words, and arrays of them. Decoding is strict: exact
//! length, clean high bits, canonical offsets, so that a value has exactly one encoding.

use super::bytes::{Address, Hash, word};

/// Bytes that are not the encoding of a value of the expected type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AbiError;

/// Appends words.
#[derive(Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    pub fn hash(mut self, value: &Hash) -> Self {
        self.0.extend_from_slice(value);
        self
    }

    pub fn integer(self, value: impl Into<u128>) -> Self {
        self.hash(&word(value))
    }

    pub fn address(mut self, value: &Address) -> Self {
        self.0.extend_from_slice(&[0; 12]);
        self.0.extend_from_slice(value);
        self
    }

    /// The tail of a `bytes`: its length, and its bytes filled up with zeros to whole words.
    pub fn bytes(self, value: &[u8]) -> Self {
        let mut written = self.integer(value.len() as u128);
        written.0.extend_from_slice(value);
        written.0.resize(written.0.len().next_multiple_of(32), 0);
        written
    }

    pub fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// Takes words off the front.
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// # Errors
    /// When no whole word is left.
    pub fn hash(&mut self) -> Result<Hash, AbiError> {
        let (word, rest) = self.0.split_first_chunk::<32>().ok_or(AbiError)?;
        self.0 = rest;
        Ok(*word)
    }

    /// # Errors
    /// When no whole word is left, or its value does not fit `T`.
    pub fn integer<T: TryFrom<u128>>(&mut self) -> Result<T, AbiError> {
        let word = self.hash()?;
        let (high, low) = word.split_first_chunk::<16>().ok_or(AbiError)?;
        let low: [u8; 16] = low.try_into().map_err(|_| AbiError)?;
        if high != &[0; 16] {
            return Err(AbiError);
        }
        T::try_from(u128::from_be_bytes(low)).map_err(|_| AbiError)
    }

    /// # Errors
    /// When no whole word is left, or its first 12 bytes are not zero.
    pub fn address(&mut self) -> Result<Address, AbiError> {
        let word = self.hash()?;
        match word.split_first_chunk::<12>() {
            Some(([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], address)) => address.try_into().map_err(|_| AbiError),
            _ => Err(AbiError),
        }
    }

    /// # Errors
    /// When the next word is not `expected`; for offsets and lengths that have one right value.
    pub fn exactly(&mut self, expected: u64) -> Result<(), AbiError> {
        if self.integer::<u64>()? == expected {
            Ok(())
        } else {
            Err(AbiError)
        }
    }

    /// # Errors
    /// When bytes are left over.
    pub fn end(&self) -> Result<(), AbiError> {
        if self.0.is_empty() { Ok(()) } else { Err(AbiError) }
    }
}
