//! The layout of an SGX DCAP quote, version 3 (Intel SGX ECDSA QuoteLibReference, "Quote Format"), little-endian:
//!
//! ```text
//!    0  48  header                      432    4  length of all that follows
//!   48 384  report of the enclave       436   64  signature r ‖ s over bytes 0..432, by the attestation key
//!                                       500   64  attestation key x ‖ y
//!                                       564  384  report of the quoting enclave
//!                                       948   64  signature r ‖ s over that report, by the PCK
//!                                      1012    2  length of QE authentication data, then the data
//!                                         …    2  type of certification data (5: PEM chain), 4 its length, then the chain
//! ```
//!
//! Parsing keeps every bit, reserved fields included, so that `parse` and `to_bytes` are inverse to each other, and
//! refuses any other byte string: there is one reading of each quote and no room for an appendix.

use alloc::vec::Vec;

use crate::{error::AttestationError, reader::Reader};

/// Format version that SGX enclaves use.
pub const VERSION: u16 = 3;
/// ECDSA with curve P-256 and SHA-256.
pub const KEY_TYPE_ECDSA_P256: u16 = 2;
/// An SGX enclave (a TDX domain is 0x81).
pub const TEE_TYPE_SGX: u32 = 0;
/// Certification data that are the PEM chain PCK, PCK CA, root.
pub const CERTIFICATION_PCK_CHAIN: u16 = 5;
/// Intel's quoting enclave, the vendor of this format.
pub const INTEL_QE_VENDOR_ID: [u8; 16] = [
    0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9, 0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07,
];
/// Bit of the first byte of ATTRIBUTES: the enclave is initialised.
pub const ATTRIBUTE_INIT: u8 = 0x01;
/// Bit of the first byte of ATTRIBUTES: the enclave's memory can be read by a debugger.
pub const ATTRIBUTE_DEBUG: u8 = 0x02;
/// Bit of the first byte of ATTRIBUTES: 64-bit mode.
pub const ATTRIBUTE_MODE64: u8 = 0x04;

/// Bytes of a serialised header.
pub const HEADER_LENGTH: usize = 48;
/// Bytes of a serialised report.
pub const REPORT_LENGTH: usize = 384;
/// A quote longer than this is refused unread; Intel's are below 5 KiB.
pub const MAX_QUOTE_LENGTH: usize = 32 * 1024;

/// What was quoted, by which kind of quoting enclave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub version: u16,
    pub attestation_key_type: u16,
    pub tee_type: u32,
    pub qe_svn: u16,
    pub pce_svn: u16,
    pub qe_vendor_id: [u8; 16],
    /// The quoting enclave's id in the first 16 bytes.
    pub user_data: [u8; 20],
}

/// What the processor says of one enclave (SGX REPORTBODY).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnclaveReport {
    pub cpu_svn: [u8; 16],
    pub misc_select: u32,
    pub reserved1: [u8; 28],
    pub attributes: [u8; 16],
    pub mr_enclave: [u8; 32],
    pub reserved2: [u8; 32],
    pub mr_signer: [u8; 32],
    pub reserved3: [u8; 96],
    pub isv_prod_id: u16,
    pub isv_svn: u16,
    pub reserved4: [u8; 60],
    pub report_data: [u8; 64],
}

/// The signatures that carry trust from the processor's certificate to the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthData {
    /// r ‖ s over header and report, by `attestation_key`.
    pub signature: [u8; 64],
    /// x ‖ y of a P-256 point.
    pub attestation_key: [u8; 64],
    /// REPORTDATA of this report starts with SHA-256(attestation key ‖ QE authentication data).
    pub qe_report: EnclaveReport,
    /// r ‖ s over `qe_report`, by the key of the PCK certificate.
    pub qe_report_signature: [u8; 64],
    pub qe_auth_data: Vec<u8>,
    pub certification_type: u16,
    pub certification_data: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    pub header: Header,
    pub report: EnclaveReport,
    pub auth: AuthData,
}

impl Header {
    fn read(reader: &mut Reader<'_>) -> Result<Self, AttestationError> {
        Ok(Self {
            version: reader.u16()?,
            attestation_key_type: reader.u16()?,
            tee_type: reader.u32()?,
            qe_svn: reader.u16()?,
            pce_svn: reader.u16()?,
            qe_vendor_id: reader.array()?,
            user_data: reader.array()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.version.to_le_bytes());
        out.extend_from_slice(&self.attestation_key_type.to_le_bytes());
        out.extend_from_slice(&self.tee_type.to_le_bytes());
        out.extend_from_slice(&self.qe_svn.to_le_bytes());
        out.extend_from_slice(&self.pce_svn.to_le_bytes());
        out.extend_from_slice(&self.qe_vendor_id);
        out.extend_from_slice(&self.user_data);
    }
}

impl EnclaveReport {
    /// True for an enclave whose memory its owner can read.
    #[must_use]
    pub const fn is_debug(&self) -> bool {
        let [flags, ..] = self.attributes;
        flags & ATTRIBUTE_DEBUG != 0
    }

