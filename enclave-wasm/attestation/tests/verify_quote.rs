//! Verification of quotes of the simulated processors, and each reason to refuse one.

mod simulated;

use enigma_attestation::{
    AttestationError, Policy, Quote, Role, SIMULATION_ROOT_DER, VerifiedEnclave, report_data,
    report_data::check_report_data, verify::TcbStatus, verify_quote,
};
use enigma_platform::{CollateralOptions, Identity, Pki, Processor, ProcessorModel, fuses::FuseKey};
use proptest::{prelude::*, sample::Index};
use simulated::{KEY, NOW, SIGNER, collateral, identity, pki, policy, quote, quote_of, verify, verify_with};

#[test]
fn a_quote_of_an_ordinary_processor_is_believed() {
    let enclave = verify(quote(), &policy()).expect("it verifies");
    assert_eq!(
        enclave,
        VerifiedEnclave {
            mr_enclave: [1; 32],
            mr_signer: [2; 32],
            isv_prod_id: 7,
            isv_svn: 3,
            debug: false,
            report_data: report_data(Role::Worker, &SIGNER, &KEY),
            tcb_status: TcbStatus::UpToDate,
        }
    );
}

#[test]
fn the_unmodified_verifier_alone_believes_it_too() {
    let verifier = dcap_qvl::verify::QuoteVerifier::new(SIMULATION_ROOT_DER.to_vec());
    let verified = verifier
        .verify(quote(), &collateral().into(), NOW)
        .expect("it verifies");
    assert_eq!(verified.status, "UpToDate");
}

#[test]
fn report_data_names_keys_and_role() {
    let enclave = verify(quote(), &policy()).expect("it verifies");
    assert_eq!(check_report_data(&enclave, Role::Worker, &SIGNER, &KEY), Ok(()));
    for (role, signer, key) in [
        (Role::Principal, SIGNER, KEY),
        (Role::Worker, [0xac; 20], KEY),
        (Role::Worker, SIGNER, [0xbc; 32]),
    ] {
        assert_eq!(
            check_report_data(&enclave, role, &signer, &key),
            Err(AttestationError::ReportData)
        );
    }
}

#[test]
fn another_enclave_than_the_policy_names_is_refused() {
    let cases = [
        (
            Policy {
                mr_enclave: [8; 32],
                ..policy()
            },
            AttestationError::MrEnclave,
        ),
        (
            Policy {
                mr_signer: Some([8; 32]),
                ..policy()
            },
            AttestationError::MrSigner,
        ),
        (
            Policy {
                isv_prod_id: 8,
                ..policy()
            },
            AttestationError::Product,
        ),
        (
            Policy {
                min_isv_svn: 4,
                ..policy()
            },
            AttestationError::Svn,
        ),
        (
            Policy {
                debug: true,
                ..policy()
            },
            AttestationError::Debug,
        ),
    ];
    for (policy, error) in cases {
        assert_eq!(verify(quote(), &policy), Err(error));
    }
}

#[test]
fn any_author_and_a_newer_version_pass_where_the_policy_leaves_them_open() {
    assert!(
        verify(
            quote(),
            &Policy {
                mr_signer: None,
                min_isv_svn: 0,
                ..policy()
            }
        )
        .is_ok()
    );
}

#[test]
fn a_debug_enclave_is_believed_by_a_debug_policy_only() {
    let quote = quote_of(
        ProcessorModel::default(),
        &Identity {
            debug: true,
            ..identity()
        },
    );
    assert_eq!(verify(&quote, &policy()), Err(AttestationError::Debug));
    assert!(
        verify(
            &quote,
            &Policy {
                debug: true,
                ..policy()
            }
        )
        .is_ok_and(|enclave| enclave.debug)
    );
}

#[test]
fn a_processor_with_old_microcode_is_refused() {
    let quote = quote_of(ProcessorModel::with_old_microcode(), &identity());
    assert_eq!(verify(&quote, &policy()), Err(AttestationError::TcbOutOfDate));
}

