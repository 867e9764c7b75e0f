//! Writes the few ASN.1 types (X.690, DER) that certificates and revocation lists need.
//!
//! The `x509-cert` builder is not used: it takes the time of revocation lists from the system clock, which WebAssembly
//! lacks, and a fixed seed must give fixed bytes.

const BOOLEAN: u8 = 0x01;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT_IDENTIFIER: u8 = 0x06;
const ENUMERATED: u8 = 0x0a;
const UTF8_STRING: u8 = 0x0c;
const UTC_TIME: u8 = 0x17;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const CONTEXT: u8 = 0x80;
const CONTEXT_CONSTRUCTED: u8 = 0xa0;

fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len().to_be_bytes();
    let significant: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    match (significant.as_slice(), significant.len()) {
        ([], _) => out.push(0),
        ([short], 1) if *short < 0x80 => out.push(*short),
        // At most 8 bytes of length: the low bits of the long form's first byte.
        (long, count) => {
            out.push(0x80 | u8::try_from(count).unwrap_or(8));
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(content);
    out
}

pub fn sequence(items: &[Vec<u8>]) -> Vec<u8> {
    tagged(SEQUENCE, &items.concat())
}

pub fn set(items: &[Vec<u8>]) -> Vec<u8> {
    tagged(SET, &items.concat())
}

/// A non-negative integer from its big-endian bytes.
pub fn integer(magnitude: &[u8]) -> Vec<u8> {
    let mut content: Vec<u8> = magnitude.iter().copied().skip_while(|byte| *byte == 0).collect();
    if content.first().is_none_or(|first| *first >= 0x80) {
        content.insert(0, 0);
    }
    tagged(INTEGER, &content)
}

pub fn boolean(value: bool) -> Vec<u8> {
    tagged(BOOLEAN, &[if value { 0xff } else { 0 }])
}

pub fn enumerated(value: u8) -> Vec<u8> {
    tagged(ENUMERATED, &[value])
}

pub fn octet_string(content: &[u8]) -> Vec<u8> {
    tagged(OCTET_STRING, content)
}

/// `unused` low bits of the last byte do not count.
pub fn bit_string(unused: u8, content: &[u8]) -> Vec<u8> {
    tagged(BIT_STRING, &[&[unused], content].concat())
}

/// An object identifier from its encoded arcs.
pub fn oid(arcs: &[u8]) -> Vec<u8> {
    tagged(OBJECT_IDENTIFIER, arcs)
}

pub fn utf8_string(text: &str) -> Vec<u8> {
    tagged(UTF8_STRING, text.as_bytes())
}

/// `YYMMDDhhmmssZ`; RFC 5280 reads years below 50 as 20YY.
pub fn utc_time(text: &str) -> Vec<u8> {
    tagged(UTC_TIME, text.as_bytes())
}

/// Context-specific tag around a primitive content.
pub fn context(number: u8, content: &[u8]) -> Vec<u8> {
    tagged(CONTEXT | number, content)
}

/// Context-specific tag around complete items.
pub fn context_constructed(number: u8, item: &[u8]) -> Vec<u8> {
    tagged(CONTEXT_CONSTRUCTED | number, item)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_take_the_shortest_form() {
        assert_eq!(octet_string(&[]), [4, 0]);
        assert!(octet_string(&[7; 127]).starts_with(&[4, 127, 7]));
        assert!(octet_string(&[7; 128]).starts_with(&[4, 0x81, 128, 7]));
        assert!(octet_string(&[7; 256]).starts_with(&[4, 0x82, 1, 0, 7]));
    }

    #[test]
    fn integers_are_minimal_and_never_negative() {
        assert_eq!(integer(&[]), [2, 1, 0]);
        assert_eq!(integer(&[0, 0, 5]), [2, 1, 5]);
        assert_eq!(integer(&[0x80]), [2, 2, 0, 0x80]);
    }
}
