//! The snapshots of the last epochs that this enclave signed.

use std::collections::BTreeMap;

use crate::{
    crypto::keccak::keccak256_of,
    ecall::{EcallError, messages::SnapshotWorker},
    format::{
        bytes::{Address, Hash},
        epoch::{Epoch, snapshot_hash},
        selection,
    },
};

/// The latest epoch and the one before: a worker may still ask for what it was selected for a moment ago.
const KEPT: usize = 2;

/// Who could be selected in an epoch.
pub struct Snapshot {
    seed: Hash,
    signers: Vec<Address>,
    cumulative_stakes: Vec<Hash>,
    /// Of everything signed, and of the signers: tells another snapshot under the same number.
    digest: Hash,
}

impl Snapshot {
    pub fn new(epoch: &Epoch, workers: &[SnapshotWorker]) -> Self {
        let signers: Vec<Address> = workers.iter().map(|worker| *worker.signer).collect();
        let digest = keccak256_of(&[&epoch.hash(), &signers.concat()]);
        let cumulative_stakes = workers.iter().map(|worker| *worker.cumulative_stake).collect();
        Self {
            seed: epoch.seed,
            signers,
            cumulative_stakes,
            digest,
        }
    }

    /// Whether the enclave with this signing address serves `group`.
    fn selects(&self, group: &Address, signer: &Address) -> bool {
        selection::select(&self.seed, group, &self.cumulative_stakes).and_then(|index| self.signers.get(index))
            == Some(signer)
    }
}

/// Checks stakes that add up, and hashes the snapshot.
///
/// # Errors
/// `epoch-without-stake`, `epoch-stakes-unordered`.
pub fn checked_snapshot_hash(workers: &[SnapshotWorker]) -> Result<Hash, EcallError> {
    let stakes = || workers.iter().map(|worker| *worker.cumulative_stake);
    if stakes().next_back().is_none_or(|total| total == [0; 32]) {
        return Err(EcallError::new(
            "epoch-without-stake",
            "No worker of the snapshot has a stake, so none can be selected.",
        ));
    }
    if stakes().zip(stakes().skip(1)).any(|(before, after)| before > after) {
        return Err(EcallError::new(
            "epoch-stakes-unordered",
            "The cumulative stakes of the snapshot decrease.",
        ));
    }
    Ok(snapshot_hash(
        workers
            .iter()
            .map(|worker| (&*worker.address, &*worker.cumulative_stake)),
    ))
}

/// The snapshots that keys are granted by.
#[derive(Default)]
pub struct Snapshots(BTreeMap<u64, Snapshot>);

impl Snapshots {
    /// Remembers what is about to be signed. The newest number may be signed anew: an epoch that Ethereum did not take in time, or
    /// whose snapshot block left the chain, could never be set otherwise. What was signed for it before grants nothing more.
    ///
    /// # Errors
    /// `epoch-superseded` for an older number that is not repeated as it was; nothing must be signed then.
    pub fn remember(&mut self, number: u64, snapshot: Snapshot) -> Result<(), EcallError> {
        if self.0.get(&number).is_some_and(|known| known.digest == snapshot.digest) {
            return Ok(());
        }
        let newest = self.0.last_key_value().map(|(newest, _)| *newest);
        let room = self.0.len() < KEPT && !self.0.contains_key(&number);
        if newest.is_some_and(|newest| number < newest) && !room {
            return Err(EcallError::new(
                "epoch-superseded",
                "This enclave has signed newer epochs already.",
            ));
        }
        self.0.insert(number, snapshot);
        if self.0.len() > KEPT {
            self.0.pop_first();
        }
        Ok(())
    }

