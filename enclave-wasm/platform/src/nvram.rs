//! The state of one machine as bytes: what a real processor keeps in fuses and in the management engine's flash.
//!
//! ```text
//! magic "ENIGMANV" (8) ‖ version u16 ‖ fuse key (32) ‖ random source u8 (0 operating system, 1 seeded) ‖ position u64
//!   ‖ number of counters u32 ‖ (counter id (32) ‖ value u64)… ascending by id ‖ HMAC-SHA256 of all before (32)
//! ```
//!
//! Integers are big-endian. The authentication key follows from the fuse key, which lies in the same bytes: it detects
//! damage and hand editing, not an attacker who owns the machine, against whom a simulation has nothing.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{error::PlatformError, fuses::FuseKey};

const MAGIC: &[u8; 8] = b"ENIGMANV";
const VERSION: u16 = 1;
const TAG_LENGTH: usize = 32;
/// A platform serves a handful of enclaves; the limit keeps the file small.
pub const MAX_COUNTERS: usize = 256;

/// Everything that must outlive a restart.
#[derive(Clone)]
pub struct Nvram {
    pub fuses: FuseKey,
    /// Bytes already taken from the seeded random stream; none where randomness comes from the operating system.
    pub random_position: Option<u64>,
    pub counters: BTreeMap<[u8; 32], u64>,
}

impl Nvram {
    /// # Errors
    /// `Internal`, which does not happen.
    pub fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, PlatformError> {
        let mut bytes = Zeroizing::new(Vec::new());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_be_bytes());
        bytes.extend_from_slice(self.fuses.bytes());
        bytes.push(u8::from(self.random_position.is_some()));
        bytes.extend_from_slice(&self.random_position.unwrap_or(0).to_be_bytes());
        let count = u32::try_from(self.counters.len()).map_err(|_| PlatformError::Internal)?;
        bytes.extend_from_slice(&count.to_be_bytes());
        for (id, value) in &self.counters {
            bytes.extend_from_slice(id);
            bytes.extend_from_slice(&value.to_be_bytes());
        }
        let tag = authenticate(&self.fuses, &bytes)?;
        bytes.extend_from_slice(&tag);
        Ok(bytes)
    }

    /// Reads what `to_bytes` wrote.
    ///
    /// # Errors
    /// `Version` for another version, `Altered` for all else that was not written by this platform.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PlatformError> {
        let mut fields = Fields(bytes);
        if fields.take::<8>()? != *MAGIC {
            return Err(PlatformError::Altered);
        }
        if u16::from_be_bytes(fields.take()?) != VERSION {
            return Err(PlatformError::Version);
        }
        let fuses = FuseKey::new(fields.take()?);
        check_tag(&fuses, bytes)?;
        let seeded = fields.take::<1>()?;
        let position = u64::from_be_bytes(fields.take()?);
        let random_position = match (seeded, position) {
            ([0], 0) => None,
            ([1], position) => Some(position),
            _ => return Err(PlatformError::Altered),
        };
        let count = u32::from_be_bytes(fields.take()?);
        let mut counters = BTreeMap::new();
        for _ in 0..count {
            counters.insert(fields.take()?, u64::from_be_bytes(fields.take()?));
        }
        if fields.0.len() != TAG_LENGTH || counters.len() > MAX_COUNTERS {
            return Err(PlatformError::Altered);
        }
        Ok(Self {
            fuses,
            random_position,
            counters,
        })
    }
}

fn check_tag(fuses: &FuseKey, bytes: &[u8]) -> Result<(), PlatformError> {
    let (body, tag) = bytes.split_last_chunk::<TAG_LENGTH>().ok_or(PlatformError::Altered)?;
    if bool::from(authenticate(fuses, body)?.ct_eq(tag)) {
        Ok(())
    } else {
        Err(PlatformError::Altered)
    }
}

fn authenticate(fuses: &FuseKey, body: &[u8]) -> Result<[u8; TAG_LENGTH], PlatformError> {
    let key = fuses.derive::<32>(&[b"nvram"])?;
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).map_err(|_| PlatformError::Internal)?;
    mac.update(body);
    Ok(mac.finalize().into_bytes().into())
}

struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], PlatformError> {
        let (field, rest) = self.0.split_first_chunk::<N>().ok_or(PlatformError::Altered)?;
        self.0 = rest;
        Ok(*field)
    }
}
