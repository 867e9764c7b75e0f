//! The byte strings that everything is about.

/// An Ethereum address.
pub type Address = [u8; 20];
/// A Keccak-256 hash, a task id, a key's public half, or a 256-bit integer in big-endian order.
pub type Hash = [u8; 32];

/// Which contract a set of keys belongs to. All of it is in their derivation: an address alone is known before anything is
/// deployed there, and whoever claims another code or group gets keys that open nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyOwner {
    pub secret_contract: Address,
    pub code_hash: Hash,
    pub group: Address,
}

/// The network that keys, records and receipts belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// Address of the Enigma contract.
    pub enigma: Address,
}

impl Network {
    /// The chain id as a 32-byte big-endian word.
    pub fn chain_word(&self) -> Hash {
        word(self.chain_id)
    }

    /// chainId(32) ‖ enigma(20).
    pub fn hkdf_salt(&self) -> Vec<u8> {
        [&self.chain_word()[..], &self.enigma].concat()
    }
}

/// An integer as a 32-byte big-endian word.
pub fn word(value: impl Into<u128>) -> Hash {
    let mut word = [0u8; 32];
    let bytes = value.into().to_be_bytes();
    word.iter_mut()
        .skip(16)
        .zip(bytes.iter())
        .for_each(|(to, from)| *to = *from);
    word
}
