//! One enclave: its hardware, its engine, and the role it was started in.
//!
//! Before `initialize` it knows nothing; before `confirmSeal` its fresh keys are not on the host's disk, so it refuses to use
//! them. Keys that could be lost must not sign anything.

use serde::{Serialize, de::DeserializeOwned};
use serde_bytes::ByteBuf;

use super::{
    EcallError, messages as m,
    node_keys::{Auditors, NodeKeys},
};
use crate::{
    auditor::Auditor,
    format::{bytes::Network, cbor},
    hardware::{Hardware, Identity, SealPolicy},
    principal::Principal,
    sealing::{self, Purpose, SealError},
    task::engine::Engine,
    worker::Worker,
};
use enigma_attestation::{Role, report_data};

type Answer = Result<Vec<u8>, EcallError>;

enum Duty {
    Principal(Principal),
    Worker(Worker),
    Auditor(Auditor),
}

struct Session {
    keys: NodeKeys,
    duty: Duty,
    role: Role,
    /// The host has not yet said that the fresh blob is on its disk.
    unconfirmed: bool,
    quote: Option<m::QuoteAnswer>,
}

/// An enclave, from its start to its end.
pub struct Enclave<H, E> {
    hardware: H,
    engine: E,
    session: Option<Session>,
}

impl<H: Hardware, E: Engine> Enclave<H, E> {
    pub fn new(hardware: H, engine: E) -> Self {
        Self {
            hardware,
            engine,
            session: None,
        }
    }

    /// Answers one ecall.
    ///
    /// # Errors
    /// An [`EcallError`] that the host may see; nothing has changed then.
    pub fn ecall(&mut self, name: &str, body: &[u8]) -> Answer {
        if name == "initialize" {
            return answer(&self.initialize(read(body)?)?);
        }
        let Some(session) = &mut self.session else {
            return Err(EcallError::new(
                "enclave-not-initialized",
                "The enclave does not have its keys yet.",
            ));
        };
        if name == "confirmSeal" {
            read::<m::Empty>(body)?;
            return answer(&session.confirm_seal(&mut self.hardware)?);
        }
        if session.unconfirmed {
            return Err(EcallError::new(
                "seal-not-confirmed",
                "The enclave's fresh keys are not confirmed to be stored.",
            ));
        }
        if name == "quote" {
            read::<m::Empty>(body)?;
            return answer(&session.quote(&mut self.hardware)?);
        }
        match &session.duty {
            Duty::Principal(_) => session.principal_ecall(name, body, &mut self.hardware),
            Duty::Worker(_) => session.worker_ecall(name, body, &mut self.hardware, &mut self.engine),
            Duty::Auditor(_) => session.auditor_ecall(name, body, &mut self.hardware, &mut self.engine),
        }
    }

    fn initialize(&mut self, request: m::Initialize) -> Result<m::Initialized, EcallError> {
        if self.session.is_some() {
            return Err(EcallError::new(
                "enclave-initialized",
                "The enclave has its keys already.",
            ));
        }
        let identity = self.hardware.identity();
        if identity.debug != cfg!(feature = "debug") {
            return Err(EcallError::new(
                "package-debug-differs",
                "A debug package must have the debug attribute, a release package must not.",
            ));
        }
        let role = match request.role {
            1 => Role::Principal,
            2 => Role::Worker,
            3 => Role::Auditor,
            _ => {
                return Err(EcallError::new(
                    "role-unknown",
                    "The enclave can be principal, worker or auditor.",
                ));
            }
        };
        let wanted = wanted_auditors(role, request.auditors.as_deref())?;
        let network = Network {
            chain_id: request.chain_id,
            enigma: *request.enigma,
        };
        let purpose = Purpose {
            network,
            role: request.role,
        };
        let (keys, created, sealed) = match request.sealed {
            Some(blob) => (self.open_keys(&purpose, role, wanted, &blob)?, false, blob),
            None => self
                .create_keys(&purpose, role, wanted)
                .map(|(keys, blob)| (keys, true, ByteBuf::from(blob)))?,
        };
        let initialized = initialized(&identity, &keys, created, sealed);
        let principal = request.principal_signer.map(|signer| *signer);
        let duty = match role {
            Role::Principal => Duty::Principal(Principal::new(network)),
            Role::Worker => Duty::Worker(Worker::new(network, principal)),
            Role::Auditor => Duty::Auditor(Auditor::new(network, principal)),
        };
        self.session = Some(Session {
            keys,
            duty,
            role,
            unconfirmed: created,
            quote: None,
        });
        Ok(initialized)
    }

