//! Sealed keys: what an enclave writes for itself, to be read again by itself alone, and only in its newest version.
//!
//! A blob is `header ‖ AEAD(payload) ‖ keccak256(all before)`. The header is the AEAD's associated data. It says for whom the
//! blob is, so that a refusal can say why, and the key makes it true: it depends on platform, measurement, SVN and key id.
//!
//! The monotonic counter defeats old blobs. The blob for c+1 is on disk before the counter moves from c to c+1, and opening
//! accepts c and c+1 (then the counter moves on), so that a kill at any instant loses nothing.
//!
//! Threats: the host keeps, alters, swaps and replays blobs as it likes. Nothing that fails to open is ever replaced by a fresh
//! key: the host would gain a network that forgot its past. What stays open: before the first `confirmSeal` nothing was
//! counted, so a host may ask for fresh keys again and again, and keep several first blobs.

use zeroize::Zeroizing;

use crate::{
    crypto::{aead, contract_keys::hkdf, keccak::keccak256, secret::Secret},
    format::{
        bytes::{Hash, Network},
        tag::Tag,
    },
    hardware::{Hardware, HardwareError, Identity, SealPolicy},
};

const VERSION: u16 = 1;
const HEADER_LENGTH: usize = 170;

/// Why a sealed blob was not opened. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SealError {
    /// Not a blob, or a bit of it changed.
    Altered,
    /// Written by another version of the format.
    Version,
    /// Sealed for another role.
    OtherRole,
    /// Sealed for another network.
    OtherNetwork,
    /// Sealed by another enclave.
    OtherEnclave,
    /// Sealed on another platform.
    OtherPlatform,
    /// Sealed by a newer security version of this enclave.
    NewerEnclave,
    /// An older blob than the counter says exists.
    Old,
    /// A newer blob than the counter could have seen: the platform lost its counter.
    AheadOfCounter,
    /// No blob, although the counter says that one exists.
    Missing,
    /// The processor failed.
    Hardware(HardwareError),
}

impl SealError {
    /// Stable code.
    pub fn code(&self) -> &str {
        match self {
            SealError::Altered => "sealed-blob-altered",
            SealError::Version => "sealed-blob-version",
            SealError::OtherRole => "sealed-blob-other-role",
            SealError::OtherNetwork => "sealed-blob-other-network",
            SealError::OtherEnclave => "sealed-blob-other-enclave",
            SealError::OtherPlatform => "sealed-blob-other-platform",
            SealError::NewerEnclave => "sealed-blob-newer-enclave",
            SealError::Old => "sealed-blob-old",
            SealError::AheadOfCounter => "sealed-blob-ahead-of-counter",
            SealError::Missing => "sealed-blob-missing",
            SealError::Hardware(error) => &error.code,
        }
    }
}

impl From<HardwareError> for SealError {
    fn from(error: HardwareError) -> Self {
        SealError::Hardware(error)
    }
}

/// For whom a blob is.
#[derive(Clone, Copy)]
pub struct Purpose {
    pub network: Network,
    /// Role number of ARCHITECTURE.md section 2.3.
    pub role: u8,
}

/// What stands before the ciphertext, in clear and authenticated.
#[derive(PartialEq, Eq)]
struct Header {
    policy: u8,
    role: u8,
    svn: u16,
    network: Network,
    mr_enclave: Hash,
    mr_signer: Hash,
    counter: u64,
    key_id: Hash,
    /// Tells another platform's blob from an altered one, and gives nothing of the key away.
    key_check: Hash,
}

/// Seals `payload` as the blob for counter value `counter`.
///
/// # Errors
/// [`SealError::Hardware`].
pub fn seal(
    hardware: &mut dyn Hardware,
    policy: SealPolicy,
    purpose: &Purpose,
    counter: u64,
    payload: &[u8],
) -> Result<Vec<u8>, SealError> {
    let Identity {
        mr_enclave,
        mr_signer,
        isv_svn: svn,
        ..
    } = hardware.identity();
    let key_id = *hardware.random()?.expose();
    let root = hardware.seal_key(policy, svn, &key_id)?;
    let Purpose { network, role } = *purpose;
    let header = Header {
        policy: policy as u8,
        role,
        svn,
        network,
        mr_enclave,
        mr_signer,
        counter,
        key_id,
        key_check: key_check(&root),
    };
    let mut blob = header.encode();
    let ciphertext = aead::seal_padded(&blob_key(&root), &blob, payload);
    blob.extend_from_slice(&ciphertext);
    let checksum = keccak256(&blob);
    blob.extend_from_slice(&checksum);
    Ok(blob)
}

