//! A settled task, replayed by an auditor.

use serde::{Deserialize, Serialize};
use serde_bytes::{ByteArray, ByteBuf};

use super::{ContractLog, Task};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplayTask {
    /// Of execution.
    pub epoch: u64,
    pub task: Task,
    pub outcome: u8,
    pub receipt: ByteBuf,
    pub signature: ByteArray<65>,
    /// As the user got it; none where it cannot be had.
    pub output: Option<ByteBuf>,
    /// What stands in the logs: in the order of the receipt's moves, empty unless the outcome is committed.
    pub logs: Vec<ContractLog>,
}

#[derive(Serialize)]
pub struct Replayed {
    pub equal: bool,
    pub difference: Option<Difference>,
}

/// The first field that differs: a hash or a number of each side.
#[derive(Serialize, Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub field: &'static str,
    pub expected: ByteBuf,
    pub actual: ByteBuf,
}