    /// Whether keys of `key_epoch` may go to this signer for `group`: it is selected in a kept epoch that is not older than
    /// the keys. (Who is selected now needs the keys of all epochs of the log; who was selected before needs no newer ones.)
    ///
    /// # Errors
    /// `epoch-unsigned` where no kept epoch is that new.
    pub fn allows(&self, key_epoch: u64, group: &Address, signer: &Address) -> Result<bool, EcallError> {
        self.check_signed(key_epoch)?;
        let mut candidates = self.0.range(key_epoch..);
        Ok(candidates.any(|(_, snapshot)| snapshot.selects(group, signer)))
    }

    /// Whether an epoch as new as this one was signed.
    ///
    /// # Errors
    /// `epoch-unsigned`.
    pub fn check_signed(&self, key_epoch: u64) -> Result<(), EcallError> {
        match self.0.range(key_epoch..).next() {
            Some(_) => Ok(()),
            None => Err(EcallError::new(
                "epoch-unsigned",
                "The principal's enclave has signed no epoch as new as this one.",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::bytes::word;

    fn worker(byte: u8, cumulative: u8) -> SnapshotWorker {
        SnapshotWorker {
            address: [byte; 20].into(),
            signer: [byte; 20].into(),
            cumulative_stake: word(cumulative).into(),
        }
    }

    fn snapshot(number: u64, workers: &[SnapshotWorker]) -> Snapshot {
        let snapshot_hash = checked_snapshot_hash(workers).unwrap();
        let epoch = Epoch {
            number,
            seed: [7; 32],
            snapshot_hash,
            snapshot_block: 1,
            snapshot_block_hash: [2; 32],
            first_block: 3,
        };
        Snapshot::new(&epoch, workers)
    }

    #[test]
    fn only_the_newest_number_is_signed_anew_and_then_grants_by_what_was_signed_last() {
        let mut snapshots = Snapshots::default();
        snapshots.remember(1, snapshot(1, &[worker(1, 5)])).unwrap();
        snapshots.remember(2, snapshot(2, &[worker(1, 5)])).unwrap();
        snapshots.remember(2, snapshot(2, &[worker(2, 5)])).unwrap();
        assert!(snapshots.allows(2, &[9; 20], &[2; 20]).unwrap());
        assert!(!snapshots.allows(2, &[9; 20], &[1; 20]).unwrap());
        snapshots.remember(1, snapshot(1, &[worker(1, 5)])).unwrap();
        snapshots.remember(3, snapshot(3, &[worker(1, 5)])).unwrap();
        for number in [1, 2] {
            assert_eq!(
                snapshots
                    .remember(number, snapshot(number, &[worker(3, 5)]))
                    .unwrap_err()
                    .code,
                "epoch-superseded"
            );
        }
    }

    #[test]
    fn keys_go_to_the_selected_worker_of_the_last_two_epochs_and_never_of_a_newer_epoch() {
        let mut snapshots = Snapshots::default();
        assert_eq!(
            snapshots.allows(1, &[9; 20], &[1; 20]).unwrap_err().code,
            "epoch-unsigned"
        );
        snapshots.remember(1, snapshot(1, &[worker(1, 5)])).unwrap();
        snapshots.remember(2, snapshot(2, &[worker(2, 5)])).unwrap();
        assert!(snapshots.allows(1, &[9; 20], &[1; 20]).unwrap());
        assert!(snapshots.allows(1, &[9; 20], &[2; 20]).unwrap());
        assert!(!snapshots.allows(2, &[9; 20], &[1; 20]).unwrap());
        snapshots.remember(3, snapshot(3, &[worker(2, 5)])).unwrap();
        assert!(!snapshots.allows(1, &[9; 20], &[1; 20]).unwrap());
    }

    #[test]
    fn refuses_snapshots_without_stake_or_with_decreasing_sums() {
        let code = |workers: &[SnapshotWorker]| checked_snapshot_hash(workers).unwrap_err().code;
        assert_eq!(code(&[]), "epoch-without-stake");
        assert_eq!(code(&[worker(1, 0)]), "epoch-without-stake");
        assert_eq!(code(&[worker(1, 5), worker(2, 4)]), "epoch-stakes-unordered");
    }
}
