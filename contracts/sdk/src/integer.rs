//! 256-bit integers whose arithmetic is checked.
//!
//! The operators of `alloy-primitives` wrap around silently. A contract counts money, so here an overflow panics, as it
//! does for Rust's own integers in a contract and for integers in Solidity; the panic ends the task and undoes its writes.

use crate::primitives;
use core::fmt;
use core::iter::{Product, Sum};
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Not, Rem, RemAssign, Shl, Shr, Sub, SubAssign};
use core::ops::{BitAnd, BitOr, BitXor};
use core::str::FromStr;

macro_rules! operator {
    ($name:ident, $($trait:ident $method:ident $assign:ident $assign_method:ident $checked:ident $message:literal),*) => {$(
        impl $trait for $name {
            type Output = Self;

            #[track_caller]
            fn $method(self, other: Self) -> Self {
                match self.0.$checked(other.0) {
                    Some(result) => Self(result),
                    None => panic!($message),
                }
            }
        }

        impl $assign for $name {
            #[track_caller]
            fn $assign_method(&mut self, other: Self) {
                *self = $trait::$method(*self, other);
            }
        }
    )*};
}

macro_rules! bitwise {
    ($name:ident, $($trait:ident $method:ident),*) => {$(
        impl $trait for $name {
            type Output = Self;

            fn $method(self, other: Self) -> Self {
                Self($trait::$method(self.0, other.0))
            }
        }
    )*};
}

macro_rules! checked_integer {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub(crate) $inner);

        impl $name {
            /// 0.
            pub const ZERO: Self = Self(<$inner>::ZERO);
            /// 1.
            pub const ONE: Self = Self(<$inner>::ONE);
            /// The largest value.
            pub const MAX: Self = Self(<$inner>::MAX);
            /// The smallest value.
            pub const MIN: Self = Self(<$inner>::MIN);

            /// Whether it is 0.
            pub fn is_zero(self) -> bool {
                self == Self::ZERO
            }

            /// The sum, or none where it overflows.
            pub fn checked_add(self, other: Self) -> Option<Self> {
                self.0.checked_add(other.0).map(Self)
            }

            /// The difference, or none where it overflows.
            pub fn checked_sub(self, other: Self) -> Option<Self> {
                self.0.checked_sub(other.0).map(Self)
            }

            /// The product, or none where it overflows.
            pub fn checked_mul(self, other: Self) -> Option<Self> {
                self.0.checked_mul(other.0).map(Self)
            }

            /// The quotient, or none where the divisor is 0 or it overflows.
            pub fn checked_div(self, other: Self) -> Option<Self> {
                self.0.checked_div(other.0).map(Self)
            }

            /// The sum, or the nearest value where it overflows.
            pub fn saturating_add(self, other: Self) -> Self {
                Self(self.0.saturating_add(other.0))
            }

            /// The difference, or the nearest value where it overflows.
            pub fn saturating_sub(self, other: Self) -> Self {
                Self(self.0.saturating_sub(other.0))
            }

            /// The sum modulo 2^256.
            pub fn wrapping_add(self, other: Self) -> Self {
                Self(self.0.wrapping_add(other.0))
            }

            /// The difference modulo 2^256.
            pub fn wrapping_sub(self, other: Self) -> Self {
                Self(self.0.wrapping_sub(other.0))
            }

            /// The power.
            ///
            /// # Panics
            /// Where it overflows.
            #[track_caller]
            pub fn pow(self, exponent: u32) -> Self {
                (0..exponent).fold(Self::ONE, |power, _| power * self)
            }

            /// The 32 bytes, big-endian.
            pub fn to_be_bytes(self) -> [u8; 32] {
                self.0.to_be_bytes()
            }

            /// The number of 32 bytes, big-endian.
            pub fn from_be_bytes(bytes: [u8; 32]) -> Self {
                Self(<$inner>::from_be_bytes(bytes))
            }
        }

        operator!($name,
            Add add AddAssign add_assign checked_add "attempt to add with overflow",
            Sub sub SubAssign sub_assign checked_sub "attempt to subtract with overflow",
            Mul mul MulAssign mul_assign checked_mul "attempt to multiply with overflow",
            Div div DivAssign div_assign checked_div "attempt to divide by zero, or with overflow",
            Rem rem RemAssign rem_assign checked_rem "attempt to take the remainder of a division by zero, or with overflow");
        bitwise!($name, BitAnd bitand, BitOr bitor, BitXor bitxor);

        impl Not for $name {
            type Output = Self;

            fn not(self) -> Self {
                Self(!self.0)
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
                numbers.fold(Self::ZERO, Add::add)
            }
        }

        impl Product for $name {
            fn product<I: Iterator<Item = Self>>(numbers: I) -> Self {
                numbers.fold(Self::ONE, Mul::mul)
            }
        }

        impl From<$inner> for $name {
            fn from(number: $inner) -> Self {
                Self(number)
            }
        }

        impl From<$name> for $inner {
            fn from(number: $name) -> Self {
                number.0
            }
        }

        impl FromStr for $name {
            type Err = <$inner as FromStr>::Err;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, formatter)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, formatter)
            }
        }
    };
}

checked_integer! {
    /// An unsigned integer of 256 bits, Solidity's `uint256`. Overflow panics.
    ///
    /// ```
    /// # use enigma_contract::prelude::*;
    /// let supply = U256::from(10u8).pow(18) * U256::from(1_000u64);
    /// assert_eq!(supply.to_string(), "1000000000000000000000");
    /// assert_eq!(U256::MAX.checked_add(U256::ONE), None);
    /// ```
    U256(primitives::U256)
}

checked_integer! {
    /// A signed integer of 256 bits, Solidity's `int256`. Overflow panics.
    I256(primitives::I256)
}

/// The number does not fit the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoesNotFit;

impl fmt::Display for DoesNotFit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the number does not fit the type")
    }
}

impl core::error::Error for DoesNotFit {}

impl Neg for I256 {
    type Output = Self;

    #[track_caller]
    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

impl Shl<usize> for U256 {
    type Output = Self;

    fn shl(self, bits: usize) -> Self {
        Self(self.0 << bits)
    }
}

impl Shr<usize> for U256 {
    type Output = Self;

    fn shr(self, bits: usize) -> Self {
        Self(self.0 >> bits)
    }
}

macro_rules! conversions {
    ($($small:ty)*) => {$(
        impl From<$small> for U256 {
            fn from(number: $small) -> Self {
                Self(primitives::U256::from(number))
            }
        }

        /// Fails where the number is larger than the type holds.
        impl TryFrom<U256> for $small {
            type Error = DoesNotFit;

            fn try_from(number: U256) -> Result<Self, DoesNotFit> {
                <$small>::try_from(number.0).map_err(|_| DoesNotFit)
            }
        }
    )*};
}

conversions!(u8 u16 u32 u64 u128);

impl From<i64> for I256 {
    fn from(number: i64) -> Self {
        Self::from(i128::from(number))
    }
}

impl From<i128> for I256 {
    fn from(number: i128) -> Self {
        let fill = if number < 0 { [0xff; 16] } else { [0; 16] };
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(&fill);
        bytes[16..].copy_from_slice(&number.to_be_bytes());
        Self::from_be_bytes(bytes)
    }
}
