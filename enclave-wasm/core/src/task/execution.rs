//! One task, executed: what it costs, how it ends, what it makes happen on Ethereum, and what its contracts' states become.
//!
//! Order of the checks, the same in every enclave because each decides the gas: user key, intrinsic gas, ciphertext,
//! module, run. Whatever can be wrong with a task that matches its record is an ending and gets a receipt; what only this
//! node lacks is a [`Fault`] and gets none.

use std::rc::Rc;

use enigma_metering::{Entry, MAX_GAS_LIMIT, RunOutcome, schedule};
use zeroize::Zeroizing;

use super::{
    engine::Engine,
    state::State,
    stores::Stores,
    task_host::{Participant, TaskFacts, TaskHost},
};
use crate::{
    crypto::{
        aead,
        contract_keys::ContractKeys,
        session_keys::{self, SessionKeys},
    },
    format::{
        associated_data::associated_data,
        bytes::{Hash, Network},
        callback::callback,
        effect::Effect,
        ending::Ending,
        limits,
        receipt::ReceiptStatus,
        tag::Tag,
        task_record::{TaskKind, TaskRecord},
    },
};

/// A task with everything needed to execute it, but its contracts.
pub struct Order<'a> {
    pub network: Network,
    pub record: &'a TaskRecord,
    pub task_id: Hash,
    pub record_hash: Hash,
    /// Encrypted, or public: see [`Self::is_public`].
    pub input: &'a [u8],
    pub user_key: &'a Hash,
    /// Size in bytes of the called contract's module.
    pub module_length: usize,
}

impl Order<'_> {
    /// Whether the input is plain calldata and nobody reads the output: a posted task without a user's key.
    pub fn is_public(&self) -> bool {
        self.record.kind.is_posted() && *self.user_key == [0; 32]
    }

    /// Gas before the contract runs (ARCHITECTURE.md section 2.7); none for unknown rules.
    fn intrinsic_gas(&self) -> Option<u64> {
        let prices = schedule(self.record.rules)?;
        let task = prices.call_intrinsic(self.input.len());
        Some(match self.record.kind {
            TaskKind::Deploy => task.saturating_add(prices.module_byte.saturating_mul(self.module_length as u64)),
            TaskKind::Call | TaskKind::PostedCall | TaskKind::OrderedCall => task,
        })
    }

    fn associated_data(&self, tag: Tag) -> Vec<u8> {
        associated_data(tag, &self.network, &self.record.secret_contract, &self.task_id, 0)
    }

    fn open_input(&self, session: Option<&SessionKeys>) -> Result<Zeroizing<Vec<u8>>, aead::OpenError> {
        match session {
            Some(session) => aead::open_padded(&session.receive, &self.associated_data(Tag::Input), self.input),
            None => Ok(Zeroizing::new(self.input.to_vec())),
        }
    }

    fn facts(&self) -> TaskFacts {
        TaskFacts {
            network: self.network,
            sender: self.record.sender,
            task_id: self.task_id,
            record_hash: self.record_hash,
            epoch: self.record.epoch,
            block_number: self.record.block_number,
            timestamp: self.record.timestamp,
            user_key: (!self.is_public()).then_some(*self.user_key),
            view: false,
        }
    }
}

/// What an execution came to.
pub struct Execution {
    pub ending: Ending,
    pub gas_used: u64,
    /// The contracts' states afterwards, changes included whatever the ending; the caller keeps or discards them.
    pub stores: Stores,
    /// In order; a task that failed has none but an ordered call's callback.
    pub effects: Vec<Effect>,
    /// The output as the user gets it: ciphertext, or nothing where there is nobody to encrypt to.
    pub output: Vec<u8>,
    /// The decrypted input; empty where it did not decrypt.
    #[cfg(feature = "debug")]
    pub input: Vec<u8>,
    /// What the contracts logged.
    #[cfg(feature = "debug")]
    pub logs: Vec<String>,
}

/// The node could not execute the task; nothing is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// These rules are not known to this enclave.
    UnknownRules,
    /// The engine failed, and the states are as before.
    Engine(String),
    /// The engine failed and lost the states, which have to be loaded again.
    StateLost(String),
}

/// A fault, with the states as they were before where they were not lost.
pub type Failure = (Fault, Option<Vec<State>>);

