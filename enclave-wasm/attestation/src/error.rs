//! Why a quote was not believed.

use core::fmt;

/// A reason for refusing a quote or its collateral. Nothing secret is involved, so it may be shown to anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttestationError {
    /// Not an SGX DCAP quote of version 3 with an ECDSA P-256 key and a PCK chain, or bytes before, between or after.
    QuoteMalformed,
    /// A signature of the quote, or the hash that binds the attestation key to the quoting enclave, does not hold.
    Signature,
    /// The measurement is not the one that is asked for.
    MrEnclave,
    /// The enclave's author is not the one that is asked for.
    MrSigner,
    /// Another product of the same author.
    Product,
    /// A debug enclave where a release one is asked for, or the other way round.
    Debug,
    /// The enclave's security version is too low.
    Svn,
    /// REPORTDATA names other keys or another role.
    ReportData,
    /// The processor's or the quoting enclave's trusted computing base is not up to date.
    TcbOutOfDate,
    /// The quoting enclave is not of the vendor whose format this is.
    QeVendor,
    /// The quoting enclave is not the one that the collateral names.
    QeIdentity,
    /// The certificates lead to another root.
    Root,
    /// A certificate does not parse or its signature does not hold.
    Certificate,
    /// A certificate or key in the chain is revoked.
    Revoked,
    /// Some part of the collateral, or a certificate, is not valid at this time.
    CollateralExpired,
    /// The collateral does not parse, or is of another kind or of another processor family.
    CollateralMalformed,
    /// A signature of the collateral does not hold.
    CollateralSignature,
}

impl AttestationError {
    /// The stable code under which the error registry explains this error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::QuoteMalformed => "quote-malformed",
            Self::Signature => "quote-signature",
            Self::MrEnclave => "quote-mr-enclave",
            Self::MrSigner => "quote-mr-signer",
            Self::Product => "quote-product",
            Self::Debug => "quote-debug",
            Self::Svn => "quote-svn",
            Self::ReportData => "quote-report-data",
            Self::TcbOutOfDate => "quote-tcb-out-of-date",
            Self::QeVendor => "quote-qe-vendor",
            Self::QeIdentity => "quote-qe-identity",
            Self::Root => "quote-root",
            Self::Certificate => "quote-certificate",
            Self::Revoked => "quote-revoked",
            Self::CollateralExpired => "quote-collateral-expired",
            Self::CollateralMalformed => "quote-collateral-malformed",
            Self::CollateralSignature => "quote-collateral-signature",
        }
    }
}

impl fmt::Display for AttestationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl core::error::Error for AttestationError {}
