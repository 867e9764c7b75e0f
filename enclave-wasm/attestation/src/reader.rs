//! Reads fixed-size little-endian fields from the front of a byte string.

use crate::error::AttestationError;

pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next `length` bytes; `QuoteMalformed` where fewer are left.
    pub fn bytes(&mut self, length: usize) -> Result<&'a [u8], AttestationError> {
        let (field, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(AttestationError::QuoteMalformed)?;
        self.rest = rest;
        Ok(field)
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], AttestationError> {
        let (field, rest) = self
            .rest
            .split_first_chunk::<N>()
            .ok_or(AttestationError::QuoteMalformed)?;
        self.rest = rest;
        Ok(*field)
    }

    pub fn u16(&mut self) -> Result<u16, AttestationError> {
        self.array().map(u16::from_le_bytes)
    }

    pub fn u32(&mut self) -> Result<u32, AttestationError> {
        self.array().map(u32::from_le_bytes)
    }

    /// Nothing may follow the last field: a second reading of the same bytes must not be possible.
    pub const fn finish(&self) -> Result<(), AttestationError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(AttestationError::QuoteMalformed)
        }
    }
}
