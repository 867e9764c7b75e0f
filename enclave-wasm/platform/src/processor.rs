//! One processor: the keys that follow from its fuses, and its quoting enclave.

use enigma_attestation::quote::{
    ATTRIBUTE_DEBUG, ATTRIBUTE_INIT, ATTRIBUTE_MODE64, AuthData, CERTIFICATION_PCK_CHAIN, EnclaveReport, Header,
    INTEL_QE_VENDOR_ID, KEY_TYPE_ECDSA_P256, Quote, TEE_TYPE_SGX, VERSION, signed_bytes,
};
use sha2::{Digest, Sha256};

use crate::{
    certificate::serial_number,
    error::PlatformError,
    fuses::FuseKey,
    identity::Identity,
    pki::{Pki, qe_mr_signer},
    signing_key::SigningKey,
    tcb::{CURRENT_CPU_SVN, OUTDATED_CPU_SVN, OUTDATED_QE_SVN, PCE_SVN, QE_ATTRIBUTES, QE_PRODUCT, QE_SVN},
};

/// XFRM of an enclave that uses x87 and SSE state.
const XFRM_LEGACY: u8 = 0x03;

/// What kind of processor and quoting enclave it is; the default is the ordinary, up-to-date one. The others exist so that
/// verifiers can be tested.
#[derive(Clone, Debug)]
pub struct ProcessorModel {
    pub cpu_svn: [u8; 16],
    pub qe_svn: u16,
    pub qe_vendor_id: [u8; 16],
    pub qe_mr_signer: [u8; 32],
}

impl Default for ProcessorModel {
    fn default() -> Self {
        Self {
            cpu_svn: CURRENT_CPU_SVN,
            qe_svn: QE_SVN,
            qe_vendor_id: INTEL_QE_VENDOR_ID,
            qe_mr_signer: qe_mr_signer(),
        }
    }
}

impl ProcessorModel {
    /// One with microcode older than the collateral asks for.
    #[must_use]
    pub fn with_old_microcode() -> Self {
        Self {
            cpu_svn: OUTDATED_CPU_SVN,
            ..Self::default()
        }
    }

    /// One with a quoting enclave older than the collateral asks for.
    #[must_use]
    pub fn with_old_quoting_enclave() -> Self {
        Self {
            qe_svn: OUTDATED_QE_SVN,
            ..Self::default()
        }
    }
}

pub struct Processor {
    model: ProcessorModel,
    attestation_key: SigningKey,
    pck_serial_number: [u8; 16],
    qe_id: [u8; 16],
    /// The quoting enclave's report and the signatures above it are the same in every quote.
    qe_auth_data: [u8; 32],
    qe_report: EnclaveReport,
    qe_report_signature: [u8; 64],
    pck_chain: String,
}

impl Processor {
    /// Manufactures the processor with these fuses and has its key certified.
    ///
    /// # Errors
    /// `Internal` where no key can be derived.
    pub fn new(fuses: &FuseKey, pki: &Pki, model: ProcessorModel) -> Result<Self, PlatformError> {
        let pck = SigningKey::derive(fuses.bytes(), b"pck")?;
        let attestation_key = SigningKey::derive(fuses.bytes(), b"attestation key")?;
        let ppid = *fuses.derive::<16>(&[b"ppid"])?;
        let qe_auth_data = core::array::from_fn(|index| u8::try_from(index).unwrap_or(0));
        let qe_report = qe_report(&model, &attestation_key, &qe_auth_data)?;
        Ok(Self {
            pck_serial_number: serial_number(&pck)?,
            qe_id: *fuses.derive::<16>(&[b"qe id"])?,
            qe_report_signature: pck.sign_report(&qe_report)?,
            pck_chain: pki.certify(&pck, &ppid, &model.cpu_svn)?,
            model,
            attestation_key,
            qe_auth_data,
            qe_report,
        })
    }

    /// Serial number of the PCK certificate, for revocation.
    #[must_use]
    pub const fn pck_serial_number(&self) -> [u8; 16] {
        self.pck_serial_number
    }

    /// The quote of an enclave with this identity over 64 bytes of its choice.
    ///
    /// # Errors
    /// `Internal`, which does not happen.
    pub fn quote(&self, identity: &Identity, report_data: &[u8; 64]) -> Result<Vec<u8>, PlatformError> {
        let header = self.header();
        let report = enclave_report(identity, self.model.cpu_svn, report_data);
        let signature = self.attestation_key.sign_raw(&signed_bytes(&header, &report))?;
        let auth = AuthData {
            signature,
            attestation_key: self.attestation_key.raw_public_key()?,
            qe_report: self.qe_report.clone(),
            qe_report_signature: self.qe_report_signature,
            qe_auth_data: self.qe_auth_data.to_vec(),
            certification_type: CERTIFICATION_PCK_CHAIN,
            certification_data: self.pck_chain.clone().into_bytes(),
        };
        Quote { header, report, auth }
            .to_bytes()
            .map_err(|_| PlatformError::Internal)
    }

    fn header(&self) -> Header {
        let mut user_data = [0; 20];
        for (byte, id) in user_data.iter_mut().zip(self.qe_id) {
            *byte = id;
        }
        Header {
            version: VERSION,
            attestation_key_type: KEY_TYPE_ECDSA_P256,
            tee_type: TEE_TYPE_SGX,
            qe_svn: self.model.qe_svn,
            pce_svn: PCE_SVN,
            qe_vendor_id: self.model.qe_vendor_id,
            user_data,
        }
    }
}

fn enclave_report(identity: &Identity, cpu_svn: [u8; 16], report_data: &[u8; 64]) -> EnclaveReport {
    let debug = if identity.debug { ATTRIBUTE_DEBUG } else { 0 };
    let flags = ATTRIBUTE_INIT | ATTRIBUTE_MODE64 | debug;
    EnclaveReport {
        cpu_svn,
        misc_select: 0,
        reserved1: [0; 28],
        attributes: [flags, 0, 0, 0, 0, 0, 0, 0, XFRM_LEGACY, 0, 0, 0, 0, 0, 0, 0],
        mr_enclave: identity.mr_enclave,
        reserved2: [0; 32],
        mr_signer: identity.mr_signer,
        reserved3: [0; 96],
        isv_prod_id: identity.isv_prod_id,
        isv_svn: identity.isv_svn,
        reserved4: [0; 60],
        report_data: *report_data,
    }
}

/// REPORTDATA binds the attestation key: SHA-256(attestation key ‖ QE authentication data) ‖ 32 zero bytes.
fn qe_report(
    model: &ProcessorModel,
    attestation_key: &SigningKey,
    qe_auth_data: &[u8; 32],
) -> Result<EnclaveReport, PlatformError> {
    let binding = Sha256::new()
        .chain_update(attestation_key.raw_public_key()?)
        .chain_update(qe_auth_data)
        .finalize();
    let mut report_data = [0; 64];
    for (byte, bound) in report_data.iter_mut().zip(binding) {
        *byte = bound;
    }
    let identity = Identity {
        mr_enclave: Sha256::digest(b"enigma simulated quoting enclave").into(),
        mr_signer: model.qe_mr_signer,
        isv_prod_id: QE_PRODUCT,
        isv_svn: model.qe_svn,
        debug: false,
    };
    Ok(EnclaveReport {
        attributes: QE_ATTRIBUTES,
        ..enclave_report(&identity, model.cpu_svn, &report_data)
    })
}
