//! Views: questions on the committed state.

use serde::{Deserialize, Serialize};
use serde_bytes::{ByteArray, ByteBuf};

use super::{Bytes20, Bytes32};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct View {
    pub secret_contract: Bytes20,
    pub code_hash: Bytes32,
    pub group: Bytes20,
    pub account: Bytes20,
    pub epoch: u64,
    pub input: ByteBuf,
    pub response_key: Bytes32,
    pub expiry_block: u64,
    pub request_id: Bytes32,
    pub permit: ByteArray<65>,
    pub block_number: u64,
    pub timestamp: u64,
}

#[derive(Serialize)]
pub struct Viewed {
    pub output: ByteBuf,
    pub tip: Bytes32,
    pub signature: ByteArray<65>,
}
