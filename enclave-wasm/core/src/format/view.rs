//! A view's permit, which its user's account signs, and its answer, which the worker's enclave signs.

use super::{
    bytes::{Address, Hash},
    eip712,
};
use crate::crypto::keccak::keccak256;

const PERMIT_TYPE: &str = "ViewPermit(address account,address secretContract,bytes32 inputHash,uint64 epoch,uint64 expiryBlock,bytes32 requestId)";
const ANSWER_TYPE: &str =
    "ViewAnswer(bytes32 requestId,address secretContract,bytes32 tip,uint64 blockNumber,bytes32 outputHash)";

/// What an account allows: this one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewPermit {
    pub account: Address,
    pub secret_contract: Address,
    /// keccak256(encrypted input ‖ response key).
    pub input_hash: Hash,
    /// The epoch whose contract key the input is encrypted to.
    pub epoch: u64,
    /// The last block in which it may be answered.
    pub expiry_block: u64,
    pub request_id: Hash,
}

impl ViewPermit {
    /// EIP-712 `hashStruct(permit)`.
    pub fn hash(&self) -> Hash {
        let fields = eip712::type_hash(PERMIT_TYPE)
            .address(&self.account)
            .address(&self.secret_contract)
            .hash(&self.input_hash)
            .integer(self.epoch)
            .integer(self.expiry_block);
        keccak256(&fields.hash(&self.request_id).finish())
    }
}

/// What an enclave states: this answer, on this state, as of this block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewAnswer {
    pub request_id: Hash,
    pub secret_contract: Address,
    /// The committed state's hash.
    pub tip: Hash,
    pub block_number: u64,
    /// keccak256 of the output's ciphertext.
    pub output_hash: Hash,
}

impl ViewAnswer {
    /// EIP-712 `hashStruct(answer)`.
    pub fn hash(&self) -> Hash {
        let fields = eip712::type_hash(ANSWER_TYPE)
            .hash(&self.request_id)
            .address(&self.secret_contract)
            .hash(&self.tip)
            .integer(self.block_number);
        keccak256(&fields.hash(&self.output_hash).finish())
    }
}
