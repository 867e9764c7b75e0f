//! An enclave on a simulated processor, and what a verifier needs to judge its quotes.

// Each test file uses a part of it.
#![allow(dead_code)]

use std::sync::LazyLock;

use enigma_attestation::{
    AttestationError, Collateral, Policy, Role, SIMULATION_ROOT_DER, VerifiedEnclave, report_data, verify_quote,
};
use enigma_platform::{CollateralOptions, Identity, Pki, Processor, ProcessorModel, fuses::FuseKey};

/// 2026-11-22.
pub const NOW: u64 = 1_795_305_600;
pub const SIGNER: [u8; 20] = [0xaa; 20];
pub const KEY: [u8; 32] = [0xbb; 32];

pub fn identity() -> Identity {
    Identity {
        mr_enclave: [1; 32],
        mr_signer: [2; 32],
        isv_prod_id: 7,
        isv_svn: 3,
        debug: false,
    }
}

pub fn policy() -> Policy {
    Policy {
        mr_enclave: [1; 32],
        mr_signer: Some([2; 32]),
        isv_prod_id: 7,
        min_isv_svn: 3,
        debug: false,
    }
}

pub fn pki() -> &'static Pki {
    static PKI: LazyLock<Pki> = LazyLock::new(|| Pki::simulation().expect("the seed gives keys"));
    &PKI
}

pub fn processor(model: ProcessorModel) -> Processor {
    Processor::new(&FuseKey::new([9; 32]), pki(), model).expect("the fuses give keys")
}

pub fn quote_of(model: ProcessorModel, identity: &Identity) -> Vec<u8> {
    processor(model)
        .quote(identity, &report_data(Role::Worker, &SIGNER, &KEY))
        .expect("a quote")
}

pub fn quote() -> &'static [u8] {
    static QUOTE: LazyLock<Vec<u8>> = LazyLock::new(|| quote_of(ProcessorModel::default(), &identity()));
    &QUOTE
}

pub fn collateral_with(options: CollateralOptions) -> Collateral {
    pki().collateral(&options).expect("collateral")
}

pub fn collateral() -> &'static Collateral {
    static COLLATERAL: LazyLock<Collateral> = LazyLock::new(|| collateral_with(CollateralOptions::default()));
    &COLLATERAL
}

pub fn verify(quote: &[u8], policy: &Policy) -> Result<VerifiedEnclave, AttestationError> {
    verify_quote(quote, collateral(), SIMULATION_ROOT_DER, NOW, policy)
}

pub fn verify_with(collateral: &Collateral) -> Result<VerifiedEnclave, AttestationError> {
    verify_quote(quote(), collateral, SIMULATION_ROOT_DER, NOW, &policy())
}
