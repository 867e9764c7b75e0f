//! Values that are not numbers and not made of parts: `bool`, `address`, `bytesN`, `bytes`, `string`.

use super::encode::{WORD, encode_bytes};
use super::{AbiType, Malformed, Reader, Shape};
use alloy_primitives::{Address, Bytes, FixedBytes};

impl AbiType for bool {
    const SHAPE: Shape = Shape::Named("bool");

    fn encode(&self, out: &mut Vec<u8>) {
        u8::from(*self).encode(out);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        match u8::decode(reader)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Malformed),
        }
    }
}

impl AbiType for Address {
    const SHAPE: Shape = Shape::Named("address");

    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&[0; WORD - 20]);
        out.extend_from_slice(self.as_slice());
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let (padding, address) = reader.word()?.split_at(WORD - 20);
        if padding.iter().any(|byte| *byte != 0) {
            return Err(Malformed);
        }
        Address::try_from(address).map_err(|_| Malformed)
    }
}

impl<const N: usize> AbiType for FixedBytes<N> {
    const SHAPE: Shape = {
        assert!(N >= 1 && N <= 32, "Solidity has bytes1 to bytes32; use Bytes for more");
        Shape::FixedBytes(N)
    };

    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_slice());
        out.extend_from_slice(&[0; WORD][N..]);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let (bytes, padding) = reader.word()?.split_at(N);
        if padding.iter().any(|byte| *byte != 0) {
            return Err(Malformed);
        }
        Self::try_from(bytes).map_err(|_| Malformed)
    }
}

impl AbiType for Bytes {
    const SHAPE: Shape = Shape::Named("bytes");

    fn encode(&self, out: &mut Vec<u8>) {
        encode_bytes(self, out);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Bytes::copy_from_slice(reader.bytes()?))
    }
}

impl AbiType for String {
    const SHAPE: Shape = Shape::Named("string");

    fn encode(&self, out: &mut Vec<u8>) {
        encode_bytes(self.as_bytes(), out);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let text = core::str::from_utf8(reader.bytes()?).map_err(|_| Malformed)?;
        Ok(text.into())
    }
}
