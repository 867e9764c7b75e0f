//! Contract keys, from the principal to a worker's enclave, and what a worker's enclave signs to be registered.

use serde::{Deserialize, Serialize};
use serde_bytes::{ByteArray, ByteBuf};

use crate::format::bytes::KeyOwner;

use super::{Bytes20, Bytes32};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CertifyContractKey {
    pub secret_contract: Bytes20,
    pub code_hash: Bytes32,
    pub group: Bytes20,
    pub epoch: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CertifiedContractKey {
    pub public_key: Bytes32,
    pub signature: ByteArray<65>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantContractKeys {
    pub request: ByteBuf,
}

#[derive(Serialize)]
pub struct Granted {
    pub grant: ByteBuf,
}

#[derive(Serialize, Deserialize, Clone)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WantedContract {
    pub secret_contract: Bytes20,
    pub code_hash: Bytes32,
    pub group: Bytes20,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestContractKeys {
    pub epoch: u64,
    pub contracts: Vec<WantedContract>,
}

#[derive(Serialize)]
pub struct Requested {
    pub request: ByteBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptContractKeys {
    pub grant: ByteBuf,
    pub now: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AcceptedKey {
    pub secret_contract: Bytes20,
    pub epoch: u64,
}

#[derive(Serialize)]
pub struct Accepted {
    pub accepted: Vec<AcceptedKey>,
}

impl WantedContract {
    /// Whose keys are asked for.
    pub fn owner(&self) -> KeyOwner {
        KeyOwner {
            secret_contract: *self.secret_contract,
            code_hash: *self.code_hash,
            group: *self.group,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignRegistration {
    pub worker: Bytes20,
}

#[derive(Serialize)]
pub struct SignedRegistration {
    pub signature: ByteArray<65>,
}
