//! What an enclave of this network puts into the 64 bytes of REPORTDATA.
//!
//! `keccak256(abi.encode(bytes32 tag, uint8 role, address signer, bytes32 encryptionKey)) ‖ 32 zero bytes`, with
//! `tag = keccak256("enigma/v1/report-data")`. It binds both public keys and the role to the quote, so that a host cannot
//! pass off its own key, and a worker not as a principal.

use sha3::{Digest, Keccak256};

use crate::{error::AttestationError, verify::VerifiedEnclave};

const LABEL: &[u8] = b"enigma/v1/report-data";

/// What an enclave does in the network; the numbers are part of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Role {
    Principal = 1,
    Worker = 2,
    Auditor = 3,
}

/// REPORTDATA of an enclave in `role` with this Ethereum address of its signing key and this X25519 public key.
#[must_use]
pub fn report_data(role: Role, signer: &[u8; 20], encryption_key: &[u8; 32]) -> [u8; 64] {
    let binding = Keccak256::new()
        .chain_update(Keccak256::digest(LABEL))
        .chain_update([0; 31])
        .chain_update([role as u8])
        .chain_update([0; 12])
        .chain_update(signer)
        .chain_update(encryption_key)
        .finalize();
    let mut data = [0; 64];
    for (byte, bound) in data.iter_mut().zip(binding) {
        *byte = bound;
    }
    data
}

/// Checks that a verified enclave holds these keys in this role.
///
/// # Errors
/// `ReportData` where it does not.
pub fn check_report_data(
    enclave: &VerifiedEnclave,
    role: Role,
    signer: &[u8; 20],
    encryption_key: &[u8; 32],
) -> Result<(), AttestationError> {
    if enclave.report_data == report_data(role, signer, encryption_key) {
        Ok(())
    } else {
        Err(AttestationError::ReportData)
    }
}