#[test]
fn the_verifier_alone_would_let_old_microcode_pass() {
    let quote = quote_of(ProcessorModel::with_old_microcode(), &identity());
    let verifier = dcap_qvl::verify::QuoteVerifier::new(SIMULATION_ROOT_DER.to_vec());
    assert!(
        verifier
            .verify(&quote, &collateral().into(), NOW)
            .is_ok_and(|verified| verified.status == "OutOfDate")
    );
}

#[test]
fn an_old_quoting_enclave_is_refused() {
    let quote = quote_of(ProcessorModel::with_old_quoting_enclave(), &identity());
    assert_eq!(verify(&quote, &policy()), Err(AttestationError::TcbOutOfDate));
}

#[test]
fn a_quoting_enclave_below_every_known_level_is_refused() {
    let quote = quote_of(
        ProcessorModel {
            qe_svn: 1,
            ..ProcessorModel::default()
        },
        &identity(),
    );
    assert_eq!(verify(&quote, &policy()), Err(AttestationError::TcbOutOfDate));
}

#[test]
fn a_quoting_enclave_of_another_vendor_is_refused() {
    let quote = quote_of(
        ProcessorModel {
            qe_vendor_id: [5; 16],
            ..ProcessorModel::default()
        },
        &identity(),
    );
    assert_eq!(verify(&quote, &policy()), Err(AttestationError::QeVendor));
}

#[test]
fn a_quoting_enclave_of_another_author_is_refused() {
    let quote = quote_of(
        ProcessorModel {
            qe_mr_signer: [5; 32],
            ..ProcessorModel::default()
        },
        &identity(),
    );
    assert_eq!(verify(&quote, &policy()), Err(AttestationError::QeIdentity));
}

#[test]
fn a_quote_and_collateral_under_a_foreign_root_are_refused() {
    let foreign = Pki::from_seed(b"a foreign root").expect("the seed gives keys");
    let processor = Processor::new(&FuseKey::new([9; 32]), &foreign, ProcessorModel::default()).expect("keys");
    let quote = processor.quote(&identity(), &[0; 64]).expect("a quote");
    let foreign_collateral = foreign.collateral(&CollateralOptions::default()).expect("collateral");
    let verify = |root: &[u8]| verify_quote(&quote, &foreign_collateral, root, NOW, &policy());
    assert_eq!(verify(SIMULATION_ROOT_DER), Err(AttestationError::Root));
    assert!(verify(foreign.root_certificate()).is_ok());
    assert_eq!(
        verify_with(&foreign_collateral),
        Err(AttestationError::CollateralSignature)
    );
}

#[test]
fn a_root_that_is_no_certificate_is_refused() {
    let refused = verify_quote(quote(), collateral(), b"no certificate", NOW, &policy());
    assert_eq!(refused, Err(AttestationError::Root));
}

#[test]
fn signatures_exchanged_between_quotes_are_refused() {
    let mut ours = Quote::parse(quote()).expect("a quote");
    let other = Quote::parse(&quote_of(
        ProcessorModel::default(),
        &Identity {
            isv_svn: 4,
            ..identity()
        },
    ))
    .expect("a quote");
    ours.auth.signature = other.auth.signature;
    assert_eq!(
        verify(&ours.to_bytes().expect("bytes"), &policy()),
        Err(AttestationError::Signature)
    );
}

#[test]
fn an_attestation_key_that_no_quoting_enclave_vouches_for_is_refused() {
    let other = Processor::new(&FuseKey::new([10; 32]), pki(), ProcessorModel::default()).expect("keys");
    let mut ours = Quote::parse(quote()).expect("a quote");
    let theirs = Quote::parse(&other.quote(&identity(), &[0; 64]).expect("a quote")).expect("a quote");
    // A complete, valid statement of the other processor's attestation key below this processor's QE report.
    ours.report = theirs.report;
    ours.header = theirs.header;
    ours.auth.signature = theirs.auth.signature;
    ours.auth.attestation_key = theirs.auth.attestation_key;
    assert_eq!(
        verify(&ours.to_bytes().expect("bytes"), &policy()),
        Err(AttestationError::Signature)
    );
}