    fn create_keys(
        &mut self,
        purpose: &Purpose,
        role: Role,
        auditors: Option<Auditors>,
    ) -> Result<(NodeKeys, Vec<u8>), EcallError> {
        if self.hardware.counter_read()? != 0 {
            return Err(SealError::Missing.into());
        }
        let auditors = (role == Role::Principal).then_some(auditors.unwrap_or(Auditors::None));
        let keys = NodeKeys::generate(&mut self.hardware, auditors)?;
        // By measurement: another build of the enclave, even by the same author, gets none of these keys.
        let blob = sealing::seal(
            &mut self.hardware,
            SealPolicy::MrEnclave,
            purpose,
            1,
            &keys.to_payload(),
        )?;
        Ok((keys, blob))
    }

    fn open_keys(
        &mut self,
        purpose: &Purpose,
        role: Role,
        auditors: Option<Auditors>,
        blob: &[u8],
    ) -> Result<NodeKeys, EcallError> {
        let (payload, counter) = sealing::open(&mut self.hardware, purpose, blob)?;
        let keys = NodeKeys::from_payload(&payload, role == Role::Principal).ok_or(SealError::Altered)?;
        if auditors.is_some() && auditors != keys.auditors() {
            return Err(EcallError::new(
                "auditors-setting-differs",
                "The principal's keys were made with another setting for auditors, which cannot be changed.",
            ));
        }
        if counter > self.hardware.counter_read()? {
            // The host's last life ended between storing this blob and confirming it.
            self.hardware.counter_increment()?;
        }
        Ok(keys)
    }
}

impl Session {
    fn confirm_seal(&mut self, hardware: &mut dyn Hardware) -> Result<m::Done, EcallError> {
        if self.unconfirmed {
            hardware.counter_increment()?;
            self.unconfirmed = false;
        }
        Ok(m::Done {})
    }

    fn quote(&mut self, hardware: &mut dyn Hardware) -> Result<m::QuoteAnswer, EcallError> {
        if let Some(quote) = &self.quote {
            return Ok(quote.clone());
        }
        let data = report_data(self.role, &self.keys.address(), &self.keys.encryption_key());
        let quote = m::QuoteAnswer {
            quote: ByteBuf::from(hardware.quote(&data)?),
            collateral: ByteBuf::from(hardware.collateral()?),
        };
        self.quote = Some(quote.clone());
        Ok(quote)
    }

    fn principal_ecall(&mut self, name: &str, body: &[u8], hardware: &mut dyn Hardware) -> Answer {
        let own = if name == "grantContractKeys" {
            Some(self.quote(hardware)?)
        } else {
            None
        };
        let Duty::Principal(principal) = &mut self.duty else {
            return Err(wrong_role());
        };
        match name {
            "admitWorker" => answer(&principal.admit_worker(&hardware.identity(), &read(body)?)?),
            "admitAuditor" => answer(&principal.admit_auditor(&self.keys, &hardware.identity(), &read(body)?)?),
            "signEpoch" => answer(&principal.sign_epoch(&self.keys, &read(body)?)?),
            "certifyContractKey" => answer(&principal.certify_contract_key(&self.keys, &read(body)?)?),
            "grantContractKeys" => {
                let request: m::GrantContractKeys = read(body)?;
                let own = own.ok_or_else(wrong_role)?;
                answer(&principal.grant_contract_keys(&self.keys, &request.request, own)?)
            }
            _ => Err(unknown(name)),
        }
    }

