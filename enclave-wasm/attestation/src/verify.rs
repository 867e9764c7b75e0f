//! Decides whether a quote proves what it says, and whether that is what was asked for.
//!
//! The cryptographic chain (root, certificates, revocation lists, TCB levels, quoting enclave, report) is checked by the
//! unmodified `dcap-qvl` crate. On top of it, because that crate leaves it to its caller or reads leniently:
//! - the quote has one reading (see [`crate::quote`]) and one spelling of its certificates, under the root that is trusted;
//! - the TCB status of processor and quoting enclave is up to date, and nothing else;
//! - the quoting enclave's vendor is Intel;
//! - the report is the one that was asked for: measurement, author, product, security version, debug attribute. A
//!   debug enclave is refused where a release one is wanted and the other way round, since the two must not share keys.

use alloc::string::ToString;

use dcap_qvl::{QuoteCollateralV3, configs::RustCryptoConfig, verify::QuoteVerifier};

pub use dcap_qvl::TcbStatus;

use crate::{
    collateral::Collateral,
    error::AttestationError,
    pck_chain::check_pck_chain,
    quote::{CERTIFICATION_PCK_CHAIN, EnclaveReport, INTEL_QE_VENDOR_ID, Quote},
    verifier_error::classify,
};

/// Which enclave a verifier is willing to believe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub mr_enclave: [u8; 32],
    /// The author, or none where the measurement alone decides.
    pub mr_signer: Option<[u8; 32]>,
    pub isv_prod_id: u16,
    pub min_isv_svn: u16,
    /// Equal to the enclave's debug attribute: true accepts debug enclaves only.
    pub debug: bool,
}

/// What a believed quote says of the enclave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedEnclave {
    pub mr_enclave: [u8; 32],
    pub mr_signer: [u8; 32],
    pub isv_prod_id: u16,
    pub isv_svn: u16,
    pub debug: bool,
    pub report_data: [u8; 64],
    pub tcb_status: TcbStatus,
}

/// Verifies `quote` with `collateral` under the root certificate `root_ca_der` at `now` (seconds since 1970-01-01 UTC).
///
/// # Errors
/// The first reason to refuse, see [`AttestationError`].
pub fn verify_quote(
    quote: &[u8],
    collateral: &Collateral,
    root_ca_der: &[u8],
    now: u64,
    policy: &Policy,
) -> Result<VerifiedEnclave, AttestationError> {
    let parsed = Quote::parse(quote)?;
    check_form(&parsed, root_ca_der)?;
    // Before the verifier, whose own refusal of debug enclaves is switched by the same policy.
    if parsed.report.is_debug() != policy.debug {
        return Err(AttestationError::Debug);
    }
    let tcb_status = verify_chain(quote, collateral, root_ca_der, now, policy.debug)?;
    check_report(&parsed.report, policy)?;
    let EnclaveReport {
        mr_enclave,
        mr_signer,
        isv_prod_id,
        isv_svn,
        report_data,
        ..
    } = parsed.report;
    Ok(VerifiedEnclave {
        mr_enclave,
        mr_signer,
        isv_prod_id,
        isv_svn,
        debug: policy.debug,
        report_data,
        tcb_status,
    })
}

fn check_form(quote: &Quote, root_ca_der: &[u8]) -> Result<(), AttestationError> {
    if quote.header.qe_vendor_id != INTEL_QE_VENDOR_ID {
        return Err(AttestationError::QeVendor);
    }
    if quote.auth.certification_type != CERTIFICATION_PCK_CHAIN {
        return Err(AttestationError::QuoteMalformed);
    }
    check_pck_chain(&quote.auth.certification_data, root_ca_der)
}

fn verify_chain(
    quote: &[u8],
    collateral: &Collateral,
    root_ca_der: &[u8],
    now: u64,
    allow_debug: bool,
) -> Result<TcbStatus, AttestationError> {
    let verified = QuoteVerifier::<RustCryptoConfig>::new_with_config(root_ca_der.to_vec())
        .allow_debug(allow_debug)
        .verify(quote, &QuoteCollateralV3::from(collateral), now)
        .map_err(|error| classify(error.downcast_ref(), &error.to_string()))?;
    // The merged status hides that a quoting enclave only needs configuration, so all three are looked at.
    let statuses = [verified.platform_status.status, verified.qe_status.status];
    if statuses.iter().any(|status| *status != TcbStatus::UpToDate)
        || verified.status != TcbStatus::UpToDate.to_string()
    {
        return Err(AttestationError::TcbOutOfDate);
    }
    Ok(TcbStatus::UpToDate)
}

fn check_report(report: &EnclaveReport, policy: &Policy) -> Result<(), AttestationError> {
    if report.mr_enclave != policy.mr_enclave {
        return Err(AttestationError::MrEnclave);
    }
    if policy.mr_signer.is_some_and(|mr_signer| mr_signer != report.mr_signer) {
        return Err(AttestationError::MrSigner);
    }
    if report.isv_prod_id != policy.isv_prod_id {
        return Err(AttestationError::Product);
    }
    if report.isv_svn < policy.min_isv_svn {
        return Err(AttestationError::Svn);
    }
    Ok(())
}
