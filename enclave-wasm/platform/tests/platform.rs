//! What one simulated machine promises to its enclaves, across restarts.

use enigma_attestation::Quote;
use enigma_platform::{Identity, Platform, PlatformError, SealPolicy, platform::MAX_RANDOM};
use proptest::prelude::*;

const ENTROPY: [u8; 32] = [7; 32];
const COUNTER: [u8; 32] = [1; 32];

fn identity() -> Identity {
    Identity {
        mr_enclave: [1; 32],
        mr_signer: [2; 32],
        isv_prod_id: 1,
        isv_svn: 2,
        debug: false,
    }
}

fn platform() -> Platform {
    Platform::create(None, ENTROPY).expect("a platform")
}

fn seeded(byte: u8) -> Platform {
    Platform::create(Some([byte; 32]), ENTROPY).expect("a platform")
}

fn restarted(platform: &Platform) -> Platform {
    Platform::open(&platform.nvram().expect("bytes")).expect("its own bytes")
}

fn seal_key(platform: &Platform, identity: &Identity, policy: SealPolicy, svn: u16, key_id: u8) -> [u8; 32] {
    *platform.seal_key(identity, policy, svn, &[key_id; 32]).expect("a key")
}

#[test]
fn a_restart_changes_no_key_and_no_counter() {
    let mut platform = platform();
    platform.counter_increment(&COUNTER).expect("counts");
    let again = restarted(&platform);
    assert_eq!(again.counter_read(&COUNTER), 1);
    assert_eq!(
        again.quote(&identity(), &[0; 64]),
        platform.quote(&identity(), &[0; 64])
    );
    assert_eq!(again.collateral(), platform.collateral());
    for policy in [SealPolicy::MrEnclave, SealPolicy::MrSigner] {
        assert_eq!(
            seal_key(&again, &identity(), policy, 2, 0),
            seal_key(&platform, &identity(), policy, 2, 0)
        );
    }
}

#[test]
fn two_machines_share_no_key() {
    let other = Platform::create(None, [8; 32]).expect("a platform");
    let key = |platform| seal_key(platform, &identity(), SealPolicy::MrEnclave, 2, 0);
    assert_ne!(key(&platform()), key(&other));
    let attestation_key = |platform: &Platform| {
        let quote = platform.quote(&identity(), &[0; 64]).expect("a quote");
        Quote::parse(&quote).expect("a quote").auth.attestation_key
    };
    assert_ne!(attestation_key(&platform()), attestation_key(&other));
}

#[test]
fn a_sealing_key_depends_on_all_that_it_is_bound_to() {
    let platform = platform();
    let base = identity();
    let by_enclave = |identity: &Identity| seal_key(&platform, identity, SealPolicy::MrEnclave, 2, 0);
    let by_signer = |identity: &Identity| seal_key(&platform, identity, SealPolicy::MrSigner, 2, 0);
    let other_enclave = Identity {
        mr_enclave: [9; 32],
        ..base.clone()
    };
    let other_signer = Identity {
        mr_signer: [9; 32],
        ..base.clone()
    };
    assert_ne!(by_enclave(&base), by_signer(&base));
    assert_ne!(by_enclave(&base), by_enclave(&other_enclave));
    assert_eq!(by_signer(&base), by_signer(&other_enclave));
    assert_eq!(by_enclave(&base), by_enclave(&other_signer));
    assert_ne!(by_signer(&base), by_signer(&other_signer));
    for other in [
        Identity {
            debug: true,
            ..base.clone()
        },
        Identity {
            isv_prod_id: 9,
            ..base.clone()
        },
    ] {
        assert_ne!(by_enclave(&base), by_enclave(&other));
        assert_ne!(by_signer(&base), by_signer(&other));
    }
    assert_ne!(
        by_enclave(&base),
        seal_key(&platform, &base, SealPolicy::MrEnclave, 2, 1)
    );
    assert_ne!(
        by_enclave(&base),
        seal_key(&platform, &base, SealPolicy::MrEnclave, 1, 0)
    );
}

#[test]
fn a_newer_enclave_gets_older_keys_and_never_the_other_way_round() {
    let platform = platform();
    let newer = Identity {
        mr_enclave: [9; 32],
        isv_svn: 3,
        ..identity()
    };
    assert_eq!(
        seal_key(&platform, &newer, SealPolicy::MrSigner, 2, 0),
        seal_key(&platform, &identity(), SealPolicy::MrSigner, 2, 0)
    );
    let refused = platform.seal_key(&identity(), SealPolicy::MrSigner, 3, &[0; 32]);
    assert_eq!(refused.err(), Some(PlatformError::Svn));
}

#[test]
fn a_counter_belongs_to_author_product_and_debug_attribute() {
    let id = identity().counter_id();
    assert_eq!(
        Identity {
            mr_enclave: [9; 32],
            isv_svn: 9,
            ..identity()
        }
        .counter_id(),
        id
    );
    for other in [
        Identity {
            mr_signer: [9; 32],
            ..identity()
        },
        Identity {
            isv_prod_id: 9,
            ..identity()
        },
        Identity {
            debug: true,
            ..identity()
        },
    ] {
        assert_ne!(other.counter_id(), id);
    }
}

