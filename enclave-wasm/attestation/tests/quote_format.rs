//! The byte layout of quotes: inverse functions, one reading, and a real quote field for field.

use dcap_qvl::quote::{AuthData as TheirAuthData, EnclaveReport as TheirReport, Quote as TheirQuote, Report};
use enigma_attestation::{
    AttestationError,
    quote::{AuthData, EnclaveReport, Header, KEY_TYPE_ECDSA_P256, Quote, TEE_TYPE_SGX, VERSION},
};
use proptest::{array, collection::vec, prelude::*};

const INTEL_QUOTE: &[u8] = include_bytes!("data/intel-sgx-quote/quote.bin");

fn bytes<const N: usize>() -> impl Strategy<Value = [u8; N]> {
    vec(any::<u8>(), N).prop_map(|bytes| bytes.try_into().expect("the vector has this length"))
}

prop_compose! {
    fn report()(
        numbers in (any::<u32>(), any::<u16>(), any::<u16>()),
        cpu_svn in bytes::<16>(), attributes in bytes::<16>(),
        measurements in (array::uniform32(any::<u8>()), array::uniform32(any::<u8>())),
        reserved in (bytes::<28>(), bytes::<32>(), bytes::<96>(), bytes::<60>()),
        report_data in bytes::<64>(),
    ) -> EnclaveReport {
        EnclaveReport {
            cpu_svn, misc_select: numbers.0, reserved1: reserved.0, attributes, mr_enclave: measurements.0,
            reserved2: reserved.1, mr_signer: measurements.1, reserved3: reserved.2, isv_prod_id: numbers.1,
            isv_svn: numbers.2, reserved4: reserved.3, report_data,
        }
    }
}

prop_compose! {
    fn quote()(
        svns in (any::<u16>(), any::<u16>()), qe_vendor_id in bytes::<16>(), user_data in bytes::<20>(),
        report in report(), qe_report in report(),
        signatures in (bytes::<64>(), bytes::<64>(), bytes::<64>()),
        qe_auth_data in vec(any::<u8>(), 0..80),
        certification_type in any::<u16>(), certification_data in vec(any::<u8>(), 0..200),
    ) -> Quote {
        Quote {
            header: Header {
                version: VERSION, attestation_key_type: KEY_TYPE_ECDSA_P256, tee_type: TEE_TYPE_SGX,
                qe_svn: svns.0, pce_svn: svns.1, qe_vendor_id, user_data,
            },
            report,
            auth: AuthData {
                signature: signatures.0, attestation_key: signatures.1, qe_report, qe_report_signature: signatures.2,
                qe_auth_data, certification_type, certification_data,
            },
        }
    }
}

proptest! {
    #[test]
    fn a_serialised_quote_parses_to_itself(quote in quote()) {
        let bytes = quote.to_bytes().expect("its parts are short");
        prop_assert_eq!(Quote::parse(&bytes), Ok(quote));
    }

    #[test]
    fn the_established_parser_reads_the_same_fields(quote in quote()) {
        let bytes = quote.to_bytes().expect("its parts are short");
        assert_equal_fields(&quote, &TheirQuote::parse(&bytes).expect("it is a quote"));
    }

    #[test]
    fn a_truncated_quote_is_refused(quote in quote(), cut in any::<prop::sample::Index>()) {
        let bytes = quote.to_bytes().expect("its parts are short");
        prop_assert_eq!(Quote::parse(&bytes[..cut.index(bytes.len())]), Err(AttestationError::QuoteMalformed));
    }

    #[test]
    fn a_quote_with_an_appendix_is_refused(quote in quote(), appendix in vec(any::<u8>(), 1..40)) {
        let mut bytes = quote.to_bytes().expect("its parts are short");
        bytes.extend(appendix);
        prop_assert_eq!(Quote::parse(&bytes), Err(AttestationError::QuoteMalformed));
    }

    #[test]
    fn whatever_parses_serialises_to_the_same_bytes(mut bytes in vec(any::<u8>(), 0..2000), valid_header in any::<bool>()) {
        if valid_header && bytes.len() >= 8 {
            bytes[..8].copy_from_slice(&[3, 0, 2, 0, 0, 0, 0, 0]);
        }
        if let Ok(quote) = Quote::parse(&bytes) {
            prop_assert_eq!(quote.to_bytes(), Ok(bytes));
        }
    }
}

#[test]
fn a_real_intel_quote_parses_field_for_field() {
    let ours = Quote::parse(INTEL_QUOTE).expect("it is a quote");
    assert_equal_fields(&ours, &TheirQuote::parse(INTEL_QUOTE).expect("it is a quote"));
    assert_eq!(ours.auth.qe_auth_data.len(), 32);
    assert_eq!(ours.auth.certification_type, 5);
}

