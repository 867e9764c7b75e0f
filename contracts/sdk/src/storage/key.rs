//! Keys of maps as bytes whose order is the order of the keys.
//!
//! No encoding of a type is the beginning of another one of that type, so the parts of a tuple can be written one behind
//! the other and are still ordered part by part. Integers are big-endian; the sign bit of signed ones is inverted, which
//! puts the negative ones first. Bytes and strings end with `00 01`, and each zero byte in them becomes `00 ff`.

use crate::integer::{I256, U256};
use alloy_primitives::{Address, Bytes, FixedBytes, Signed, Uint};

/// A type that can be the key of a [`Map`](super::Map).
///
/// Keys are ordered as the Rust type is. An encoded key takes at most 1,023 bytes; a longer one ends the task.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a map",
    label = "has no encoding that keeps the order",
    note = "use an integer, bool, Address, FixedBytes<N>, Bytes, String, or a tuple of these"
)]
pub trait Key: Sized {
    /// Appends the encoded key.
    fn write(&self, out: &mut Vec<u8>);

    /// Takes a key from the front of the input; none where it does not begin with one.
    fn read(input: &mut &[u8]) -> Option<Self>;
}

/// A key whose encoding begins with the one of `P`.
pub trait HasPrefix<P: Key>: Key {}

const END: [u8; 2] = [0x00, 0x01];
const ESCAPED_ZERO: [u8; 2] = [0x00, 0xff];

fn take<'a>(input: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = input.split_at_checked(length)?;
    *input = rest;
    Some(taken)
}

macro_rules! unsigned {
    ($($integer:ty)*) => {$(
        impl Key for $integer {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_be_bytes());
            }

            fn read(input: &mut &[u8]) -> Option<Self> {
                let bytes = take(input, size_of::<Self>())?;
                Some(Self::from_be_bytes(bytes.try_into().ok()?))
            }
        }
    )*};
}

macro_rules! signed {
    ($($integer:ty as $unsigned:ty),*) => {$(
        impl Key for $integer {
            fn write(&self, out: &mut Vec<u8>) {
                (self.wrapping_sub(Self::MIN) as $unsigned).write(out);
            }

            fn read(input: &mut &[u8]) -> Option<Self> {
                Some((<$unsigned>::read(input)? as Self).wrapping_add(Self::MIN))
            }
        }
    )*};
}

unsigned!(u8 u16 u32 u64 u128);
signed!(i8 as u8, i16 as u16, i32 as u32, i64 as u64, i128 as u128);

impl Key for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        match take(input, 1)? {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }
}

impl Key for Address {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_slice());
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        Self::try_from(take(input, 20)?).ok()
    }
}

impl<const N: usize> Key for FixedBytes<N> {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_slice());
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        Self::try_from(take(input, N)?).ok()
    }
}

impl<const BITS: usize, const LIMBS: usize> Key for Uint<BITS, LIMBS> {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.as_limbs().iter().rev().flat_map(|limb| limb.to_be_bytes()));
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        let mut limbs = [0; LIMBS];
        for limb in limbs.iter_mut().rev() {
            *limb = u64::read(input)?;
        }
        Self::checked_from_limbs_slice(&limbs)
    }
}

impl<const BITS: usize, const LIMBS: usize> Key for Signed<BITS, LIMBS> {
    fn write(&self, out: &mut Vec<u8>) {
        self.into_raw().wrapping_sub(Self::MIN.into_raw()).write(out);
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        Some(Self::from_raw(Uint::read(input)?.wrapping_add(Self::MIN.into_raw())))
    }
}

macro_rules! wrapped {
    ($($name:ident)*) => {$(
        impl Key for $name {
            fn write(&self, out: &mut Vec<u8>) {
                self.0.write(out);
            }

            fn read(input: &mut &[u8]) -> Option<Self> {
                Key::read(input).map(Self)
            }
        }
    )*};
}

wrapped!(U256 I256);

fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    for byte in bytes {
        match byte {
            0 => out.extend_from_slice(&ESCAPED_ZERO),
            byte => out.push(*byte),
        }
    }
    out.extend_from_slice(&END);
}

fn read_bytes(input: &mut &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        match take(input, 1)? {
            [0] => match take(input, 1)? {
                [0x01] => return Some(bytes),
                [0xff] => bytes.push(0),
                _ => return None,
            },
            byte => bytes.extend_from_slice(byte),
        }
    }
}

impl Key for Bytes {
    fn write(&self, out: &mut Vec<u8>) {
        write_bytes(self, out);
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        read_bytes(input).map(Self::from)
    }
}

impl Key for String {
    fn write(&self, out: &mut Vec<u8>) {
        write_bytes(self.as_bytes(), out);
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        Self::from_utf8(read_bytes(input)?).ok()
    }
}

macro_rules! tuples {
    ($($part:ident)*) => {
        impl<$($part: Key),*> Key for ($($part,)*) {
            #[allow(non_snake_case)]
            fn write(&self, out: &mut Vec<u8>) {
                let ($($part,)*) = self;
                $($part.write(out);)*
            }

            fn read(input: &mut &[u8]) -> Option<Self> {
                Some(($($part::read(input)?,)*))
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);

impl<A: Key, B: Key> HasPrefix<A> for (A, B) {}
impl<A: Key, B: Key, C: Key> HasPrefix<A> for (A, B, C) {}
impl<A: Key, B: Key, C: Key> HasPrefix<(A, B)> for (A, B, C) {}
impl<A: Key, B: Key, C: Key, D: Key> HasPrefix<A> for (A, B, C, D) {}
impl<A: Key, B: Key, C: Key, D: Key> HasPrefix<(A, B)> for (A, B, C, D) {}
impl<A: Key, B: Key, C: Key, D: Key> HasPrefix<(A, B, C)> for (A, B, C, D) {}
