//! Sealed keys: what opens, and what is refused without replacing anything.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use enigma_core::{
    format::bytes::Network,
    hardware::SealPolicy,
    sealing::{self, Purpose},
};
use support::{CHAIN_ID, ENIGMA, Machine, bytes, call, code, enclave, first_start, initialization, map, restart};

const PURPOSE: Purpose = Purpose {
    network: Network {
        chain_id: CHAIN_ID,
        enigma: ENIGMA,
    },
    role: 2,
};

#[test]
fn keys_survive_restarts_and_differ_between_machines() {
    let mut machine = Machine::new(1);
    let sealed = first_start(&mut machine, 1);
    let signer = restart(&mut machine, 1, &sealed).unwrap();
    assert_eq!(restart(&mut machine, 1, &sealed).unwrap(), signer);
    let mut other = Machine::new(2);
    let others = first_start(&mut other, 1);
    assert_ne!(restart(&mut other, 1, &others).unwrap(), signer);
    assert_eq!(
        restart(&mut other, 1, &sealed).unwrap_err(),
        "sealed-blob-other-platform"
    );
}

#[test]
fn every_flipped_bit_is_refused() {
    let mut machine = Machine::new(1);
    let sealed = first_start(&mut machine, 2);
    for position in 0..sealed.len() {
        let mut altered = sealed.clone();
        altered[position] ^= 1 << (position % 8);
        assert_eq!(
            restart(&mut machine, 2, &altered).unwrap_err(),
            "sealed-blob-altered",
            "byte {position}"
        );
    }
    for length in 0..sealed.len() {
        assert_eq!(
            restart(&mut machine, 2, &sealed[..length]).unwrap_err(),
            "sealed-blob-altered",
            "{length} bytes"
        );
    }
    restart(&mut machine, 2, &sealed).unwrap();
}

#[test]
fn a_kill_between_storing_and_confirming_loses_nothing() {
    let mut machine = Machine::new(1);
    let answer = call(&mut enclave(&mut machine), "initialize", &initialization(2, None)).unwrap();
    let sealed = support::byte_field(&answer, "sealed");
    let signer = restart(&mut machine, 2, &sealed).unwrap();
    assert_eq!(restart(&mut machine, 2, &sealed).unwrap(), signer);
    assert_eq!(
        code(call(&mut enclave(&mut machine), "initialize", &initialization(2, None))),
        "sealed-blob-missing"
    );
}

#[test]
fn fresh_keys_are_not_used_before_they_are_confirmed() {
    let mut machine = Machine::new(1);
    let mut fresh = enclave(&mut machine);
    assert_eq!(code(call(&mut fresh, "quote", &map(&[]))), "enclave-not-initialized");
    call(&mut fresh, "initialize", &initialization(2, None)).unwrap();
    assert_eq!(code(call(&mut fresh, "quote", &map(&[]))), "seal-not-confirmed");
    assert_eq!(
        code(call(&mut fresh, "initialize", &initialization(2, None))),
        "enclave-initialized"
    );
    call(&mut fresh, "confirmSeal", &map(&[])).unwrap();
    call(&mut fresh, "quote", &map(&[])).unwrap();
}

#[test]
fn the_counter_refuses_older_blobs_and_blobs_from_the_future() {
    let mut machine = Machine::new(1);
    let seal = |machine: &mut Machine, counter| {
        sealing::seal(&mut &mut *machine, SealPolicy::MrEnclave, &PURPOSE, counter, b"payload").unwrap()
    };
    let [first, second, third] = [1, 2, 3].map(|counter| seal(&mut machine, counter));
    let open = |machine: &mut Machine, blob: &[u8]| {
        sealing::open(&mut &mut *machine, &PURPOSE, blob)
            .map(|(_, counter)| counter)
            .map_err(|error| error.code().to_owned())
    };
    assert_eq!(open(&mut machine, &first), Ok(1));
    assert_eq!(open(&mut machine, &second), Err("sealed-blob-ahead-of-counter".into()));
    enigma_core::hardware::Hardware::counter_increment(&mut &mut machine).unwrap();
    assert_eq!(
        (open(&mut machine, &first), open(&mut machine, &second)),
        (Ok(1), Ok(2))
    );
    assert_eq!(open(&mut machine, &third), Err("sealed-blob-ahead-of-counter".into()));
    enigma_core::hardware::Hardware::counter_increment(&mut &mut machine).unwrap();
    assert_eq!(open(&mut machine, &first), Err("sealed-blob-old".into()));
    assert_eq!(
        (open(&mut machine, &second), open(&mut machine, &third)),
        (Ok(2), Ok(3))
    );
}

#[test]
fn a_blob_opens_for_its_enclave_network_and_role_only() {
    let mut machine = Machine::new(1);
    let sealed = first_start(&mut machine, 2);
    assert_eq!(restart(&mut machine, 1, &sealed).unwrap_err(), "sealed-blob-other-role");
    let mut other = machine
        .copy()
        .with_identity(|identity| identity.mr_enclave = [0xcc; 32]);
    assert_eq!(
        restart(&mut other, 2, &sealed).unwrap_err(),
        "sealed-blob-other-enclave"
    );
    let elsewhere = map(&[
        ("role", 2.into()),
        ("chainId", 1.into()),
        ("enigma", bytes(ENIGMA)),
        ("sealed", bytes(&sealed)),
        ("principalSigner", ciborium::Value::Null),
    ]);
    assert_eq!(
        code(call(&mut enclave(&mut machine), "initialize", &elsewhere)),
        "sealed-blob-other-network"
    );
}

#[test]
fn by_the_signer_policy_a_newer_version_opens_what_an_older_one_sealed_and_never_the_other_way_round() {
    let mut old = Machine::new(1);
    let mut new = old
        .copy()
        .with_identity(|identity| (identity.mr_enclave, identity.isv_svn) = ([0xcc; 32], 2));
    let seal = |machine: &mut Machine| {
        sealing::seal(&mut &mut *machine, SealPolicy::MrSigner, &PURPOSE, 1, b"payload").unwrap()
    };
    let open = |machine: &mut Machine, blob: &[u8]| {
        sealing::open(&mut &mut *machine, &PURPOSE, blob).map_err(|error| error.code().to_owned())
    };
    let (by_old, by_new) = (seal(&mut old), seal(&mut new));
    assert_eq!(*open(&mut new, &by_old).unwrap().0, b"payload");
    assert_eq!(open(&mut old, &by_new).unwrap_err(), "sealed-blob-newer-enclave");
}
