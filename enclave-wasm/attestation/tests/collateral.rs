//! Collateral: its encodings, its validity in time, revocations, and alterations on the way.

mod simulated;

use enigma_attestation::{AttestationError, Collateral, SIMULATION_ROOT_DER, verify_quote};
use enigma_platform::{CollateralOptions, ProcessorModel};
use proptest::{prelude::*, sample::Index};
use simulated::{collateral, collateral_with, policy, processor, quote, verify_with};

/// 2050-01-02.
const AFTER_EXPIRY: u64 = 2_524_694_400;
/// 2023-12-31.
const BEFORE_ISSUE: u64 = 1_703_980_800;

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
