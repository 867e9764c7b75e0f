//! The public key infrastructure of the simulated processors: what Intel runs for real ones.
//!
//! ```text
//! root ─┬─ PCK Processor CA ── PCK certificate of each processor ── (QE report ── attestation key ── quote)
//!       ├─ TCB signing ── TCB info, QE identity
//!       └─ revocation lists of root and PCK CA
//! ```
//!
//! Everything follows from a seed: the same seed gives the same bytes. [`Pki::simulation`]'s seed is public on purpose, so
//! that nobody takes its certificates for more than they are.

use enigma_attestation::Collateral;
use sha2::{Digest, Sha256};

use crate::{
    certificate::{CertificateRequest, Issuer, NOT_AFTER, Usage, certificate, serial_number},
    crl::revocation_list,
    error::PlatformError,
    pck_extension::sgx_extension,
    signing_key::SigningKey,
    tcb::{qe_identity, tcb_info},
};

const SIMULATION_SEED: &[u8] = b"enigma simulated sgx infrastructure, for development, not for secrets";

const ROOT_NAME: &str = "Enigma Simulated SGX Root CA";
const PCK_CA_NAME: &str = "Enigma Simulated SGX PCK Processor CA";
const TCB_SIGNING_NAME: &str = "Enigma Simulated SGX TCB Signing";
const PCK_NAME: &str = "Enigma Simulated SGX PCK Certificate";

pub struct Pki {
    root: SigningKey,
    pck_ca: SigningKey,
    tcb_signing: SigningKey,
    /// DER.
    root_certificate: Vec<u8>,
    pck_ca_certificate: Vec<u8>,
    tcb_signing_certificate: Vec<u8>,
}

/// What a collateral says; the default is the ordinary one.
#[derive(Clone, Debug)]
pub struct CollateralOptions {
    /// `nextUpdate` of TCB info and QE identity, RFC 3339.
    pub next_update: String,
    /// `nextUpdate` of both revocation lists, UTCTime.
    pub crl_next_update: String,
    /// Serial numbers of revoked PCK certificates.
    pub revoked_pcks: Vec<[u8; 16]>,
    /// Whether the root takes back the PCK CA.
    pub pck_ca_revoked: bool,
    /// The quoting enclave that the QE identity names.
    pub qe_mr_signer: [u8; 32],
}

impl Default for CollateralOptions {
    fn default() -> Self {
        Self {
            next_update: "2049-12-31T23:59:59Z".to_owned(),
            crl_next_update: NOT_AFTER.to_owned(),
            revoked_pcks: Vec::new(),
            pck_ca_revoked: false,
            qe_mr_signer: qe_mr_signer(),
        }
    }
}

/// The author of the simulated quoting enclave.
#[must_use]
pub fn qe_mr_signer() -> [u8; 32] {
    Sha256::digest(b"enigma simulated quoting enclave, author").into()
}

impl Pki {
    /// The one whose root certificate is `enigma_attestation::SIMULATION_ROOT_DER`.
    ///
    /// # Errors
    /// `Internal`, which this seed does not cause.
    pub fn simulation() -> Result<Self, PlatformError> {
        Self::from_seed(SIMULATION_SEED)
    }

    /// Another one, with other keys under the same names.
    ///
    /// # Errors
    /// `Internal` where no key can be derived.
    pub fn from_seed(seed: &[u8]) -> Result<Self, PlatformError> {
        let root = SigningKey::derive(seed, b"root")?;
        let pck_ca = SigningKey::derive(seed, b"pck ca")?;
        let tcb_signing = SigningKey::derive(seed, b"tcb signing")?;
        let issuer = Issuer {
            name: ROOT_NAME,
            key: &root,
        };
        let issue = |subject, key, usage| {
            certificate(
                &CertificateRequest {
                    subject,
                    key,
                    usage,
                    extensions: Vec::new(),
                },
                &issuer,
            )
        };
        let root_certificate = issue(ROOT_NAME, &root, Usage::Authority { path_length: 1 })?;
        let pck_ca_certificate = issue(PCK_CA_NAME, &pck_ca, Usage::Authority { path_length: 0 })?;
        let tcb_signing_certificate = issue(TCB_SIGNING_NAME, &tcb_signing, Usage::Signer)?;
        Ok(Self {
            root,
            pck_ca,
            tcb_signing,
            root_certificate,
            pck_ca_certificate,
            tcb_signing_certificate,
        })
    }

    /// DER of the root certificate, the verifier's anchor.
    #[must_use]
    pub fn root_certificate(&self) -> &[u8] {
        &self.root_certificate
    }

    /// PEM chain (PCK, PCK CA, root) that certifies a processor's key.
    pub(crate) fn certify(
        &self,
        key: &SigningKey,
        ppid: &[u8; 16],
        cpu_svn: &[u8; 16],
    ) -> Result<String, PlatformError> {
        let request = CertificateRequest {
            subject: PCK_NAME,
            key,
            usage: Usage::Signer,
            extensions: vec![sgx_extension(ppid, cpu_svn)],
        };
        let pck = certificate(
            &request,
            &Issuer {
                name: PCK_CA_NAME,
                key: &self.pck_ca,
            },
        )?;
        Ok(pem_chain(&[&pck, &self.pck_ca_certificate, &self.root_certificate]))
    }

    /// What a verifier needs beside a quote.
    ///
    /// # Errors
    /// `Internal`, which does not happen.
    pub fn collateral(&self, options: &CollateralOptions) -> Result<Collateral, PlatformError> {
        let root = Issuer {
            name: ROOT_NAME,
            key: &self.root,
        };
        let pck_ca = Issuer {
            name: PCK_CA_NAME,
            key: &self.pck_ca,
        };
        let revoked_authorities = if options.pck_ca_revoked {
            vec![serial_number(&self.pck_ca)?]
        } else {
            Vec::new()
        };
        let signing_chain = pem_chain(&[&self.tcb_signing_certificate, &self.root_certificate]);
        let tcb_info = tcb_info(&options.next_update);
        let qe_identity = qe_identity(&options.qe_mr_signer, &options.next_update);
        Ok(Collateral {
            pck_crl_issuer_chain: pem_chain(&[&self.pck_ca_certificate, &self.root_certificate]),
            root_ca_crl: revocation_list(&root, &options.crl_next_update, &revoked_authorities),
            pck_crl: revocation_list(&pck_ca, &options.crl_next_update, &options.revoked_pcks),
            tcb_info_issuer_chain: signing_chain.clone(),
            tcb_info_signature: self.tcb_signing.sign_raw(tcb_info.as_bytes())?.to_vec(),
            tcb_info,
            qe_identity_issuer_chain: signing_chain,
            qe_identity_signature: self.tcb_signing.sign_raw(qe_identity.as_bytes())?.to_vec(),
            qe_identity,
        })
    }
}

fn pem_chain(certificates: &[&[u8]]) -> String {
    certificates
        .iter()
        .map(|certificate| pem::encode_config(&pem::Pem::new("CERTIFICATE", *certificate), lines()))
        .collect()
}

fn lines() -> pem::EncodeConfig {
    pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF)
}