/// Opens a blob: its payload, and the counter value that it is for.
///
/// # Errors
/// Each reason to refuse as its own [`SealError`].
pub fn open(
    hardware: &mut dyn Hardware,
    purpose: &Purpose,
    blob: &[u8],
) -> Result<(Zeroizing<Vec<u8>>, u64), SealError> {
    let (body, checksum) = blob.split_last_chunk::<32>().ok_or(SealError::Altered)?;
    let (bytes, ciphertext) = body.split_first_chunk::<HEADER_LENGTH>().ok_or(SealError::Altered)?;
    if keccak256(body) != *checksum {
        return Err(SealError::Altered);
    }
    let header = Header::decode(bytes).ok_or(SealError::Version)?;
    let policy = header.check(&hardware.identity(), purpose)?;
    let root = hardware.seal_key(policy, header.svn, &header.key_id)?;
    if header.key_check != key_check(&root) {
        return Err(SealError::OtherPlatform);
    }
    let payload = aead::open_padded(&blob_key(&root), bytes, ciphertext).map_err(|_| SealError::Altered)?;
    check_counter(header.counter, hardware.counter_read()?)?;
    Ok((payload, header.counter))
}

impl Header {
    fn encode(&self) -> Vec<u8> {
        [
            &VERSION.to_be_bytes()[..],
            &[self.policy, self.role],
            &self.svn.to_be_bytes(),
            &self.network.chain_id.to_be_bytes(),
            &self.network.enigma,
            &self.mr_enclave,
            &self.mr_signer,
            &self.counter.to_be_bytes(),
            &self.key_id,
            &self.key_check,
        ]
        .concat()
    }

    /// None for another version.
    fn decode(bytes: &[u8; HEADER_LENGTH]) -> Option<Self> {
        let mut rest = &bytes[..];
        if u16::from_be_bytes(take(&mut rest)?) != VERSION {
            return None;
        }
        let [policy, role] = take(&mut rest)?;
        Some(Self {
            policy,
            role,
            svn: u16::from_be_bytes(take(&mut rest)?),
            network: Network {
                chain_id: u64::from_be_bytes(take(&mut rest)?),
                enigma: take(&mut rest)?,
            },
            mr_enclave: take(&mut rest)?,
            mr_signer: take(&mut rest)?,
            counter: u64::from_be_bytes(take(&mut rest)?),
            key_id: take(&mut rest)?,
            key_check: take(&mut rest)?,
        })
    }

    /// Whether the blob is for this enclave, in the order in which a user can do something about it.
    fn check(&self, identity: &Identity, purpose: &Purpose) -> Result<SealPolicy, SealError> {
        if self.network != purpose.network {
            return Err(SealError::OtherNetwork);
        }
        if self.role != purpose.role {
            return Err(SealError::OtherRole);
        }
        let policy = match self.policy {
            1 if self.mr_enclave == identity.mr_enclave => SealPolicy::MrEnclave,
            2 if self.mr_signer == identity.mr_signer => SealPolicy::MrSigner,
            _ => return Err(SealError::OtherEnclave),
        };
        if self.svn > identity.isv_svn {
            return Err(SealError::NewerEnclave);
        }
        Ok(policy)
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (bytes, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*bytes)
}

fn check_counter(blob: u64, platform: u64) -> Result<(), SealError> {
    match blob {
        _ if blob < platform || blob == 0 => Err(SealError::Old),
        _ if blob > platform.saturating_add(1) => Err(SealError::AheadOfCounter),
        _ => Ok(()),
    }
}

fn blob_key(root: &Secret) -> Secret {
    hkdf(root, b"", &[&Tag::Sealed.hash(), b"key"])
}

fn key_check(root: &Secret) -> Hash {
    *hkdf(root, b"", &[&Tag::Sealed.hash(), b"check"]).expose()
}