/// Executes a task on its contracts, the called one first.
///
/// # Errors
/// A [`Failure`] of the node.
pub fn execute(
    engine: &mut dyn Engine,
    order: &Order<'_>,
    keys: &Rc<ContractKeys>,
    participants: Vec<Participant>,
) -> Result<Execution, Failure> {
    let limit = order.record.gas_limit;
    let module = participants.first().map(|called| called.module);
    let mut host = TaskHost::new(order.facts(), participants);
    let (Some(intrinsic), Some(module)) = (order.intrinsic_gas(), module) else {
        return Err((Fault::UnknownRules, Some(host.into_stores().discard())));
    };
    let session = match session_keys::server_session(&keys.input_output, order.user_key) {
        _ if order.is_public() => None,
        Ok(session) => Some(session),
        Err(_) => return Ok(finish(order, None, Ending::UnusableKey, intrinsic.min(limit), host)),
    };
    let session = session.as_ref();
    if limit < intrinsic {
        return Ok(finish(order, session, Ending::OutOfGas, limit, host));
    }
    let Ok(input) = order.open_input(session) else {
        return Ok(finish(order, session, Ending::BadCiphertext, intrinsic, host));
    };
    let (ending, gas) = match module {
        Err(rule) => (Ending::ModuleRefused(rule.into()), intrinsic),
        Ok(module) => {
            let entry = match order.record.kind {
                TaskKind::Deploy => Entry::Deploy,
                TaskKind::Call | TaskKind::PostedCall | TaskKind::OrderedCall => Entry::Call,
            };
            let available = limit.saturating_sub(intrinsic).min(MAX_GAS_LIMIT);
            let (ending, used, returned) = run(engine, module, entry, &input, available, host)?;
            host = returned;
            // Where gas ran out all of it is used, also what no run is given.
            let gas = match ending {
                Ending::OutOfGas => limit,
                _ => intrinsic.saturating_add(used).min(limit),
            };
            (ending, gas)
        }
    };
    #[allow(unused_mut, reason = "the debug package adds the input")]
    let mut execution = finish(order, session, ending, gas, host);
    #[cfg(feature = "debug")]
    {
        execution.input = input.to_vec();
    }
    Ok(execution)
}

/// Runs a contract: its ending, the gas used, and the host.
///
/// # Errors
/// A [`Failure`] of the node.
pub fn run(
    engine: &mut dyn Engine,
    module: u32,
    entry: Entry,
    input: &[u8],
    gas: u64,
    host: TaskHost,
) -> Result<(Ending, u64, TaskHost), Failure> {
    let (outcome, host) = engine.run(module, entry, input, gas, host);
    let Some(host) = host else {
        return Err((Fault::StateLost("the engine lost its host".into()), None));
    };
    let used = match outcome {
        RunOutcome::NodeFault { reason } => {
            return Err((Fault::Engine(reason), Some(host.into_stores().discard())));
        }
        RunOutcome::Returned { gas_used, .. }
        | RunOutcome::Reverted { gas_used, .. }
        | RunOutcome::Panicked { gas_used, .. }
        | RunOutcome::OutOfGas { gas_used }
        | RunOutcome::OutOfMemory { gas_used }
        | RunOutcome::StackOverflow { gas_used }
        | RunOutcome::Trapped { gas_used, .. } => gas_used,
    };
    match Ending::of_run(&outcome, host.changed_too_much()) {
        Some(ending) => Ok((ending, used, host)),
        None => Err((
            Fault::Engine("the engine gave no ending".into()),
            Some(host.into_stores().discard()),
        )),
    }
}

#[allow(unused_mut, reason = "the debug package takes the logs")]
fn finish(
    order: &Order<'_>,
    session: Option<&SessionKeys>,
    ending: Ending,
    gas_used: u64,
    mut host: TaskHost,
) -> Execution {
    let ordered = order.record.kind == TaskKind::OrderedCall;
    let ending = match ending.within_limit() {
        Ending::Returned(data) if ordered && data.len() > limits::CALLBACK_PAYLOAD => Ending::OutOfMemory,
        ending => ending,
    };
    let mut effects = host.take_effects();
    if ending.status() == ReceiptStatus::Failed {
        effects.clear();
    }
    if ordered {
        effects.push(callback(order.record, &order.task_id, &ending));
    }
    let output = session.map(|session| seal_ending(session, &order.associated_data(Tag::Output), &ending));
    #[cfg(feature = "debug")]
    let logs = host.take_logs();
    Execution {
        ending,
        gas_used,
        stores: host.into_stores(),
        effects,
        output: output.unwrap_or_default(),
        #[cfg(feature = "debug")]
        input: Vec::new(),
        #[cfg(feature = "debug")]
        logs,
    }
}

/// The output that tells an ending to the user.
pub fn seal_ending(session: &SessionKeys, associated_data: &[u8], ending: &Ending) -> Vec<u8> {
    let plaintext = Zeroizing::new(ending.plaintext().unwrap_or_default());
    aead::seal_padded(&session.send, associated_data, &plaintext)
}
