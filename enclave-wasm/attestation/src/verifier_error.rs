//! Turns the verifier's prose into our codes.
//!
//! `dcap-qvl` reports by text, with typed errors of its certificate library below; the versions of both are pinned. This
//! only names a refusal that is already certain: text that is not known counts as malformed collateral, never as success.

use webpki::Error as CertificateError;

use crate::error::AttestationError;

/// Beginnings of the verifier's own sentences.
const SENTENCES: &[(&str, AttestationError)] = &[
    (
        "TCBInfo issue date is in the future",
        AttestationError::CollateralExpired,
    ),
    ("TCBInfo expired", AttestationError::CollateralExpired),
    (
        "QE Identity issue date is in the future",
        AttestationError::CollateralExpired,
    ),
    ("QE Identity expired", AttestationError::CollateralExpired),
    (
        "Signature is invalid for tcb_info",
        AttestationError::CollateralSignature,
    ),
    (
        "Signature is invalid for qe_identity",
        AttestationError::CollateralSignature,
    ),
    ("Signature is invalid for qe_report", AttestationError::Signature),
    ("QE report hash mismatch", AttestationError::Signature),
    ("Invalid QE auth data length", AttestationError::QuoteMalformed),
    ("ISV enclave report signature is invalid", AttestationError::Signature),
    ("QE MRSIGNER mismatch", AttestationError::QeIdentity),
    ("QE ISVPRODID mismatch", AttestationError::QeIdentity),
    ("QE MISCSELECT mismatch", AttestationError::QeIdentity),
    ("QE ATTRIBUTES mismatch", AttestationError::QeIdentity),
    ("QE report validation failed", AttestationError::QeIdentity),
    ("QE ISVSVN", AttestationError::TcbOutOfDate),
    ("No matching TCB level found", AttestationError::TcbOutOfDate),
    ("TCB status is invalid: Revoked", AttestationError::Revoked),
    ("Failed to load root ca", AttestationError::Root),
    ("Failed to parse PCK certificate", AttestationError::Certificate),
];

/// The code of an error of the verifier: `certificate_error` where its certificate library caused it, `sentence` its outermost text.
pub fn classify(certificate_error: Option<&CertificateError>, sentence: &str) -> AttestationError {
    if let Some(error) = certificate_error
        && let Some(code) = classify_certificate_error(error)
    {
        return code;
    }
    SENTENCES
        .iter()
        .find(|(beginning, _)| sentence.starts_with(beginning))
        .map_or(AttestationError::CollateralMalformed, |(_, code)| *code)
}

const fn classify_certificate_error(error: &CertificateError) -> Option<AttestationError> {
    match error {
        CertificateError::CertRevoked => Some(AttestationError::Revoked),
        CertificateError::CertExpired { .. }
        | CertificateError::CertNotValidYet { .. }
        | CertificateError::CrlExpired { .. } => Some(AttestationError::CollateralExpired),
        CertificateError::InvalidCrlSignatureForPublicKey | CertificateError::UnknownRevocationStatus => {
            Some(AttestationError::CollateralSignature)
        }
        CertificateError::InvalidSignatureForPublicKey | CertificateError::UnknownIssuer => {
            Some(AttestationError::Certificate)
        }
        _ => None,
    }
}
