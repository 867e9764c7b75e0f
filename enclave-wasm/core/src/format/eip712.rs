//! EIP-712 typed data of the domain {name: "Enigma", version: "1", chainId, verifyingContract: enigma}.

use super::{
    abi::Writer,
    bytes::{Address, Hash, KeyOwner, Network},
};
use crate::crypto::keccak::{keccak256, keccak256_of};

const DOMAIN_TYPE: &str = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const CONTRACT_KEY_TYPE: &str =
    "ContractKey(address secretContract,bytes32 codeHash,address group,uint64 epoch,bytes32 publicKey)";
const REGISTRATION_TYPE: &str = "WorkerRegistration(address worker,address signer,bytes32 encryptionKey)";

/// keccak256(0x1901 ‖ domain separator ‖ struct hash): what is signed.
pub fn digest(network: &Network, struct_hash: &Hash) -> Hash {
    keccak256_of(&[&[0x19, 0x01], &domain_separator(network), struct_hash])
}

/// The separator of our domain on `network`.
pub fn domain_separator(network: &Network) -> Hash {
    let fields = type_hash(DOMAIN_TYPE)
        .hash(&keccak256(b"Enigma"))
        .hash(&keccak256(b"1"));
    keccak256(&fields.integer(network.chain_id).address(&network.enigma).finish())
}

/// Struct hash of the principal's certificate of a contract's public key.
pub fn contract_key_hash(key_of: &KeyOwner, epoch: u64, public_key: &Hash) -> Hash {
    keccak256(
        &type_hash(CONTRACT_KEY_TYPE)
            .address(&key_of.secret_contract)
            .hash(&key_of.code_hash)
            .address(&key_of.group)
            .integer(epoch)
            .hash(public_key)
            .finish(),
    )
}

/// Struct hash of what a worker's enclave states when its account registers: which account it serves.
pub fn registration_hash(worker: &Address, signer: &Address, encryption_key: &Hash) -> Hash {
    let fields = type_hash(REGISTRATION_TYPE).address(worker).address(signer);
    keccak256(&fields.hash(encryption_key).finish())
}

/// A writer that holds the hash of a type already.
pub(super) fn type_hash(name: &str) -> Writer {
    Writer::default().hash(&keccak256(name.as_bytes()))
}
