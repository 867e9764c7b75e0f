//! What a verifier needs beside a quote: Intel's (here the simulator's) statements about processors of this family.
//!
//! It travels with the quote through untrusted hands; every part of it is signed. The PCK chain is not part of it: a
//! chain from here would take precedence over the quote's own in the verifier, and the quote would carry unchecked bytes.

use alloc::{string::String, vec::Vec};

use dcap_qvl::QuoteCollateralV3;
use serde::{Deserialize, Serialize};

use crate::error::AttestationError;

/// Collateral longer than this is refused unread; the simulator's is below 8 KiB, Intel's below 32 KiB.
pub const MAX_COLLATERAL_LENGTH: usize = 128 * 1024;

/// Serialises as a map with camelCase keys; revocation lists (DER) and signatures (r ‖ s) are byte strings in CBOR.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Collateral {
    /// PEM: PCK CA, root.
    pub pck_crl_issuer_chain: String,
    /// DER, signed by the root.
    #[serde(with = "serde_bytes")]
    pub root_ca_crl: Vec<u8>,
    /// DER, signed by the PCK CA.
    #[serde(with = "serde_bytes")]
    pub pck_crl: Vec<u8>,
    /// PEM: TCB signing certificate, root.
    pub tcb_info_issuer_chain: String,
    /// JSON, exactly as signed.
    pub tcb_info: String,
    #[serde(with = "serde_bytes")]
    pub tcb_info_signature: Vec<u8>,
    /// PEM: TCB signing certificate, root.
    pub qe_identity_issuer_chain: String,
    /// JSON, exactly as signed.
    pub qe_identity: String,
    #[serde(with = "serde_bytes")]
    pub qe_identity_signature: Vec<u8>,
}

impl Collateral {
    /// Reads CBOR.
    ///
    /// # Errors
    /// `CollateralMalformed` for anything but one complete map of the known fields.
    pub fn from_cbor(bytes: &[u8]) -> Result<Self, AttestationError> {
        if bytes.len() > MAX_COLLATERAL_LENGTH {
            return Err(AttestationError::CollateralMalformed);
        }
        let mut rest = bytes;
        let collateral = ciborium::from_reader(&mut rest).map_err(|_| AttestationError::CollateralMalformed)?;
        if rest.is_empty() {
            Ok(collateral)
        } else {
            Err(AttestationError::CollateralMalformed)
        }
    }

    /// Writes CBOR.
    ///
    /// # Errors
    /// None for values of this type: writing to memory does not fail; kept so that nothing here can panic.
    pub fn to_cbor(&self) -> Result<Vec<u8>, AttestationError> {
        let mut bytes = Vec::new();
        ciborium::into_writer(self, &mut bytes).map_err(|_| AttestationError::CollateralMalformed)?;
        Ok(bytes)
    }
}

impl From<&Collateral> for QuoteCollateralV3 {
    fn from(collateral: &Collateral) -> Self {
        let collateral = collateral.clone();
        Self {
            pck_crl_issuer_chain: collateral.pck_crl_issuer_chain,
            root_ca_crl: collateral.root_ca_crl,
            pck_crl: collateral.pck_crl,
            tcb_info_issuer_chain: collateral.tcb_info_issuer_chain,
            tcb_info: collateral.tcb_info,
            tcb_info_signature: collateral.tcb_info_signature,
            qe_identity_issuer_chain: collateral.qe_identity_issuer_chain,
            qe_identity: collateral.qe_identity,
            qe_identity_signature: collateral.qe_identity_signature,
            pck_certificate_chain: None,
        }
    }
}

impl From<QuoteCollateralV3> for Collateral {
    fn from(collateral: QuoteCollateralV3) -> Self {
        Self {
            pck_crl_issuer_chain: collateral.pck_crl_issuer_chain,
            root_ca_crl: collateral.root_ca_crl,
            pck_crl: collateral.pck_crl,
            tcb_info_issuer_chain: collateral.tcb_info_issuer_chain,
            tcb_info: collateral.tcb_info,
            tcb_info_signature: collateral.tcb_info_signature,
            qe_identity_issuer_chain: collateral.qe_identity_issuer_chain,
            qe_identity: collateral.qe_identity,
            qe_identity_signature: collateral.qe_identity_signature,
        }
    }
}
