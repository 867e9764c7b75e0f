//! Modules and logs that a worker loads, and where a contract stands.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::{Bytes20, Bytes32};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadModule {
    pub module: ByteBuf,
    pub rules: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoadedModule {
    pub code_hash: Bytes32,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    pub index: u64,
    pub kind: u8,
    pub task_id: Bytes32,
    pub epoch: u64,
    pub ciphertext: ByteBuf,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoadLog {
    pub secret_contract: Bytes20,
    pub code_hash: Bytes32,
    pub group: Bytes20,
    pub state_before: Bytes32,
    pub entries: Vec<Entry>,
    pub expected_tip: Bytes32,
}

#[derive(Serialize)]
pub struct LoadedLog {
    pub tip: Bytes32,
    pub length: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContractState {
    pub secret_contract: Bytes20,
}

#[derive(Serialize)]
pub struct ContractStateAnswer {
    pub tip: Bytes32,
    pub length: u64,
    pub pending: u64,
}
