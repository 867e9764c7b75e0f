//! Tasks: executed, settled, their outputs released.

use serde::{Deserialize, Serialize};
use serde_bytes::{ByteArray, ByteBuf};

use super::{Bytes20, Bytes32, Entry};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Task {
    pub record: ByteBuf,
    pub input: ByteBuf,
    pub user_key: Bytes32,
    pub group: Bytes20,
    pub touches: Vec<TouchedContract>,
}

/// A contract that the task may touch beside the called one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TouchedContract {
    pub secret_contract: Bytes20,
    pub code_hash: Bytes32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExecuteTasks {
    pub epoch: u64,
    pub tasks: Vec<Task>,
}

#[derive(Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum TaskResult {
    Executed {
        task_id: Bytes32,
        receipt: ByteBuf,
        signature: ByteArray<65>,
        /// In the order of the receipt's moves; empty for a failed task.
        logs: Vec<ContractLog>,
        effects: Vec<EffectMessage>,
        sealed_output: ByteBuf,
    },
    Refused {
        task_id: Bytes32,
        error: ErrorAnswer,
    },
}

/// More than the names, numbers, hashes and signature beside the bytes of a result, log or effect come to.
const OVERHEAD: usize = 512;

impl TaskResult {
    /// What the result holds, in bytes; at least what it takes of an answer.
    pub fn size(&self) -> usize {
        let entries = |log: &ContractLog| {
            let of_entry = |entry: &Entry| entry.ciphertext.len().saturating_add(OVERHEAD);
            log.entries.iter().map(of_entry).fold(OVERHEAD, usize::saturating_add)
        };
        let of_effect = |effect: &EffectMessage| effect.data.len().saturating_add(OVERHEAD);
        match self {
            Self::Executed {
                receipt,
                logs,
                effects,
                sealed_output,
                ..
            } => logs
                .iter()
                .map(entries)
                .chain(effects.iter().map(of_effect))
                .chain([receipt.len(), sealed_output.len()])
                .fold(OVERHEAD, usize::saturating_add),
            Self::Refused { .. } => OVERHEAD,
        }
    }
}

/// What a task appends to one contract's log.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContractLog {
    pub secret_contract: Bytes20,
    pub entries: Vec<Entry>,
}

#[derive(Serialize)]
pub struct EffectMessage {
    pub kind: u8,
    pub source: Bytes20,
    pub target: Bytes20,
    pub value: Bytes32,
    pub data: ByteBuf,
}

#[derive(Serialize)]
pub struct ErrorAnswer {
    pub code: String,
    pub sentence: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<ByteBuf>,
}

#[derive(Serialize)]
pub struct Executed {
    pub results: Vec<TaskResult>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Settle {
    pub group: Bytes20,
    pub task_id: Bytes32,
    pub committed: bool,
}

/// Of the contracts that changed hands, each with its state hash now.
#[derive(Serialize)]
pub struct Settled {
    pub tips: Vec<ContractTip>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractTip {
    pub secret_contract: Bytes20,
    pub tip: Bytes32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReleaseOutput {
    pub sealed_output: ByteBuf,
    pub outcome: u8,
    pub proof: ByteBuf,
}

#[derive(Serialize)]
pub struct ReleasedOutput {
    pub output: ByteBuf,
}

#[cfg(feature = "debug")]
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Inspect {
    pub task_id: Bytes32,
}

#[cfg(feature = "debug")]
#[derive(Serialize)]
pub struct Inspected {
    pub logs: Vec<String>,
    pub input: ByteBuf,
    pub ending: u8,
    pub payload: ByteBuf,
}
