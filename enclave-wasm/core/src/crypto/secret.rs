//! 32 secret bytes that cannot be printed, copied by accident, or left behind in memory.

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A 32-byte secret: master secret, symmetric key, or private key. It has no `Debug`, `Clone` or serialisation, compares
/// in constant time, and is overwritten when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; 32]);

impl Secret {
    /// Takes the bytes over and overwrites where they came from.
    pub fn take(bytes: &mut [u8; 32]) -> Self {
        let secret = Self(*bytes);
        bytes.zeroize();
        secret
    }

    /// Takes over a buffer, which is overwritten; none if it is not 32 bytes long.
    pub fn take_vec(mut bytes: Vec<u8>) -> Option<Self> {
        let secret = <[u8; 32]>::try_from(bytes.as_slice()).ok().map(Self);
        bytes.zeroize();
        secret
    }

    /// The bytes, for the construction that uses them.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// A deliberate second copy.
    pub fn duplicate(&self) -> Self {
        Self(self.0)
    }

    /// Whether both hold the same bytes, in time that does not depend on them.
    pub fn equals(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taking_clears_the_source_and_keeps_the_value() {
        let mut source = [7u8; 32];
        let secret = Secret::take(&mut source);
        assert_eq!(source, [0; 32]);
        assert_eq!(secret.expose(), &[7; 32]);
        assert!(secret.equals(&secret.duplicate()));
        assert!(!secret.equals(&Secret::take(&mut [8; 32])));
        assert!(Secret::take_vec(vec![1; 31]).is_none());
    }
}
