//! The mock's cryptography against published vectors.

use enigma_contract::prelude::*;
use enigma_contract::primitives::{address, b256, hex};
use enigma_contract::testing::Env;

#[test]
fn keccak256_and_sha256_of_nothing_are_the_known_values() {
    let _env = Env::new();
    assert_eq!(
        crypto::keccak256(""),
        b256!("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
    );
    assert_eq!(
        crypto::sha256(""),
        b256!("0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    );
}

/// The example of EIP-712's specification: its signature was made by the account `keccak256("cow")`.
#[test]
fn recovers_the_signer_of_the_eip_712_example() {
    let _env = Env::new();
    let hash = b256!("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2");
    let mut signature = hex!(
        "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
        "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562"
        "1c"
    );
    let cow = address!("0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826");
    assert_eq!(crypto::secp256k1_recover(&hash, &signature), Some(cow));
    signature[64] = 1;
    assert_eq!(crypto::secp256k1_recover(&hash, &signature), Some(cow));
    signature[64] = 2;
    assert_eq!(crypto::secp256k1_recover(&hash, &signature), None);
    assert_eq!(crypto::secp256k1_recover(&hash, &signature[..64]), None);
}

#[test]
fn refuses_the_high_s_form_of_a_signature() {
    let _env = Env::new();
    let hash = b256!("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2");
    let order = U256::from_be_bytes(hex!("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"));
    let s = U256::from_be_bytes(hex!("07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562"));
    let r = hex!("4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d");
    let high = [r.as_slice(), &(order - s).to_be_bytes(), &[0x1b]].concat();
    assert_eq!(crypto::secp256k1_recover(&hash, &high), None);
}

/// RFC 8032, section 7.1, test 2.
#[test]
fn verifies_the_ed25519_vector_of_rfc_8032() {
    let _env = Env::new();
    let key = b256!("0x3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    let signature = hex!(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    );
    assert!(crypto::ed25519_verify(&key, &[0x72], &signature));
    assert!(!crypto::ed25519_verify(&key, &[0x73], &signature));
    assert!(!crypto::ed25519_verify(&key, &[0x72], &signature[..63]));
}

/// RFC 7748, section 6.1.
#[test]
fn agrees_on_the_x25519_secret_of_rfc_7748() {
    let _env = Env::new();
    let alice = b256!("0x77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    let bob = b256!("0x5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    let secret = b256!("0x4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    assert_eq!(
        crypto::x25519_shared_secret(&alice, &crypto::x25519_public_key(&bob)),
        Some(secret)
    );
    assert_eq!(
        crypto::x25519_shared_secret(&bob, &crypto::x25519_public_key(&alice)),
        Some(secret)
    );
    assert_eq!(crypto::x25519_shared_secret(&alice, &B256::ZERO), None);
}

#[test]
fn bytes_moved_between_associated_data_and_plaintext_give_another_nonce() {
    let _env = Env::new();
    let nonce = |ad: &[u8], text: &[u8]| crypto::aead_seal(&B256::repeat_byte(3), ad, text)[..24].to_vec();
    assert_ne!(nonce(b"ab", b"c"), nonce(b"a", b"bc"));
    assert_ne!(nonce(b"abc", b""), nonce(b"", b"abc"));
}

#[test]
fn opens_what_it_seals_and_nothing_else() {
    let _env = Env::new();
    let key = B256::repeat_byte(3);
    let sealed = crypto::aead_seal(&key, b"header", b"secret");
    assert_eq!(sealed.len(), 24 + 6 + 16);
    assert_eq!(sealed, crypto::aead_seal(&key, b"header", b"secret"));
    assert_eq!(crypto::aead_open(&key, b"header", &sealed), Some(b"secret".to_vec()));
    assert_eq!(crypto::aead_open(&key, b"Header", &sealed), None);
    assert_eq!(crypto::aead_open(&B256::ZERO, b"header", &sealed), None);
    for index in 0..sealed.len() {
        let mut altered = sealed.clone();
        altered[index] ^= 1;
        assert_eq!(crypto::aead_open(&key, b"header", &altered), None, "byte {index}");
        assert_eq!(
            crypto::aead_open(&key, b"header", &sealed[..index]),
            None,
            "{index} bytes"
        );
    }
}