#[test]
fn another_spelling_of_the_same_certificates_is_refused() {
    let respell = |edit: fn(&str) -> String| {
        let mut quote = Quote::parse(quote()).expect("a quote");
        let chain = String::from_utf8(quote.auth.certification_data).expect("PEM is text");
        quote.auth.certification_data = edit(&chain).into_bytes();
        verify(&quote.to_bytes().expect("bytes"), &policy())
    };
    assert!(respell(|chain| chain.to_owned()).is_ok());
    assert!(
        respell(|chain| format!("{chain}\0")).is_ok(),
        "Intel's spelling ends with a zero byte"
    );
    let refused: [fn(&str) -> String; 5] = [
        |chain| chain.replace('\n', "\r\n"),
        |chain| format!("a word before\n{chain}"),
        |chain| format!("{chain}{chain}"),
        |chain| format!("{chain}\0\0"),
        |_| String::new(),
    ];
    for edit in refused {
        assert_eq!(respell(edit), Err(AttestationError::Certificate));
    }
}

#[test]
fn each_link_of_the_chain_of_signatures_is_checked() {
    let alter = |edit: fn(&mut Quote)| {
        let mut quote = Quote::parse(quote()).expect("a quote");
        edit(&mut quote);
        verify(&quote.to_bytes().expect("bytes"), &policy())
    };
    type Alteration = fn(&mut Quote);
    let cases: [(Alteration, AttestationError); 9] = [
        (|quote| quote.header.user_data[0] ^= 1, AttestationError::Signature),
        (|quote| quote.report.mr_enclave[0] ^= 1, AttestationError::Signature),
        (|quote| quote.auth.signature[0] ^= 1, AttestationError::Signature),
        (|quote| quote.auth.attestation_key[0] ^= 1, AttestationError::Signature),
        (|quote| quote.auth.qe_auth_data[0] ^= 1, AttestationError::Signature),
        (|quote| quote.auth.qe_report.isv_svn += 1, AttestationError::Signature),
        (
            |quote| quote.auth.qe_report_signature[0] ^= 1,
            AttestationError::Signature,
        ),
        (
            |quote| quote.auth.qe_auth_data.truncate(31),
            AttestationError::QuoteMalformed,
        ),
        (
            |quote| quote.auth.certification_type = 4,
            AttestationError::QuoteMalformed,
        ),
    ];
    for (index, (edit, error)) in cases.into_iter().enumerate() {
        assert_eq!(alter(edit), Err(error), "case {index}");
    }
}

#[test]
fn a_chain_of_things_that_are_no_certificates_is_refused() {
    let mut quote = Quote::parse(quote()).expect("a quote");
    let certificates = pem::parse_many(&quote.auth.certification_data).expect("PEM");
    let [_, pck_ca, root] = certificates.as_slice() else {
        panic!("three certificates")
    };
    let chain = [pem::Pem::new("CERTIFICATE", [1, 2, 3]), pck_ca.clone(), root.clone()];
    let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    quote.auth.certification_data = chain
        .iter()
        .map(|certificate| pem::encode_config(certificate, config))
        .collect::<String>()
        .into_bytes();
    let refused = verify(&quote.to_bytes().expect("bytes"), &policy());
    assert_eq!(refused, Err(AttestationError::Certificate));
}

#[test]
fn every_single_flipped_byte_of_a_quote_is_refused() {
    for offset in 0..quote().len() {
        let mut altered = quote().to_vec();
        altered[offset] ^= 1 << (offset % 8);
        assert!(
            verify(&altered, &policy()).is_err(),
            "a bit of byte {offset} was flipped"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_other_value_of_any_byte_is_refused(offset in any::<Index>(), difference in 1_u8..) {
        let mut altered = quote().to_vec();
        altered[offset.index(quote().len())] ^= difference;
        prop_assert!(verify(&altered, &policy()).is_err());
    }
}
