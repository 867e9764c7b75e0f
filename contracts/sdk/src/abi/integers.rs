//! `uintN` and `intN`: Rust's own integers, `U256`, `I256`, and `Uint` and `Signed` of `alloy-primitives` for other widths.

use super::encode::WORD;
use super::{AbiType, Malformed, Reader, Shape};
use crate::integer::{I256, U256};
use alloy_primitives::{Signed, Uint};

// Shifting by 8 at once is an overflow for integers of 8 bits, so it is done in two steps.

macro_rules! unsigned {
    ($($integer:ty)*) => {$(
        impl AbiType for $integer {
            const SHAPE: Shape = Shape::Uint(<$integer>::BITS as usize);

            fn encode(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&[0; WORD - size_of::<$integer>()]);
                out.extend_from_slice(&self.to_be_bytes());
            }

            fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
                let (padding, bytes) = reader.word()?.split_at(WORD - size_of::<$integer>());
                if padding.iter().any(|byte| *byte != 0) {
                    return Err(Malformed);
                }
                Ok(bytes.iter().fold(0, |sum, byte| sum << 4 << 4 | <$integer>::from(*byte)))
            }
        }
    )*};
}

macro_rules! signed {
    ($($integer:ty as $unsigned:ty),*) => {$(
        impl AbiType for $integer {
            const SHAPE: Shape = Shape::Int(<$integer>::BITS as usize);

            fn encode(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&[sign_extension(*self < 0); WORD - size_of::<$integer>()]);
                out.extend_from_slice(&self.to_be_bytes());
            }

            fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
                let (padding, bytes) = reader.word()?.split_at(WORD - size_of::<$integer>());
                let value = bytes.iter().fold(0, |sum, byte| sum << 4 << 4 | <$unsigned>::from(*byte)) as $integer;
                if padding.iter().any(|byte| *byte != sign_extension(value < 0)) {
                    return Err(Malformed);
                }
                Ok(value)
            }
        }
    )*};
}

unsigned!(u8 u16 u32 u64 u128);
signed!(i8 as u8, i16 as u16, i32 as u32, i64 as u64, i128 as u128);

/// The byte that fills a word in front of a two's complement number.
const fn sign_extension(negative: bool) -> u8 {
    if negative { 0xff } else { 0 }
}

const fn checked_width(bits: usize) -> usize {
    assert!(
        bits >= 8 && bits <= 256 && bits.is_multiple_of(8),
        "Solidity has integers of 8, 16, 24, ... 256 bits"
    );
    bits
}

impl<const BITS: usize, const LIMBS: usize> AbiType for Uint<BITS, LIMBS> {
    const SHAPE: Shape = Shape::Uint(checked_width(BITS));

    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&limbs_to_word(self.as_limbs(), 0));
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let limbs = word_to_limbs(reader.word()?);
        Self::checked_from_limbs_slice(&limbs).ok_or(Malformed)
    }
}

impl<const BITS: usize, const LIMBS: usize> AbiType for Signed<BITS, LIMBS> {
    const SHAPE: Shape = Shape::Int(checked_width(BITS));

    fn encode(&self, out: &mut Vec<u8>) {
        let sign = sign_extension(self.is_negative());
        let mut word = limbs_to_word(self.as_limbs(), sign);
        word[..WORD - BITS / 8].fill(sign);
        out.extend_from_slice(&word);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let word = reader.word()?;
        let (padding, bytes) = word.split_at(WORD - BITS / 8);
        let sign = sign_extension(bytes[0] >= 0x80);
        if padding.iter().any(|byte| *byte != sign) {
            return Err(Malformed);
        }
        let mut magnitude = *word;
        magnitude[..WORD - BITS / 8].fill(0);
        let unsigned = Uint::checked_from_limbs_slice(&word_to_limbs(&magnitude)).ok_or(Malformed)?;
        Ok(Self::from_raw(unsigned))
    }
}

macro_rules! wrapped {
    ($($name:ident)*) => {$(
        impl AbiType for $name {
            const SHAPE: Shape = <alloy_primitives::$name as AbiType>::SHAPE;

            fn encode(&self, out: &mut Vec<u8>) {
                self.0.encode(out);
            }

            fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
                AbiType::decode(reader).map(Self)
            }
        }
    )*};
}

wrapped!(U256 I256);

/// Little-endian limbs as a big-endian word, filled up in front.
fn limbs_to_word(limbs: &[u64], fill: u8) -> [u8; WORD] {
    let mut word = [fill; WORD];
    for (bytes, limb) in word.rchunks_exact_mut(8).zip(limbs) {
        bytes.copy_from_slice(&limb.to_be_bytes());
    }
    word
}

fn word_to_limbs(word: &[u8; WORD]) -> [u64; 4] {
    let mut limbs = [0; 4];
    for (limb, bytes) in limbs.iter_mut().zip(word.rchunks_exact(8)) {
        *limb = bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    }
    limbs
}
