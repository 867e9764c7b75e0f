//! Requests and answers of the ecalls: ARCHITECTURE.md section 3.

use serde::{Deserialize, Serialize};
use serde_bytes::{ByteArray, ByteBuf};

type Bytes20 = ByteArray<20>;
type Bytes32 = ByteArray<32>;

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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdmitWorker {
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

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CertifyContractKey {
    pub secret_contract: Bytes20,
    pub code_hash: Bytes32,
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
pub struct Task {
    pub record: ByteBuf,
    pub input: ByteBuf,
    pub user_key: Bytes32,
    pub group: Bytes20,
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
        entry: Option<Entry>,
        sealed_output: ByteBuf,
    },
    Refused {
        task_id: Bytes32,
        error: ErrorAnswer,
    },
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
    pub secret_contract: Bytes20,
    pub task_id: Bytes32,
    pub committed: bool,
}

#[derive(Serialize)]
pub struct Settled {
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