    fn worker_ecall(
        &mut self,
        name: &str,
        body: &[u8],
        hardware: &mut dyn Hardware,
        engine: &mut dyn Engine,
    ) -> Answer {
        let Duty::Worker(worker) = &mut self.duty else {
            return Err(wrong_role());
        };
        let keys = &self.keys;
        match name {
            "requestContractKeys" => answer(&worker.request_contract_keys(keys, hardware, read(body)?)?),
            "acceptContractKeys" => answer(&worker.accept_contract_keys(keys, &hardware.identity(), &read(body)?)?),
            "loadModule" => answer(&worker.load_module(engine, &read(body)?)?),
            "loadLog" => answer(&worker.load_log(read(body)?)?),
            "executeTasks" => answer(&worker.execute_tasks(keys, engine, &read(body)?)),
            "settle" => answer(&worker.settle(&read(body)?)),
            "view" => answer(&worker.view(keys, engine, &read(body)?)?),
            "signRegistration" => answer(&worker.sign_registration(keys, &read(body)?)?),
            "releaseOutput" => answer(&worker.release_output(keys, &read(body)?)?),
            "contractState" => answer(&worker.contract_state(&read(body)?)),
            #[cfg(feature = "debug")]
            "inspect" => answer(&worker.inspect(&read::<m::Inspect>(body)?.task_id)?),
            _ => Err(unknown(name)),
        }
    }

    fn auditor_ecall(
        &mut self,
        name: &str,
        body: &[u8],
        hardware: &mut dyn Hardware,
        engine: &mut dyn Engine,
    ) -> Answer {
        let Duty::Auditor(auditor) = &mut self.duty else {
            return Err(wrong_role());
        };
        let keys = &self.keys;
        match name {
            "requestContractKeys" => answer(&auditor.request_contract_keys(keys, hardware, read(body)?)?),
            "acceptContractKeys" => answer(&auditor.accept_contract_keys(keys, &hardware.identity(), &read(body)?)?),
            "loadModule" => answer(&auditor.load_module(engine, &read(body)?)?),
            "loadLog" => answer(&auditor.load_log(read(body)?)?),
            "replayTask" => answer(&auditor.replay_task(engine, read(body)?)?),
            _ => Err(unknown(name)),
        }
    }
}

/// The setting for auditors that a principal is asked to have.
fn wanted_auditors(role: Role, name: Option<&str>) -> Result<Option<Auditors>, EcallError> {
    let invalid = || {
        EcallError::new(
            "auditors-setting-invalid",
            "Only a principal has a setting for auditors, which is \"any\" or \"none\".",
        )
    };
    match name {
        None => Ok(None),
        Some(_) if role != Role::Principal => Err(invalid()),
        Some(name) => Auditors::from_name(name).map(Some).ok_or_else(invalid),
    }
}

fn initialized(identity: &Identity, keys: &NodeKeys, created: bool, sealed: ByteBuf) -> m::Initialized {
    m::Initialized {
        signer: keys.address().into(),
        encryption_key: keys.encryption_key().into(),
        mr_enclave: identity.mr_enclave.into(),
        mr_signer: identity.mr_signer.into(),
        debug: identity.debug,
        created,
        sealed,
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, EcallError> {
    Ok(cbor::from_bytes(body)?)
}

fn answer<T: Serialize>(value: &T) -> Answer {
    Ok(cbor::to_bytes(value)?)
}

/// Every ecall of a role: one that exists for another role only is told apart from one that exists for none.
fn unknown(name: &str) -> EcallError {
    const ECALLS: [&str; 17] = [
        "admitWorker",
        "admitAuditor",
        "replayTask",
        "signEpoch",
        "certifyContractKey",
        "grantContractKeys",
        "requestContractKeys",
        "acceptContractKeys",
        "loadModule",
        "loadLog",
        "executeTasks",
        "settle",
        "view",
        "signRegistration",
        "releaseOutput",
        "contractState",
        "confirmSeal",
    ];
    if ECALLS.contains(&name) {
        wrong_role()
    } else {
        EcallError::new("ecall-unknown", "The enclave has no such ecall.")
    }
}

fn wrong_role() -> EcallError {
    EcallError::new("ecall-wrong-role", "The enclave does not have the role of this ecall.")
}
