//! The record of a task as it was made on Ethereum.

use super::{
    abi::{AbiError, Reader, Writer},
    bytes::{Address, Hash, Network},
};
use crate::crypto::keccak::keccak256;

/// Length in bytes of an encoded record.
pub const LENGTH: usize = 480;

/// What a task does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskKind {
    Deploy = 1,
    Call = 2,
    /// A call whose input is in the record's transaction.
    PostedCall = 3,
    /// A posted call whose result goes to its sender in a callback.
    OrderedCall = 4,
}

impl TaskKind {
    /// Whether everybody knows the input, encrypted or not.
    pub fn is_posted(self) -> bool {
        matches!(self, TaskKind::PostedCall | TaskKind::OrderedCall)
    }
}

/// All that was said about a task when it was ordered, and when. Only its hash is kept on chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRecord {
    pub sender: Address,
    /// Drawn by the client; 256 bits, big-endian.
    pub nonce: Hash,
    pub kind: TaskKind,
    pub secret_contract: Address,
    pub code_hash: Hash,
    /// keccak256(encrypted input ‖ user key).
    pub input_hash: Hash,
    /// Other contracts that the task may touch, 32 zero bytes for none; of a deployment the group to join, as a word, zero for its own.
    pub touches_hash: Hash,
    pub gas_limit: u64,
    /// ENG base units for a unit of gas.
    pub gas_price: u128,
    pub call_gas_limit: u64,
    pub block_number: u64,
    /// Unix seconds.
    pub timestamp: u64,
    pub parent_hash: Hash,
    /// The epoch whose contract key the input is encrypted to.
    pub epoch: u64,
    /// Version of instrumenter, prices and host interface.
    pub rules: u32,
}

impl TaskRecord {
    /// `abi.encode(record)`.
    pub fn encode(&self) -> Vec<u8> {
        Writer::default()
            .address(&self.sender)
            .hash(&self.nonce)
            .integer(self.kind as u8)
            .address(&self.secret_contract)
            .hash(&self.code_hash)
            .hash(&self.input_hash)
            .hash(&self.touches_hash)
            .integer(self.gas_limit)
            .integer(self.gas_price)
            .integer(self.call_gas_limit)
            .integer(self.block_number)
            .integer(self.timestamp)
            .hash(&self.parent_hash)
            .integer(self.epoch)
            .integer(self.rules)
            .finish()
    }

    /// # Errors
    /// [`AbiError`] for anything but the encoding of a record.
    pub fn decode(bytes: &[u8]) -> Result<Self, AbiError> {
        let mut reader = Reader::new(bytes);
        let record = Self {
            sender: reader.address()?,
            nonce: reader.hash()?,
            kind: match reader.integer::<u8>()? {
                1 => TaskKind::Deploy,
                2 => TaskKind::Call,
                3 => TaskKind::PostedCall,
                4 => TaskKind::OrderedCall,
                _ => return Err(AbiError),
            },
            secret_contract: reader.address()?,
            code_hash: reader.hash()?,
            input_hash: reader.hash()?,
            touches_hash: reader.hash()?,
            gas_limit: reader.integer()?,
            gas_price: reader.integer()?,
            call_gas_limit: reader.integer()?,
            block_number: reader.integer()?,
            timestamp: reader.integer()?,
            parent_hash: reader.hash()?,
            epoch: reader.integer()?,
            rules: reader.integer()?,
        };
        reader.end()?;
        Ok(record)
    }

    /// keccak256 of the encoding: what stands in the task's slot on chain.
    pub fn hash(&self) -> Hash {
        keccak256(&self.encode())
    }

    /// The id of the task on `network`.
    pub fn task_id(&self, network: &Network) -> Hash {
        task_id(network, &self.sender, &self.nonce)
    }
}

/// keccak256(abi.encode(chainId, enigma, sender, nonce)).
pub fn task_id(network: &Network, sender: &Address, nonce: &Hash) -> Hash {
    keccak256(
        &Writer::default()
            .integer(network.chain_id)
            .address(&network.enigma)
            .address(sender)
            .hash(nonce)
            .finish(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn record() -> TaskRecord {
        TaskRecord {
            sender: [1; 20],
            nonce: [2; 32],
            kind: TaskKind::Call,
            secret_contract: [3; 20],
            code_hash: [4; 32],
            input_hash: [5; 32],
            touches_hash: [0; 32],
            gas_limit: u64::MAX,
            gas_price: u128::MAX,
            call_gas_limit: 6,
            block_number: 7,
            timestamp: 8,
            parent_hash: [9; 32],
            epoch: 10,
            rules: 1,
        }
    }

    #[test]
    fn decoding_inverts_encoding() {
        let bytes = record().encode();
        assert_eq!(bytes.len(), LENGTH);
        assert_eq!(TaskRecord::decode(&bytes).unwrap(), record());
    }

    #[test]
    fn refuses_other_lengths_and_unknown_kinds() {
        let bytes = record().encode();
        assert!(TaskRecord::decode(&bytes[..479]).is_err());
        assert!(TaskRecord::decode(&[&bytes[..], &[0]].concat()).is_err());
        let mut other = bytes.clone();
        for (kind, known) in [(0, false), (1, true), (2, true), (3, true), (4, true), (5, false)] {
            other[95] = kind;
            assert_eq!(TaskRecord::decode(&other).is_ok(), known, "kind {kind}");
        }
    }

    proptest! {
        #[test]
        fn what_decodes_encodes_to_the_same_bytes(position in 0..LENGTH, value in any::<u8>()) {
            let mut bytes = record().encode();
            bytes[position] = value;
            if let Ok(decoded) = TaskRecord::decode(&bytes) {
                prop_assert_eq!(decoded.encode(), bytes);
            }
        }
    }
}
