//! Verification of quotes of the simulated processors, and each reason to refuse one.

use std::sync::LazyLock;

use enigma_attestation::{
    AttestationError, Collateral, Policy, Quote, Role, SIMULATION_ROOT_DER, VerifiedEnclave, report_data,
    report_data::check_report_data, verify::TcbStatus, verify_quote,
};
use enigma_platform::{CollateralOptions, Identity, Pki, Processor, ProcessorModel, fuses::FuseKey};
use proptest::{prelude::*, sample::Index};

/// 2026-11-22.
const NOW: u64 = 1_795_305_600;
/// 2050-01-02.
const AFTER_EXPIRY: u64 = 2_524_694_400;
/// 2023-12-31.
const BEFORE_ISSUE: u64 = 1_703_980_800;
const SIGNER: [u8; 20] = [0xaa; 20];
const KEY: [u8; 32] = [0xbb; 32];

fn identity() -> Identity {
    Identity {
        mr_enclave: [1; 32],
        mr_signer: [2; 32],
        isv_prod_id: 7,
        isv_svn: 3,
        debug: false,
    }
}

fn policy() -> Policy {
    Policy {
        mr_enclave: [1; 32],
        mr_signer: Some([2; 32]),
        isv_prod_id: 7,
        min_isv_svn: 3,
        debug: false,
    }
}

fn pki() -> &'static Pki {
    static PKI: LazyLock<Pki> = LazyLock::new(|| Pki::simulation().expect("the seed gives keys"));
    &PKI
}

fn processor(model: ProcessorModel) -> Processor {
    Processor::new(&FuseKey::new([9; 32]), pki(), model).expect("the fuses give keys")
}

fn quote_of(model: ProcessorModel, identity: &Identity) -> Vec<u8> {
    processor(model)
        .quote(identity, &report_data(Role::Worker, &SIGNER, &KEY))
        .expect("a quote")
}

fn quote() -> &'static [u8] {
    static QUOTE: LazyLock<Vec<u8>> = LazyLock::new(|| quote_of(ProcessorModel::default(), &identity()));
    &QUOTE
}

fn collateral_with(options: CollateralOptions) -> Collateral {
    pki().collateral(&options).expect("collateral")
}

fn collateral() -> &'static Collateral {
    static COLLATERAL: LazyLock<Collateral> = LazyLock::new(|| collateral_with(CollateralOptions::default()));
    &COLLATERAL
}

fn verify(quote: &[u8], policy: &Policy) -> Result<VerifiedEnclave, AttestationError> {
    verify_quote(quote, collateral(), SIMULATION_ROOT_DER, NOW, policy)
}

fn verify_with(collateral: &Collateral) -> Result<VerifiedEnclave, AttestationError> {
    verify_quote(quote(), collateral, SIMULATION_ROOT_DER, NOW, &policy())
}

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
fn revoked_certificates_are_refused() {
    let serial = processor(ProcessorModel::default()).pck_serial_number();
    let pck_revoked = collateral_with(CollateralOptions {
        revoked_pcks: vec![serial],
        ..Default::default()
    });
    assert_eq!(verify_with(&pck_revoked), Err(AttestationError::Revoked));
    let authority_revoked = collateral_with(CollateralOptions {
        pck_ca_revoked: true,
        ..Default::default()
    });
    assert_eq!(verify_with(&authority_revoked), Err(AttestationError::Revoked));
}

#[test]
fn a_revocation_of_other_processors_does_not_matter() {
    let others = collateral_with(CollateralOptions {
        revoked_pcks: vec![[0x41; 16]],
        ..Default::default()
    });
    assert!(verify_with(&others).is_ok());
}

#[test]
fn expired_collateral_is_refused() {
    let old = CollateralOptions {
        next_update: "2024-06-01T00:00:00Z".to_owned(),
        ..Default::default()
    };
    assert_eq!(
        verify_with(&collateral_with(old)),
        Err(AttestationError::CollateralExpired)
    );
    let old = CollateralOptions {
        crl_next_update: "240601000000Z".to_owned(),
        ..Default::default()
    };
    assert_eq!(
        verify_with(&collateral_with(old)),
        Err(AttestationError::CollateralExpired)
    );
}

#[test]
fn nothing_verifies_outside_the_fixed_validity() {
    for now in [0, BEFORE_ISSUE, AFTER_EXPIRY, u64::MAX] {
        let refused = verify_quote(quote(), collateral(), SIMULATION_ROOT_DER, now, &policy());
        assert_eq!(refused, Err(AttestationError::CollateralExpired), "at {now}");
    }
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
fn altered_collateral_is_refused() {
    let tcb_info = Collateral {
        tcb_info: collateral().tcb_info.replace("\"pcesvn\":13", "\"pcesvn\":12"),
        ..collateral().clone()
    };
    assert_eq!(verify_with(&tcb_info), Err(AttestationError::CollateralSignature));
    let qe_identity = Collateral {
        qe_identity: collateral().qe_identity.replace("\"isvsvn\":8", "\"isvsvn\":7"),
        ..collateral().clone()
    };
    assert_eq!(verify_with(&qe_identity), Err(AttestationError::CollateralSignature));
    let no_json = Collateral {
        tcb_info: "{".to_owned(),
        ..collateral().clone()
    };
    assert_eq!(verify_with(&no_json), Err(AttestationError::CollateralMalformed));
    let swapped = Collateral {
        pck_crl: collateral().root_ca_crl.clone(),
        ..collateral().clone()
    };
    assert_eq!(verify_with(&swapped), Err(AttestationError::CollateralSignature));
    let no_crl = Collateral {
        pck_crl: Vec::new(),
        ..collateral().clone()
    };
    assert_eq!(verify_with(&no_crl), Err(AttestationError::CollateralMalformed));
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

#[test]
fn collateral_survives_cbor_and_json() {
    let cbor = collateral().to_cbor().expect("CBOR");
    assert_eq!(Collateral::from_cbor(&cbor).as_ref(), Ok(collateral()));
    let json = serde_json::to_string(collateral()).expect("JSON");
    assert_eq!(&serde_json::from_str::<Collateral>(&json).expect("JSON"), collateral());
}

#[test]
fn collateral_with_an_appendix_or_cut_is_malformed() {
    let cbor = collateral().to_cbor().expect("CBOR");
    let with_appendix = [cbor.as_slice(), &[0]].concat();
    assert_eq!(
        Collateral::from_cbor(&with_appendix),
        Err(AttestationError::CollateralMalformed)
    );
    assert_eq!(
        Collateral::from_cbor(&cbor[..cbor.len() - 1]),
        Err(AttestationError::CollateralMalformed)
    );
    assert_eq!(
        Collateral::from_cbor(&vec![0; 1 << 20]),
        Err(AttestationError::CollateralMalformed)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_other_value_of_any_byte_is_refused(offset in any::<Index>(), difference in 1_u8..) {
        let mut altered = quote().to_vec();
        altered[offset.index(quote().len())] ^= difference;
        prop_assert!(verify(&altered, &policy()).is_err());
    }

    #[test]
    fn altered_collateral_never_panics(offset in any::<Index>(), value in any::<u8>()) {
        let mut cbor = collateral().to_cbor().expect("CBOR");
        let offset = offset.index(cbor.len());
        cbor[offset] = value;
        if let Ok(altered) = Collateral::from_cbor(&cbor) {
            let _ = verify_with(&altered);
        }
    }

    #[test]
    fn arbitrary_bytes_are_no_collateral(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
        prop_assert_eq!(Collateral::from_cbor(&bytes), Err(AttestationError::CollateralMalformed));
    }
}