#[test]
fn counters_start_at_zero_and_count_by_one_each_for_itself() {
    let mut platform = platform();
    assert_eq!(platform.counter_read(&COUNTER), 0);
    assert_eq!(platform.counter_increment(&COUNTER), Ok(1));
    assert_eq!(platform.counter_increment(&COUNTER), Ok(2));
    assert_eq!(platform.counter_read(&[2; 32]), 0);
}

#[test]
fn there_is_room_for_a_limited_number_of_counters() {
    let mut platform = platform();
    for id in 0..=255 {
        assert_eq!(platform.counter_increment(&[id; 32]), Ok(1));
    }
    let mut one_more = [0; 32];
    one_more[0] = 1;
    assert_eq!(platform.counter_increment(&one_more), Err(PlatformError::Exhausted));
    assert_eq!(platform.counter_increment(&[0; 32]), Ok(2));
    assert_eq!(restarted(&platform).counter_read(&[0; 32]), 2);
}

#[test]
fn a_seed_fixes_every_byte() {
    let (mut one, mut other) = (seeded(3), seeded(3));
    assert_eq!(*one.nvram().expect("bytes"), *other.nvram().expect("bytes"));
    assert_eq!(one.quote(&identity(), &[5; 64]), other.quote(&identity(), &[5; 64]));
    assert_eq!(one.random(100), other.random(100));
    assert_ne!(one.random(32), seeded(4).random(32));
}

#[test]
fn a_machine_knows_its_own_seed() {
    assert_eq!(restarted(&seeded(3)).is_made_from(&[3; 32]), Ok(true));
    assert_eq!(seeded(3).is_made_from(&[4; 32]), Ok(false));
    assert_eq!(
        platform().is_made_from(&ENTROPY),
        Ok(false),
        "what the operating system gave is no seed"
    );
}

#[test]
fn the_random_stream_does_not_repeat_after_a_restart() {
    let whole = seeded(3).random(300).expect("bytes");
    let mut platform = seeded(3);
    let mut pieces = platform.random(1).expect("bytes");
    for length in [0, 63, 64, 65, 107] {
        platform = restarted(&platform);
        pieces.extend(platform.random(length).expect("bytes"));
    }
    assert_eq!(pieces, whole);
}

#[test]
fn randomness_without_a_seed_is_the_operating_systems_business() {
    assert_eq!(platform().random(32), Err(PlatformError::NotSeeded));
    assert!(!platform().is_seeded());
    assert!(seeded(1).is_seeded());
}

#[test]
fn too_many_random_bytes_at_once_are_refused() {
    assert_eq!(seeded(1).random(MAX_RANDOM + 1), Err(PlatformError::Argument));
    assert_eq!(seeded(1).random(MAX_RANDOM).map(|bytes| bytes.len()), Ok(MAX_RANDOM));
}

#[test]
fn signatures_have_high_and_low_s_as_intels_do() {
    // Half of the order of P-256: a larger s is "high".
    let half = [
        0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    ];
    let platform = seeded(3);
    let high = (0..32_u8)
        .filter(|byte| {
            let quote = platform.quote(&identity(), &[*byte; 64]).expect("a quote");
            Quote::parse(&quote).expect("a quote").auth.signature[32..48] > half[..]
        })
        .count();
    assert!((4..=28).contains(&high), "{high} of 32 have a high s");
}

#[test]
fn every_flipped_bit_of_the_nvram_is_refused() {
    let mut platform = seeded(3);
    platform.counter_increment(&COUNTER).expect("counts");
    let nvram = platform.nvram().expect("bytes").to_vec();
    for bit in 0..nvram.len() * 8 {
        let mut altered = nvram.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        let expected = if (8..10).contains(&(bit / 8)) {
            PlatformError::Version
        } else {
            PlatformError::Altered
        };
        assert_eq!(Platform::open(&altered).err(), Some(expected), "bit {bit}");
    }
}

#[test]
fn a_cut_or_longer_nvram_is_refused() {
    let nvram = platform().nvram().expect("bytes").to_vec();
    for length in 0..nvram.len() {
        assert_eq!(
            Platform::open(&nvram[..length]).err(),
            Some(PlatformError::Altered),
            "length {length}"
        );
    }
    assert_eq!(
        Platform::open(&[nvram.as_slice(), &[0]].concat()).err(),
        Some(PlatformError::Altered)
    );
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_no_nvram(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Platform::open(&bytes).is_err());
    }

    #[test]
    fn counters_survive_any_sequence_of_increments_and_restarts(steps in proptest::collection::vec((0..4_u8, any::<bool>()), 0..40)) {
        let mut platform = platform();
        let mut expected = [0_u64; 4];
        for (counter, restart) in steps {
            expected[usize::from(counter)] += 1;
            prop_assert_eq!(platform.counter_increment(&[counter; 32]), Ok(expected[usize::from(counter)]));
            if restart {
                platform = restarted(&platform);
            }
        }
        for (counter, value) in (0_u8..).zip(expected) {
            prop_assert_eq!(platform.counter_read(&[counter; 32]), value);
        }
    }
}