    /// The 384 bytes that are signed.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(REPORT_LENGTH);
        self.write(&mut out);
        out
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, AttestationError> {
        Ok(Self {
            cpu_svn: reader.array()?,
            misc_select: reader.u32()?,
            reserved1: reader.array()?,
            attributes: reader.array()?,
            mr_enclave: reader.array()?,
            reserved2: reader.array()?,
            mr_signer: reader.array()?,
            reserved3: reader.array()?,
            isv_prod_id: reader.u16()?,
            isv_svn: reader.u16()?,
            reserved4: reader.array()?,
            report_data: reader.array()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.cpu_svn);
        out.extend_from_slice(&self.misc_select.to_le_bytes());
        out.extend_from_slice(&self.reserved1);
        out.extend_from_slice(&self.attributes);
        out.extend_from_slice(&self.mr_enclave);
        out.extend_from_slice(&self.reserved2);
        out.extend_from_slice(&self.mr_signer);
        out.extend_from_slice(&self.reserved3);
        out.extend_from_slice(&self.isv_prod_id.to_le_bytes());
        out.extend_from_slice(&self.isv_svn.to_le_bytes());
        out.extend_from_slice(&self.reserved4);
        out.extend_from_slice(&self.report_data);
    }
}

impl AuthData {
    fn read(reader: &mut Reader<'_>) -> Result<Self, AttestationError> {
        let signature = reader.array()?;
        let attestation_key = reader.array()?;
        let qe_report = EnclaveReport::read(reader)?;
        let qe_report_signature = reader.array()?;
        let qe_auth_length = usize::from(reader.u16()?);
        let qe_auth_data = reader.bytes(qe_auth_length)?.to_vec();
        let certification_type = reader.u16()?;
        let certification_length = length(reader.u32()?)?;
        let certification_data = reader.bytes(certification_length)?.to_vec();
        Ok(Self {
            signature,
            attestation_key,
            qe_report,
            qe_report_signature,
            qe_auth_data,
            certification_type,
            certification_data,
        })
    }

    fn to_bytes(&self) -> Result<Vec<u8>, AttestationError> {
        let mut out = Vec::new();
        out.extend_from_slice(&self.signature);
        out.extend_from_slice(&self.attestation_key);
        self.qe_report.write(&mut out);
        out.extend_from_slice(&self.qe_report_signature);
        let qe_auth_length = u16::try_from(self.qe_auth_data.len()).map_err(|_| AttestationError::QuoteMalformed)?;
        out.extend_from_slice(&qe_auth_length.to_le_bytes());
        out.extend_from_slice(&self.qe_auth_data);
        out.extend_from_slice(&self.certification_type.to_le_bytes());
        out.extend_from_slice(&length_prefix(&self.certification_data)?);
        out.extend_from_slice(&self.certification_data);
        Ok(out)
    }
}

impl Quote {
    /// Reads a quote and nothing but a quote.
    ///
    /// # Errors
    /// `QuoteMalformed` for every byte string that `to_bytes` would not give back unchanged, and for other versions,
    /// key types and kinds of trusted environment.
    pub fn parse(bytes: &[u8]) -> Result<Self, AttestationError> {
        if bytes.len() > MAX_QUOTE_LENGTH {
            return Err(AttestationError::QuoteMalformed);
        }
        let mut reader = Reader::new(bytes);
        let header = Header::read(&mut reader)?;
        if (header.version, header.attestation_key_type, header.tee_type)
            != (VERSION, KEY_TYPE_ECDSA_P256, TEE_TYPE_SGX)
        {
            return Err(AttestationError::QuoteMalformed);
        }
        let report = EnclaveReport::read(&mut reader)?;
        let auth_length = length(reader.u32()?)?;
        let mut auth_reader = Reader::new(reader.bytes(auth_length)?);
        reader.finish()?;
        let auth = AuthData::read(&mut auth_reader)?;
        auth_reader.finish()?;
        Ok(Self { header, report, auth })
    }

    /// Serialises the quote.
    ///
    /// # Errors
    /// `QuoteMalformed` where a variable part is too long for its length field.
    pub fn to_bytes(&self) -> Result<Vec<u8>, AttestationError> {
        let mut out = self.signed_bytes();
        let auth = self.auth.to_bytes()?;
        out.extend_from_slice(&length_prefix(&auth)?);
        out.extend_from_slice(&auth);
        Ok(out)
    }

    /// The 432 bytes under the attestation key's signature.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        signed_bytes(&self.header, &self.report)
    }
}

/// Header and report as the attestation key signs them.
#[must_use]
pub fn signed_bytes(header: &Header, report: &EnclaveReport) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER_LENGTH.saturating_add(REPORT_LENGTH));
    header.write(&mut out);
    report.write(&mut out);
    out
}

fn length(value: u32) -> Result<usize, AttestationError> {
    usize::try_from(value).map_err(|_| AttestationError::QuoteMalformed)
}

fn length_prefix(bytes: &[u8]) -> Result<[u8; 4], AttestationError> {
    u32::try_from(bytes.len())
        .map(u32::to_le_bytes)
        .map_err(|_| AttestationError::QuoteMalformed)
}
