//! The secret that is burnt into one processor, and the derivation of everything that follows from it.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::PlatformError;

const SALT: &[u8] = b"enigma/simulated-processor/v1";

/// 32 secret bytes. Not printable, wiped when dropped.
#[derive(Clone)]
pub struct FuseKey(Zeroizing<[u8; 32]>);

impl FuseKey {
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// For the NVRAM only.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// HKDF-SHA256 (RFC 5869) with the parts of `info` each preceded by its length, so that no two derivations collide.
    ///
    /// # Errors
    /// `Internal` for more than 8,160 bytes.
    pub fn derive<const N: usize>(&self, info: &[&[u8]]) -> Result<Zeroizing<[u8; N]>, PlatformError> {
        derive(self.0.as_slice(), info)
    }
}

/// As [`FuseKey::derive`], from any secret or public seed.
///
/// # Errors
/// `Internal` for more than 8,160 bytes.
pub fn derive<const N: usize>(seed: &[u8], info: &[&[u8]]) -> Result<Zeroizing<[u8; N]>, PlatformError> {
    let mut framed = Vec::new();
    for part in info {
        let length = u32::try_from(part.len()).map_err(|_| PlatformError::Internal)?;
        framed.extend_from_slice(&length.to_be_bytes());
        framed.extend_from_slice(part);
    }
    let mut out = Zeroizing::new([0; N]);
    Hkdf::<Sha256>::new(Some(SALT), seed)
        .expand(&framed, out.as_mut_slice())
        .map_err(|_| PlatformError::Internal)?;
    Ok(out)
}
