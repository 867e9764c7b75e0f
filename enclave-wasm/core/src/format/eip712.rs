//! EIP-712 typed data of the domain {name: "Enigma", version: "1", chainId, verifyingContract: enigma}.

use super::{
    abi::Writer,
    bytes::{Address, Hash, Network},
};
use crate::crypto::keccak::{keccak256, keccak256_of};

const DOMAIN_TYPE: &str = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const CONTRACT_KEY_TYPE: &str = "ContractKey(address secretContract,bytes32 codeHash,uint64 epoch,bytes32 publicKey)";

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
pub fn contract_key_hash(contract: &Address, code_hash: &Hash, epoch: u64, public_key: &Hash) -> Hash {
    keccak256(
        &type_hash(CONTRACT_KEY_TYPE)
            .address(contract)
            .hash(code_hash)
            .integer(epoch)
            .hash(public_key)
            .finish(),
    )
}

/// A writer that holds the hash of a type already.
pub(super) fn type_hash(name: &str) -> Writer {
    Writer::default().hash(&keccak256(name.as_bytes()))
}
