//! The principal's role: it holds the master secret, admits workers, opens epochs and hands out contract keys.
//!
//! Threats: the host repeats, reorders and forges requests. Keys leave only to an enclave that proved by its quote to be this very
//! program, and that the seed selects in one of the last two epochs signed here. Both lists are in memory: after a restart
//! the host repeats `admitWorker` and `signEpoch`. Only the newest number is signed anew, and none below the last two; what was signed
//! before a restart is not remembered, and the Enigma contract is what takes each number only once, with the block hash that it puts in.
//!
//! Auditors get the keys of every contract, up to the newest epoch, from a principal whose keys were made with that setting, and from no
//! other. An auditor's enclave replays what workers' enclaves have signed and nothing else, so it is told which those are.

mod snapshots;

use std::collections::{BTreeMap, VecDeque};

use enigma_attestation::Role;
use serde_bytes::ByteBuf;
use zeroize::Zeroizing;

use self::snapshots::{Snapshot, Snapshots, checked_snapshot_hash};
use crate::{
    attested_peer::{Evidence, verify_peer},
    crypto::{
        aead,
        contract_keys::{ContractKeys, epoch_seed},
        keccak::keccak256,
        secret::Secret,
        session_keys, signing,
    },
    ecall::{
        EcallError, messages as m,
        node_keys::{Auditors, NodeKeys},
    },
    format::{
        bytes::{Address, Hash, KeyOwner, Network},
        cbor, eip712,
        epoch::Epoch,
    },
    hardware::Identity,
    key_grant::{self, Grant, GrantBody, GrantedKeys},
};

/// The most workers that are held as admitted.
const MAX_WORKERS: usize = 10_000;

/// The most auditors that are held as admitted; the oldest is forgotten first, so that none can be kept out.
const MAX_AUDITORS: usize = 1_024;

/// What the principal's role keeps in memory.
pub struct Principal {
    network: Network,
    /// The attested X25519 key of each admitted worker, by its signing address.
    admitted: BTreeMap<Address, Hash>,
    /// The same of each admitted auditor.
    auditors: VecDeque<(Address, Hash)>,
    snapshots: Snapshots,
}

/// Who asks for keys.
enum Asking {
    Worker(Address, Hash),
    Auditor(Hash),
}

impl Principal {
    pub fn new(network: Network) -> Self {
        Self {
            network,
            admitted: BTreeMap::new(),
            auditors: VecDeque::new(),
            snapshots: Snapshots::default(),
        }
    }

    /// Verifies a worker's quote and holds its keys as admitted.
    ///
    /// # Errors
    /// The codes of attestation; `too-many-workers`.
    pub fn admit_worker(&mut self, own: &Identity, request: &m::Admission) -> Result<m::Admitted, EcallError> {
        let admitted = verified(own, Role::Worker, request)?;
        if self.admitted.len() >= MAX_WORKERS && !self.admitted.contains_key(&*request.signer) {
            return Err(EcallError::new(
                "too-many-workers",
                "The principal's enclave holds no more workers.",
            ));
        }
        self.admitted.insert(*request.signer, *request.encryption_key);
        Ok(admitted)
    }

    /// Verifies an auditor's quote and holds its keys as admitted.
    ///
    /// # Errors
    /// `auditors-refused` where this principal was made for none; the codes of attestation.
    pub fn admit_auditor(
        &mut self,
        keys: &NodeKeys,
        own: &Identity,
        request: &m::Admission,
    ) -> Result<m::Admitted, EcallError> {
        if keys.auditors() != Some(Auditors::Any) {
            return Err(EcallError::new(
                "auditors-refused",
                "The principal was created to give no keys to auditors.",
            ));
        }
        let admitted = verified(own, Role::Auditor, request)?;
        self.auditors.retain(|(signer, _)| *signer != *request.signer);
        if self.auditors.len() >= MAX_AUDITORS {
            self.auditors.pop_front();
        }
        self.auditors.push_back((*request.signer, *request.encryption_key));
        Ok(admitted)
    }

    /// Derives an epoch's seed and signs the epoch.
    ///
    /// # Errors
    /// `epoch-number`, `epoch-without-stake`, `epoch-stakes-unordered`, `epoch-superseded`.
    pub fn sign_epoch(&mut self, keys: &NodeKeys, request: &m::SignEpoch) -> Result<m::SignedEpoch, EcallError> {
        if request.number == 0 {
            return Err(EcallError::new("epoch-number", "Epochs are numbered from 1."));
        }
        let seed = epoch_seed(master(keys)?, &self.network, request.number, &request.block_hash);
        let epoch = Epoch {
            number: request.number,
            seed,
            snapshot_hash: checked_snapshot_hash(&request.workers)?,
            snapshot_block: request.snapshot_block,
            snapshot_block_hash: *request.block_hash,
            first_block: request.first_block,
        };
        self.snapshots
            .remember(epoch.number, Snapshot::new(&epoch, &request.workers))?;
        let signature = keys.signer().sign(&eip712::digest(&self.network, &epoch.hash()))?;
        Ok(m::SignedEpoch {
            seed: seed.into(),
            snapshot_hash: epoch.snapshot_hash.into(),
            signature: signature.into(),
        })
    }

