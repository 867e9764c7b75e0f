//! The root certificate that the enclave carries is the one that the public seed gives.

use enigma_attestation::SIMULATION_ROOT_DER;
use enigma_platform::Pki;

/// `BLESS=1` writes the file anew after a deliberate change of the seed or of the certificate's profile.
#[test]
fn the_simulation_root_is_made_from_the_public_seed() {
    let pki = Pki::simulation().expect("the seed gives keys");
    if std::env::var_os("BLESS").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../attestation/src/simulation_root.der");
        std::fs::write(file, pki.root_certificate()).expect("the file is writable");
    } else {
        assert_eq!(pki.root_certificate(), SIMULATION_ROOT_DER);
    }
}

#[test]
fn another_seed_gives_another_root() {
    let other = Pki::from_seed(b"another seed").expect("the seed gives keys");
    assert_ne!(other.root_certificate(), SIMULATION_ROOT_DER);
}
