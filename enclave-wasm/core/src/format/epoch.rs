//! Epochs: who may work, from which block on, and the seed that selects.

use super::{
    abi::Writer,
    bytes::{Address, Hash},
    eip712,
};
use crate::crypto::keccak::keccak256;

const EPOCH_TYPE: &str = "Epoch(uint64 number,bytes32 seed,bytes32 snapshotHash,uint64 snapshotBlock,bytes32 snapshotBlockHash,uint64 firstBlock)";

/// What the principal enclave signs to open an epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epoch {
    pub number: u64,
    pub seed: Hash,
    pub snapshot_hash: Hash,
    /// The block in which the snapshot closed.
    pub snapshot_block: u64,
    /// Its hash, which the Enigma contract puts in by itself, so that a host cannot try invented ones.
    pub snapshot_block_hash: Hash,
    /// The first block of the epoch.
    pub first_block: u64,
}

impl Epoch {
    /// EIP-712 `hashStruct(epoch)`.
    pub fn hash(&self) -> Hash {
        let fields = eip712::type_hash(EPOCH_TYPE)
            .integer(self.number)
            .hash(&self.seed)
            .hash(&self.snapshot_hash);
        keccak256(
            &fields
                .integer(self.snapshot_block)
                .hash(&self.snapshot_block_hash)
                .integer(self.first_block)
                .finish(),
        )
    }
}

/// keccak256(abi.encode(address[] workers, uint256[] cumulativeStakes)).
pub fn snapshot_hash<'a>(workers: impl ExactSizeIterator<Item = (&'a Address, &'a Hash)> + Clone) -> Hash {
    let count = workers.len() as u128;
    // Two offsets, then each list as its length and elements.
    let second_list = count.saturating_add(3).saturating_mul(32);
    let head = Writer::default().integer(64u8).integer(second_list).integer(count);
    let addresses = workers
        .clone()
        .fold(head, |writer, (address, _)| writer.address(address))
        .integer(count);
    keccak256(
        &workers
            .fold(addresses, |writer, (_, stake)| writer.hash(stake))
            .finish(),
    )
}