#[test]
fn a_real_intel_quote_serialises_to_the_same_bytes() {
    let quote = Quote::parse(INTEL_QUOTE).expect("it is a quote");
    assert_eq!(quote.to_bytes().as_deref(), Ok(INTEL_QUOTE));
    assert_eq!(quote.signed_bytes(), INTEL_QUOTE[..432]);
}

#[test]
fn every_truncation_of_a_real_intel_quote_is_refused() {
    for length in 0..INTEL_QUOTE.len() {
        assert_eq!(
            Quote::parse(&INTEL_QUOTE[..length]),
            Err(AttestationError::QuoteMalformed),
            "length {length}"
        );
    }
}

#[test]
fn fields_stand_at_the_offsets_of_the_format() {
    let quote = Quote::parse(INTEL_QUOTE).expect("it is a quote");
    assert_eq!(quote.header.qe_vendor_id, INTEL_QUOTE[12..28]);
    assert_eq!(quote.report.attributes, INTEL_QUOTE[96..112]);
    assert_eq!(quote.report.mr_enclave, INTEL_QUOTE[112..144]);
    assert_eq!(quote.report.mr_signer, INTEL_QUOTE[176..208]);
    assert_eq!(quote.report.isv_svn.to_le_bytes(), INTEL_QUOTE[306..308]);
    assert_eq!(quote.report.report_data, INTEL_QUOTE[368..432]);
    assert_eq!(quote.auth.signature, INTEL_QUOTE[436..500]);
    assert_eq!(quote.auth.attestation_key, INTEL_QUOTE[500..564]);
    assert_eq!(quote.auth.qe_report_signature, INTEL_QUOTE[948..1012]);
    assert_eq!(quote.auth.certification_data, INTEL_QUOTE[1052..]);
}

#[test]
fn other_versions_key_types_and_environments_are_refused() {
    for (offset, value) in [(0, 4), (2, 3), (4, 0x81)] {
        let mut bytes = INTEL_QUOTE.to_vec();
        bytes[offset] = value;
        assert_eq!(
            Quote::parse(&bytes),
            Err(AttestationError::QuoteMalformed),
            "offset {offset}"
        );
    }
}

fn assert_equal_fields(ours: &Quote, theirs: &TheirQuote) {
    let header = &theirs.header;
    assert_eq!(ours.header.version, header.version);
    assert_eq!(ours.header.attestation_key_type, header.attestation_key_type);
    assert_eq!(ours.header.tee_type, header.tee_type);
    assert_eq!(ours.header.qe_svn, header.qe_svn);
    assert_eq!(ours.header.pce_svn, header.pce_svn);
    assert_eq!(ours.header.qe_vendor_id, header.qe_vendor_id);
    assert_eq!(ours.header.user_data, header.user_data);
    let Report::SgxEnclave(report) = &theirs.report else {
        panic!("not an SGX report")
    };
    assert_equal_reports(&ours.report, report);
    let TheirAuthData::V3(auth) = &theirs.auth_data else {
        panic!("not authentication data of version 3")
    };
    assert_eq!(ours.auth.signature, auth.ecdsa_signature);
    assert_eq!(ours.auth.attestation_key, auth.ecdsa_attestation_key);
    assert_eq!(ours.auth.qe_report.to_bytes(), auth.qe_report);
    assert_eq!(ours.auth.qe_report_signature, auth.qe_report_signature);
    assert_eq!(ours.auth.qe_auth_data, auth.qe_auth_data.data);
    assert_eq!(ours.auth.certification_type, auth.certification_data.cert_type);
    assert_eq!(ours.auth.certification_data, auth.certification_data.body.data);
}

fn assert_equal_reports(ours: &EnclaveReport, theirs: &TheirReport) {
    assert_eq!(ours.cpu_svn, theirs.cpu_svn);
    assert_eq!(ours.misc_select, theirs.misc_select);
    assert_eq!(ours.reserved1, theirs.reserved1);
    assert_eq!(ours.attributes, theirs.attributes);
    assert_eq!(ours.mr_enclave, theirs.mr_enclave);
    assert_eq!(ours.reserved2, theirs.reserved2);
    assert_eq!(ours.mr_signer, theirs.mr_signer);
    assert_eq!(ours.reserved3, theirs.reserved3);
    assert_eq!(ours.isv_prod_id, theirs.isv_prod_id);
    assert_eq!(ours.isv_svn, theirs.isv_svn);
    assert_eq!(ours.reserved4, theirs.reserved4);
    assert_eq!(ours.report_data, theirs.report_data);
}
