//! Certificate revocation lists (RFC 5280, version 2).

use crate::{
    certificate::{Issuer, NOT_BEFORE, authority_key_identifier, extension, name, signature_algorithm, signed},
    der::{context_constructed, integer, sequence, utc_time},
};

const CRL_NUMBER: &[u8] = &[0x55, 0x1d, 0x14];

/// A list in DER of the serial numbers that `issuer` takes back, valid until `next_update` (`YYMMDDhhmmssZ`).
pub fn revocation_list(issuer: &Issuer<'_>, next_update: &str, revoked: &[[u8; 16]]) -> Vec<u8> {
    let mut items = vec![
        integer(&[1]),
        signature_algorithm(),
        name(issuer.name),
        utc_time(NOT_BEFORE),
        utc_time(next_update),
    ];
    if !revoked.is_empty() {
        let entries: Vec<_> = revoked
            .iter()
            .map(|serial| sequence(&[integer(serial), utc_time(NOT_BEFORE)]))
            .collect();
        items.push(sequence(&entries));
    }
    let extensions = sequence(&[
        authority_key_identifier(issuer.key),
        extension(CRL_NUMBER, false, &integer(&[1])),
    ]);
    items.push(context_constructed(0, &extensions));
    signed(sequence(&items), issuer.key)
}
