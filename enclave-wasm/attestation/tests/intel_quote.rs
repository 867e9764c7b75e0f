//! The whole verification over a quote and collateral of real Intel hardware.

use dcap_qvl::QuoteCollateralV3;
use enigma_attestation::{AttestationError, Collateral, Policy, Quote, SIMULATION_ROOT_DER, verify_quote};

const QUOTE: &[u8] = include_bytes!("data/intel-sgx-quote/quote.bin");
const COLLATERAL: &str = include_str!("data/intel-sgx-quote/collateral.json");

/// 2025-06-25, when this collateral was valid.
const NOW: u64 = 1_750_809_600;

fn collateral() -> Collateral {
    serde_json::from_str::<QuoteCollateralV3>(COLLATERAL)
        .expect("the collateral is JSON")
        .into()
}

/// The third certificate of the quote's chain.
fn intel_root() -> Vec<u8> {
    let quote = Quote::parse(QUOTE).expect("it is a quote");
    let chain = pem::parse_many(quote.auth.certification_data).expect("it is PEM");
    chain.last().expect("three certificates").contents().to_vec()
}

fn policy() -> Policy {
    let report = Quote::parse(QUOTE).expect("it is a quote").report;
    Policy {
        mr_enclave: report.mr_enclave,
        mr_signer: Some(report.mr_signer),
        isv_prod_id: report.isv_prod_id,
        min_isv_svn: report.isv_svn,
        debug: report.is_debug(),
    }
}

fn verify(quote: &[u8], root: &[u8], now: u64) -> Result<(), AttestationError> {
    verify_quote(quote, &collateral(), root, now, &policy()).map(|_| ())
}

/// Its processor needed software hardening at that time, which the verifier reports and our policy does not accept: so
/// everything before that judgement (certificates, signatures, revocation, identity) was found in order.
#[test]
fn a_real_intel_quote_passes_every_check_up_to_its_processors_tcb_level() {
    let verifier = dcap_qvl::verify::QuoteVerifier::new(intel_root());
    let verified = verifier
        .verify(QUOTE, &(&collateral()).into(), NOW)
        .expect("the verifier believes it");
    assert_ne!(verified.status, "UpToDate");
    assert_eq!(verify(QUOTE, &intel_root(), NOW), Err(AttestationError::TcbOutOfDate));
}

#[test]
fn a_real_intel_quote_is_refused_under_the_simulation_root() {
    assert_eq!(verify(QUOTE, SIMULATION_ROOT_DER, NOW), Err(AttestationError::Root));
}

#[test]
fn a_real_intel_quote_is_refused_when_its_collateral_has_expired() {
    assert_eq!(
        verify(QUOTE, &intel_root(), NOW + 60 * 86_400),
        Err(AttestationError::CollateralExpired)
    );
}

#[test]
fn a_real_intel_quote_with_an_altered_report_is_refused() {
    let mut altered = QUOTE.to_vec();
    altered[400] ^= 1;
    assert_eq!(verify(&altered, &intel_root(), NOW), Err(AttestationError::Signature));
}
