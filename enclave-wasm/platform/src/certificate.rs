//! X.509 certificates (RFC 5280) with the profile of Intel's SGX infrastructure: ECDSA P-256 with SHA-256, version 3.

use crate::{
    der::{
        bit_string, boolean, context, context_constructed, integer, octet_string, oid, sequence, set, utc_time,
        utf8_string,
    },
    error::PlatformError,
    fuses::derive,
    signing_key::SigningKey,
};

const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0a];
const SUBJECT_KEY_IDENTIFIER: &[u8] = &[0x55, 0x1d, 0x0e];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
const AUTHORITY_KEY_IDENTIFIER: &[u8] = &[0x55, 0x1d, 0x23];
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const PRIME256V1: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const ECDSA_WITH_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];

/// First and last second of every certificate and revocation list. The end is the last that UTCTime can express.
pub const NOT_BEFORE: &str = "240101000000Z";
pub const NOT_AFTER: &str = "491231235959Z";

const ORGANIZATION_NAME: &str = "Enigma Simulation";

/// What the subject may do with its key.
#[derive(Clone, Copy)]
pub enum Usage {
    /// Signs certificates and revocation lists, with at most this many authorities below.
    Authority { path_length: u8 },
    /// Signs data.
    Signer,
}

pub struct CertificateRequest<'a> {
    pub subject: &'a str,
    pub key: &'a SigningKey,
    pub usage: Usage,
    /// DER of further extensions.
    pub extensions: Vec<Vec<u8>>,
}

/// Who signs: a name and its key.
pub struct Issuer<'a> {
    pub name: &'a str,
    pub key: &'a SigningKey,
}

/// A certificate in DER, signed by `issuer`.
pub fn certificate(request: &CertificateRequest<'_>, issuer: &Issuer<'_>) -> Result<Vec<u8>, PlatformError> {
    let mut extensions = vec![
        authority_key_identifier(issuer.key),
        extension(SUBJECT_KEY_IDENTIFIER, false, &octet_string(&request.key.identifier())),
    ];
    extensions.extend(usage_extensions(request.usage));
    extensions.extend(request.extensions.iter().cloned());
    let to_be_signed = sequence(&[
        context_constructed(0, &integer(&[2])),
        integer(&serial_number(request.key)?),
        signature_algorithm(),
        name(issuer.name),
        sequence(&[utc_time(NOT_BEFORE), utc_time(NOT_AFTER)]),
        name(request.subject),
        public_key_info(request.key),
        context_constructed(3, &sequence(&extensions)),
    ]);
    Ok(signed(to_be_signed, issuer.key))
}

/// `SEQUENCE { toBeSigned, algorithm, signature }`.
pub fn signed(to_be_signed: Vec<u8>, key: &SigningKey) -> Vec<u8> {
    let signature = key.sign_der(&to_be_signed);
    sequence(&[to_be_signed, signature_algorithm(), bit_string(0, &signature)])
}

/// 16 bytes that follow from the subject's public key; the first bit is 0 so that DER adds no byte.
pub fn serial_number(key: &SigningKey) -> Result<[u8; 16], PlatformError> {
    let mut serial = *derive::<16>(&key.point(), &[b"serial number"])?;
    if let Some(first) = serial.first_mut() {
        *first = (*first & 0x7f) | 0x40;
    }
    Ok(serial)
}

pub fn signature_algorithm() -> Vec<u8> {
    sequence(&[oid(ECDSA_WITH_SHA256)])
}

pub fn name(common_name: &str) -> Vec<u8> {
    sequence(&[
        attribute(COMMON_NAME, common_name),
        attribute(ORGANIZATION, ORGANIZATION_NAME),
    ])
}

pub fn authority_key_identifier(issuer: &SigningKey) -> Vec<u8> {
    extension(
        AUTHORITY_KEY_IDENTIFIER,
        false,
        &sequence(&[context(0, &issuer.identifier())]),
    )
}

pub fn extension(id: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let mut items = vec![oid(id)];
    if critical {
        items.push(boolean(true));
    }
    items.push(octet_string(value));
    sequence(&items)
}

fn attribute(id: &[u8], value: &str) -> Vec<u8> {
    set(&[sequence(&[oid(id), utf8_string(value)])])
}

fn public_key_info(key: &SigningKey) -> Vec<u8> {
    sequence(&[
        sequence(&[oid(EC_PUBLIC_KEY), oid(PRIME256V1)]),
        bit_string(0, &key.point()),
    ])
}

fn usage_extensions(usage: Usage) -> [Vec<u8>; 2] {
    match usage {
        // keyCertSign (5), cRLSign (6)
        Usage::Authority { path_length } => [
            extension(KEY_USAGE, true, &bit_string(1, &[0b0000_0110])),
            extension(
                BASIC_CONSTRAINTS,
                true,
                &sequence(&[boolean(true), integer(&[path_length])]),
            ),
        ],
        // digitalSignature (0), nonRepudiation (1)
        Usage::Signer => [
            extension(KEY_USAGE, true, &bit_string(6, &[0b1100_0000])),
            extension(BASIC_CONSTRAINTS, true, &sequence(&[])),
        ],
    }
}
