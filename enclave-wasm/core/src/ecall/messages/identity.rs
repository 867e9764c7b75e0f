//! Starting an enclave and proving what it is.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::{Bytes20, Bytes32};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

#[derive(Serialize)]
pub struct Done {}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Initialize {
    pub role: u8,
    pub chain_id: u64,
    pub enigma: Bytes20,
    pub sealed: Option<ByteBuf>,
    pub principal_signer: Option<Bytes20>,
    /// Of a principal: "any" or "none".
    pub auditors: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Initialized {
    pub signer: Bytes20,
    pub encryption_key: Bytes32,
    pub mr_enclave: Bytes32,
    pub mr_signer: Bytes32,
    pub debug: bool,
    pub created: bool,
    pub sealed: ByteBuf,
}

#[derive(Serialize, Clone)]
pub struct QuoteAnswer {
    pub quote: ByteBuf,
    pub collateral: ByteBuf,
}
