//! Whether another enclave is this same program, in the role and with the keys that it claims.

use enigma_attestation::{Collateral, Policy, Role, SIMULATION_ROOT_DER, report_data::check_report_data, verify_quote};

use crate::{
    ecall::EcallError,
    format::bytes::{Address, Hash},
    hardware::Identity,
};

/// What a peer shows of itself.
pub struct Evidence<'a> {
    pub role: Role,
    pub signer: &'a Address,
    pub encryption_key: &'a Hash,
    pub quote: &'a [u8],
    /// CBOR of a [`Collateral`].
    pub collateral: &'a [u8],
}

/// Believes a peer that has our own measurement, signer, product and debug attribute, at least our SVN, and these keys.
///
/// # Errors
/// The codes of attestation, `quote-…`.
pub fn verify_peer(own: &Identity, evidence: &Evidence<'_>, now: u64) -> Result<(), EcallError> {
    let policy = Policy {
        mr_enclave: own.mr_enclave,
        mr_signer: Some(own.mr_signer),
        isv_prod_id: own.isv_prod_id,
        min_isv_svn: own.isv_svn,
        debug: own.debug,
    };
    let collateral = Collateral::from_cbor(evidence.collateral)?;
    let verified = verify_quote(evidence.quote, &collateral, SIMULATION_ROOT_DER, now, &policy)?;
    check_report_data(&verified, evidence.role, evidence.signer, evidence.encryption_key)?;
    Ok(())
}
