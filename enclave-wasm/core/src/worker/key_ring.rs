//! The contract keys that a worker's enclave was granted, and the requests it still waits for.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    rc::Rc,
};

use enigma_attestation::Role;
use serde_bytes::ByteBuf;

use crate::{
    attested_peer::{Evidence, verify_peer},
    crypto::{aead, contract_keys::ContractKeys, keccak::keccak256, session_keys},
    ecall::{EcallError, messages as m, node_keys::NodeKeys},
    format::{
        bytes::{Address, Hash, KeyOwner, Network},
        cbor,
    },
    hardware::{Hardware, Identity},
    key_grant::{self, Grant, GrantBody, GrantedKeys, RequestBody, SignedRequest},
};

/// How many requests may be under way; the oldest is forgotten first.
const MAX_REQUESTS: usize = 1_024;

/// Keys by their owner and epoch.
#[derive(Default)]
pub struct KeyRing {
    keys: BTreeMap<(KeyOwner, u64), Rc<ContractKeys>>,
    requests: VecDeque<Hash>,
    /// Of an auditor: the signing addresses of workers' enclaves, as the principal's last grant named them.
    workers: BTreeSet<Address>,
}

impl KeyRing {
    /// The keys of a contract in an epoch.
    ///
    /// # Errors
    /// `contract-keys-missing` with what is missing.
    pub fn get(&self, owner: &KeyOwner, epoch: u64) -> Result<Rc<ContractKeys>, EcallError> {
        self.keys
            .get(&(*owner, epoch))
            .cloned()
            .ok_or_else(|| EcallError::keys_missing(owner, epoch))
    }

    /// Whether the principal's enclave named this signing address as that of a worker's enclave.
    pub fn knows_worker(&self, signer: &Address) -> bool {
        self.workers.contains(signer)
    }

    /// Makes a signed request for the principal.
    ///
    /// # Errors
    /// `key-request-size`; those of the platform.
    pub fn request(
        &mut self,
        network: &Network,
        keys: &NodeKeys,
        hardware: &mut dyn Hardware,
        wanted: m::RequestContractKeys,
    ) -> Result<m::Requested, EcallError> {
        if wanted.contracts.is_empty() || wanted.contracts.len() > key_grant::MAX_CONTRACTS {
            return Err(EcallError::new(
                "key-request-size",
                "A request names 1 to 256 contracts.",
            ));
        }
        let nonce = (*hardware.random()?.expose()).into();
        let body = cbor::to_bytes(&RequestBody {
            epoch: wanted.epoch,
            contracts: wanted.contracts,
            nonce,
        })?;
        let signature = keys.signer().sign(&key_grant::request_digest(network, &body))?;
        let request = cbor::to_bytes(&SignedRequest {
            body: ByteBuf::from(body),
            signature: signature.into(),
        })?;
        if self.requests.len() >= MAX_REQUESTS {
            self.requests.pop_front();
        }
        self.requests.push_back(keccak256(&request));
        Ok(m::Requested {
            request: ByteBuf::from(request),
        })
    }

    /// Checks who granted, decrypts, and keeps the keys.
    ///
    /// # Errors
    /// `key-grant-malformed`, `key-grant-unexpected`, `principal-signer-missing`, `principal-differs`, those of attestation. The
    /// request stays open.
    pub fn accept(
        &mut self,
        network: &Network,
        keys: &NodeKeys,
        own: &Identity,
        principal: Option<&Address>,
        message: &m::AcceptContractKeys,
    ) -> Result<m::Accepted, EcallError> {
        let grant: Grant = cbor::from_bytes(&message.grant).map_err(|_| malformed())?;
        if !self.requests.contains(&*grant.request_hash) {
            return Err(EcallError::new(
                "key-grant-unexpected",
                "The grant answers no request that this enclave waits for.",
            ));
        }
        check_principal(own, principal, &grant, message.now)?;
        let session =
            session_keys::client_session(keys.encryption().secret(), &grant.encryption_key).map_err(|_| malformed())?;
        let context = key_grant::grant_associated_data(network, &grant.request_hash);
        let plaintext = aead::open_padded(&session.receive, &context, &grant.keys).map_err(|_| malformed())?;
        let granted: GrantBody = cbor::from_bytes(&plaintext).map_err(|_| malformed())?;
        self.requests.retain(|request| *request != *grant.request_hash);
        self.workers = granted.workers.iter().map(|signer| **signer).collect();
        Ok(m::Accepted {
            accepted: granted.keys.into_iter().map(|keys| self.keep(keys)).collect(),
        })
    }

    fn keep(&mut self, mut granted: GrantedKeys) -> m::AcceptedKey {
        let (secret_contract, epoch) = (granted.secret_contract, granted.epoch);
        self.keys.insert((granted.owner(), epoch), Rc::new(granted.take_keys()));
        m::AcceptedKey { secret_contract, epoch }
    }
}

fn check_principal(own: &Identity, principal: Option<&Address>, grant: &Grant, now: u64) -> Result<(), EcallError> {
    let Some(principal) = principal else {
        return Err(EcallError::new(
            "principal-signer-missing",
            "The enclave was started without the principal's signing address.",
        ));
    };
    if *principal != *grant.signer {
        return Err(EcallError::new(
            "principal-differs",
            "The grant comes from another principal than the enclave was started with.",
        ));
    }
    let evidence = Evidence {
        role: Role::Principal,
        signer: &grant.signer,
        encryption_key: &grant.encryption_key,
        quote: &grant.quote,
        collateral: &grant.collateral,
    };
    verify_peer(own, &evidence, now)
}

fn malformed() -> EcallError {
    EcallError::new(
        "key-grant-malformed",
        "The bytes are not a grant of contract keys to this enclave.",
    )
}
