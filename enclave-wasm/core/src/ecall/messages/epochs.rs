//! Workers and auditors that the principal admits, and epochs that it signs.

use serde::{Deserialize, Serialize};
use serde_bytes::{ByteArray, ByteBuf};

use super::{Bytes20, Bytes32};

/// Of a worker or an auditor.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Admission {
    pub signer: Bytes20,
    #[serde(rename = "encryptionKey")]
    pub encryption_key: Bytes32,
    pub quote: ByteBuf,
    pub collateral: ByteBuf,
    pub now: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Admitted {
    pub signer: Bytes20,
    pub encryption_key: Bytes32,
    pub mr_enclave: Bytes32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SnapshotWorker {
    pub address: Bytes20,
    pub signer: Bytes20,
    pub cumulative_stake: Bytes32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignEpoch {
    pub number: u64,
    pub snapshot_block: u64,
    pub block_hash: Bytes32,
    pub first_block: u64,
    pub workers: Vec<SnapshotWorker>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedEpoch {
    pub seed: Bytes32,
    pub snapshot_hash: Bytes32,
    pub signature: ByteArray<65>,
}
