//! How contract keys travel from the principal's enclave to a worker's.
//!
//! The worker signs a request. The principal answers with the keys under a `crypto_kx` session between its own X25519 key
//! and the worker's attested one, and with its own quote, so that the worker knows whom it talks to. The answer is bound to the
//! request by its hash in the associated data.
//!
//! Threats: the host carries both messages and may replay, swap, or invent either. A replayed request gives the same keys to
//! the same enclave; an answer fits only a request that the worker still waits for. A host may name any group for a contract, and so be
//! selected for it: the group is in the keys' derivation, and keys under a wrong one open nothing.

use serde::{Deserialize, Serialize};
use serde_bytes::{ByteArray, ByteBuf};
use zeroize::Zeroize;

use crate::{
    crypto::{contract_keys::ContractKeys, keccak::keccak256_of, secret::Secret, session_keys::KeyPair},
    ecall::{EcallError, messages::WantedContract},
    format::{
        associated_data::associated_data,
        bytes::{Hash, KeyOwner, Network},
        cbor,
        tag::Tag,
    },
};

/// The most contracts of one request.
pub const MAX_CONTRACTS: usize = 256;

/// What a worker asks for, signed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedRequest {
    /// CBOR of [`RequestBody`].
    pub body: ByteBuf,
    pub signature: ByteArray<65>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestBody {
    /// The epoch of the keys.
    pub epoch: u64,
    pub contracts: Vec<WantedContract>,
    /// Makes two requests for the same keys differ.
    pub nonce: ByteArray<32>,
}

/// What the principal answers.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Grant {
    pub request_hash: ByteArray<32>,
    pub signer: ByteArray<20>,
    pub encryption_key: ByteArray<32>,
    pub quote: ByteBuf,
    pub collateral: ByteBuf,
    /// Encrypted CBOR of [`GrantBody`].
    pub keys: ByteBuf,
}

/// What only the enclave that asked can read.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantBody {
    pub keys: Vec<GrantedKeys>,
    /// To an auditor: the signing addresses of the workers' enclaves that the principal's admitted. It replays nothing else's
    /// receipts, since it would answer its host questions about any call that the host makes up.
    pub workers: Vec<ByteArray<20>>,
}

/// The keys of one contract, in the clear only inside enclaves.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GrantedKeys {
    pub secret_contract: ByteArray<20>,
    pub code_hash: ByteArray<32>,
    pub group: ByteArray<20>,
    pub epoch: u64,
    state: ByteArray<32>,
    input_output: ByteArray<32>,
    randomness: ByteArray<32>,
}

impl GrantedKeys {
    pub fn new(wanted: &WantedContract, epoch: u64, keys: &ContractKeys) -> Self {
        Self {
            secret_contract: wanted.secret_contract,
            code_hash: wanted.code_hash,
            group: wanted.group,
            epoch,
            state: (*keys.state.expose()).into(),
            input_output: (*keys.input_output.secret().expose()).into(),
            randomness: (*keys.randomness.expose()).into(),
        }
    }

    /// Whose keys they are.
    pub fn owner(&self) -> KeyOwner {
        KeyOwner {
            secret_contract: *self.secret_contract,
            code_hash: *self.code_hash,
            group: *self.group,
        }
    }

    /// Takes the keys out.
    pub fn take_keys(&mut self) -> ContractKeys {
        ContractKeys {
            state: Secret::take(&mut self.state),
            input_output: KeyPair::new(Secret::take(&mut self.input_output)),
            randomness: Secret::take(&mut self.randomness),
        }
    }
}

impl Drop for GrantedKeys {
    fn drop(&mut self) {
        self.state.zeroize();
        self.input_output.zeroize();
        self.randomness.zeroize();
    }
}

/// What a worker signs: keccak256(tag ‖ chainId ‖ enigma ‖ keccak256(body)).
pub fn request_digest(network: &Network, body: &[u8]) -> Hash {
    keccak256_of(&[
        &Tag::KeyGrant.hash(),
        &network.chain_word(),
        &network.enigma,
        &keccak256_of(&[body]),
    ])
}

/// What binds a grant to the request with this hash.
pub fn grant_associated_data(network: &Network, request_hash: &Hash) -> Vec<u8> {
    associated_data(Tag::KeyGrant, network, &[0; 20], request_hash, 0)
}

/// Reads a request's two layers.
///
/// # Errors
/// `key-request-malformed`.
pub fn read_request(bytes: &[u8]) -> Result<(SignedRequest, RequestBody), EcallError> {
    let malformed = |_| {
        EcallError::new(
            "key-request-malformed",
            "The bytes are not a signed request for contract keys.",
        )
    };
    let signed: SignedRequest = cbor::from_bytes(bytes).map_err(malformed)?;
    let body: RequestBody = cbor::from_bytes(&signed.body).map_err(malformed)?;
    if body.contracts.is_empty() || body.contracts.len() > MAX_CONTRACTS {
        return Err(malformed(cbor::CborError));
    }
    Ok((signed, body))
}