    /// Certifies the public key that users encrypt to.
    ///
    /// # Errors
    /// `signature-failed`, which no input is known to cause.
    pub fn certify_contract_key(
        &self,
        keys: &NodeKeys,
        request: &m::CertifyContractKey,
    ) -> Result<m::CertifiedContractKey, EcallError> {
        let owner = KeyOwner {
            secret_contract: *request.secret_contract,
            code_hash: *request.code_hash,
            group: *request.group,
        };
        let public_key = *ContractKeys::derive(master(keys)?, &self.network, &owner, request.epoch)
            .input_output
            .public();
        let certificate = eip712::contract_key_hash(&owner, request.epoch, &public_key);
        let signature = keys.signer().sign(&eip712::digest(&self.network, &certificate))?;
        Ok(m::CertifiedContractKey {
            public_key: public_key.into(),
            signature: signature.into(),
        })
    }

    /// Answers the signed request of a worker or an auditor with the contracts' keys, encrypted to its attested key.
    ///
    /// # Errors
    /// `key-request-malformed`, `worker-not-admitted`, `worker-not-selected`, `epoch-unsigned`.
    pub fn grant_contract_keys(
        &self,
        keys: &NodeKeys,
        request: &[u8],
        own: m::QuoteAnswer,
    ) -> Result<m::Granted, EcallError> {
        let (signed, body) = key_grant::read_request(request)?;
        let digest = key_grant::request_digest(&self.network, &signed.body);
        let asking = signing::recover(&digest, &*signed.signature).and_then(|signer| self.asking(&signer));
        let Some(asking) = asking else {
            return Err(EcallError::new(
                "worker-not-admitted",
                "The request is not signed by an enclave that was admitted.",
            ));
        };
        self.check_entitled(&asking, &body)?;
        let request_hash = keccak256(request);
        let sealed = self.seal_keys(keys, &asking, &request_hash, &body)?;
        let grant = Grant {
            request_hash: request_hash.into(),
            signer: keys.address().into(),
            encryption_key: keys.encryption_key().into(),
            quote: own.quote,
            collateral: own.collateral,
            keys: ByteBuf::from(sealed),
        };
        Ok(m::Granted {
            grant: ByteBuf::from(cbor::to_bytes(&grant)?),
        })
    }

    fn asking(&self, signer: &Address) -> Option<Asking> {
        if let Some(key) = self.admitted.get(signer) {
            return Some(Asking::Worker(*signer, *key));
        }
        let auditor = self.auditors.iter().find(|(auditor, _)| auditor == signer);
        auditor.map(|(_, key)| Asking::Auditor(*key))
    }

    fn check_entitled(&self, asking: &Asking, body: &key_grant::RequestBody) -> Result<(), EcallError> {
        let signer = match asking {
            Asking::Worker(signer, _) => signer,
            Asking::Auditor(_) => return self.snapshots.check_signed(body.epoch),
        };
        for wanted in &body.contracts {
            if !self.snapshots.allows(body.epoch, &wanted.group, signer)? {
                return Err(EcallError::new(
                    "worker-not-selected",
                    "The worker is not selected for one of the contracts.",
                ));
            }
        }
        Ok(())
    }

    fn seal_keys(
        &self,
        keys: &NodeKeys,
        asking: &Asking,
        request_hash: &Hash,
        body: &key_grant::RequestBody,
    ) -> Result<Vec<u8>, EcallError> {
        let master = master(keys)?;
        let (key, workers) = match asking {
            Asking::Worker(_, key) => (key, Vec::new()),
            Asking::Auditor(key) => (key, self.admitted.keys().map(|signer| (*signer).into()).collect()),
        };
        let session = session_keys::server_session(keys.encryption(), key)
            .map_err(|_| EcallError::new("worker-key-unusable", "The worker's encryption key has low order."))?;
        let derive = |wanted: &m::WantedContract| {
            let keys = ContractKeys::derive(master, &self.network, &wanted.owner(), body.epoch);
            GrantedKeys::new(wanted, body.epoch, &keys)
        };
        let granted = GrantBody {
            keys: body.contracts.iter().map(derive).collect(),
            workers,
        };
        let plaintext = Zeroizing::new(cbor::to_bytes(&granted)?);
        Ok(aead::seal_padded(
            &session.send,
            &key_grant::grant_associated_data(&self.network, request_hash),
            &plaintext,
        ))
    }
}

fn verified(own: &Identity, role: Role, request: &m::Admission) -> Result<m::Admitted, EcallError> {
    let evidence = Evidence {
        role,
        signer: &request.signer,
        encryption_key: &request.encryption_key,
        quote: &request.quote,
        collateral: &request.collateral,
    };
    verify_peer(own, &evidence, request.now)?;
    Ok(m::Admitted {
        signer: request.signer,
        encryption_key: request.encryption_key,
        mr_enclave: own.mr_enclave.into(),
    })
}

fn master(keys: &NodeKeys) -> Result<&Secret, EcallError> {
    keys.master()
        .ok_or_else(|| EcallError::new("ecall-wrong-role", "The enclave does not have the role of this ecall."))
}
