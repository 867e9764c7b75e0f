//! The keys of secret contracts and the seeds of epochs, all derived from the principal's master secret by
//! HKDF-SHA256 (RFC 5869).
//!
//! The code hash is part of the derivation because an address is known before anything is deployed there: on a private fork
//! other code at the same address must not get the same keys. The group is part of it because it decides who is selected.

use hkdf::Hkdf;
use sha2::Sha256;

use super::{secret::Secret, session_keys::KeyPair};
use crate::format::{
    bytes::{Hash, KeyOwner, Network},
    tag::Tag,
};

/// What a contract key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Encrypts deltas and checkpoints.
    State = 1,
    /// X25519 secret key that users encrypt to.
    InputOutput = 2,
    /// Source of the contract's randomness.
    Randomness = 3,
}

/// The three keys of one contract in one epoch.
pub struct ContractKeys {
    pub state: Secret,
    pub input_output: KeyPair,
    pub randomness: Secret,
}

impl ContractKeys {
    /// Derives the keys of `owner` in `epoch`.
    pub fn derive(master: &Secret, network: &Network, owner: &KeyOwner, epoch: u64) -> Self {
        let key = |purpose| contract_key(master, network, owner, epoch, purpose);
        Self {
            state: key(Purpose::State),
            input_output: KeyPair::new(key(Purpose::InputOutput)),
            randomness: key(Purpose::Randomness),
        }
    }
}

/// One key of a contract.
pub fn contract_key(master: &Secret, network: &Network, owner: &KeyOwner, epoch: u64, purpose: Purpose) -> Secret {
    let info = [
        &Tag::ContractKey.hash()[..],
        &owner.secret_contract,
        &owner.code_hash,
        &owner.group,
        &epoch.to_be_bytes(),
        &[purpose as u8],
    ];
    hkdf(master, &network.hkdf_salt(), &info)
}

/// The public seed of an epoch, from the hash of the block in which its snapshot closed.
pub fn epoch_seed(master: &Secret, network: &Network, number: u64, block_hash: &Hash) -> Hash {
    *hkdf(
        master,
        &network.hkdf_salt(),
        &[&Tag::EpochSeed.hash(), &number.to_be_bytes(), block_hash],
    )
    .expose()
}

/// HKDF-SHA256 with 32 bytes of output; `info` is the concatenation of its parts.
pub fn hkdf(input_key: &Secret, salt: &[u8], info: &[&[u8]]) -> Secret {
    let mut output = [0u8; 32];
    // Expansion fails only beyond 255 × 32 bytes of output; 32 are asked for.
    let expanded = Hkdf::<Sha256>::new(Some(salt), input_key.expose()).expand_multi_info(info, &mut output);
    debug_assert!(expanded.is_ok());
    Secret::take(&mut output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_derivation_matters() {
        let master = Secret::take(&mut [1; 32]);
        let network = Network {
            chain_id: 31337,
            enigma: [2; 20],
        };
        let owner = KeyOwner {
            secret_contract: [3; 20],
            code_hash: [4; 32],
            group: [5; 20],
        };
        let derive = |master: &Secret, network: Network, owner: KeyOwner, epoch, purpose| {
            contract_key(master, &network, &owner, epoch, purpose)
        };
        let base = derive(&master, network, owner, 5, Purpose::State);
        let other = Secret::take(&mut [9; 32]);
        let (address, hash) = ([9; 20], [9; 32]);
        let others = [
            derive(&other, network, owner, 5, Purpose::State),
            derive(&master, Network { chain_id: 1, ..network }, owner, 5, Purpose::State),
            derive(
                &master,
                Network {
                    enigma: address,
                    ..network
                },
                owner,
                5,
                Purpose::State,
            ),
            derive(
                &master,
                network,
                KeyOwner {
                    secret_contract: address,
                    ..owner
                },
                5,
                Purpose::State,
            ),
            derive(
                &master,
                network,
                KeyOwner {
                    code_hash: hash,
                    ..owner
                },
                5,
                Purpose::State,
            ),
            derive(
                &master,
                network,
                KeyOwner {
                    group: address,
                    ..owner
                },
                5,
                Purpose::State,
            ),
            derive(&master, network, owner, 6, Purpose::State),
            derive(&master, network, owner, 5, Purpose::Randomness),
        ];
        assert!(others.iter().all(|other| !base.equals(other)));
        assert!(base.equals(&derive(&master, network, owner, 5, Purpose::State)));
    }
}
