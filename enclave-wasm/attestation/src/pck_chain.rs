//! The PCK chain inside a quote: three certificates in one spelling.
//!
//! The verifier behind this crate decodes PEM leniently and takes what it needs from the chain, so that spaces, text between
//! certificates or another third certificate would pass. Here each quote has exactly one accepted spelling: PCK, PCK CA and
//! the root that the verifier trusts, in RFC 7468 form with lines of 64 characters, and at most one zero byte behind
//! (Intel's quoting enclave writes one).

use alloc::string::String;

use pem::{EncodeConfig, LineEnding};

use crate::error::AttestationError;

/// Checks spelling and root of a quote's certification data.
///
/// # Errors
/// `Certificate` for another spelling or number of certificates, `Root` where the last one is not `root_ca_der`.
pub fn check_pck_chain(chain: &[u8], root_ca_der: &[u8]) -> Result<(), AttestationError> {
    let text = chain.strip_suffix(&[0]).unwrap_or(chain);
    let certificates = pem::parse_many(text).map_err(|_| AttestationError::Certificate)?;
    let [_pck, _pck_ca, root] = certificates.as_slice() else {
        return Err(AttestationError::Certificate);
    };
    let canonical: String = certificates
        .iter()
        .map(|certificate| pem::encode_config(certificate, EncodeConfig::new().set_line_ending(LineEnding::LF)))
        .collect();
    if canonical.as_bytes() != text
        || certificates
            .iter()
            .any(|certificate| certificate.tag() != "CERTIFICATE")
    {
        return Err(AttestationError::Certificate);
    }
    if root.contents() == root_ca_der {
        Ok(())
    } else {
        Err(AttestationError::Root)
    }
}
