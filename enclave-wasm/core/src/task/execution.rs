//! One task, executed: what it costs, how it ends, and what the contract's state becomes.
//!
//! Order of the checks, the same in every enclave because each decides the gas: user key, intrinsic gas, ciphertext,
//! module, run. Whatever can be wrong with a task that matches its record is an ending and gets a receipt; what only this
//! node lacks is a [`Fault`] and gets none.

use enigma_metering::{Entry, MAX_GAS_LIMIT, RunOutcome, schedule};
use zeroize::Zeroizing;

use super::{
    engine::Engine,
    modules::KnownModule,
    state::{RunningState, State},
    task_host::{TaskFacts, TaskHost},
};
use crate::{
    crypto::{
        aead,
        contract_keys::ContractKeys,
        random_stream::RandomStream,
        session_keys::{self, SessionKeys},
    },
    format::{
        associated_data::associated_data,
        bytes::{Hash, Network},
        ending::{Ending, trap_byte},
        tag::Tag,
        task_record::{TaskKind, TaskRecord},
    },
};

/// A task with everything needed to execute it.
pub struct Order<'a> {
    pub network: Network,
    pub record: &'a TaskRecord,
    pub task_id: Hash,
    pub record_hash: Hash,
    /// Encrypted.
    pub input: &'a [u8],
    pub user_key: &'a Hash,
    /// The contract's keys of `record.epoch`.
    pub keys: &'a ContractKeys,
    pub module: &'a KnownModule,
}

/// What an execution came to.
pub struct Execution {
    pub ending: Ending,
    pub gas_used: u64,
    /// The contract's state afterwards, changes included whatever the ending; the caller keeps or discards them.
    pub state: RunningState,
    /// The output as the user gets it: ciphertext, or nothing where the user's key is unusable.
    pub output: Vec<u8>,
    /// The decrypted input; empty where it did not decrypt.
    #[cfg(feature = "debug")]
    pub input: Vec<u8>,
    /// What the contract logged.
    #[cfg(feature = "debug")]
    pub logs: Vec<String>,
}

/// The node could not execute the task; nothing is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// These rules are not known to this enclave.
    UnknownRules,
    /// The engine failed, and the contract's state is as before.
    Engine(String),
    /// The engine failed and lost the contract's state, which has to be loaded again.
    StateLost(String),
}

/// An execution, or a fault with the state where it was not lost.
pub type ExecutionResult = Result<Execution, (Fault, Option<State>)>;

/// Executes a task on `state`.
pub fn execute(engine: &mut dyn Engine, order: &Order<'_>, state: State) -> ExecutionResult {
    let limit = order.record.gas_limit;
    let Some(intrinsic) = intrinsic_gas(order) else {
        return Err((Fault::UnknownRules, Some(state)));
    };
    let Ok(session) = session_keys::server_session(&order.keys.input_output, order.user_key) else {
        return Ok(finished(Ending::UnusableKey, intrinsic.min(limit), state, Vec::new()));
    };
    let failed = |ending: Ending, gas, state| Ok(finish(order, &session, ending, gas, RunningState::new(state)));
    if limit < intrinsic {
        return failed(Ending::OutOfGas, limit, state);
    }
    let Ok(input) = decrypt_input(order, &session) else {
        return failed(Ending::BadCiphertext, intrinsic, state);
    };
    let result = match order.module.compiled {
        Ok(module) => run(engine, order, &session, module, &input, intrinsic, state),
        Err(rule) => failed(Ending::ModuleRefused(rule.into()), intrinsic, state),
    };
    #[cfg(feature = "debug")]
    let result = result.map(|execution| Execution {
        input: input.to_vec(),
        ..execution
    });
    result
}

fn run(
    engine: &mut dyn Engine,
    order: &Order<'_>,
    session: &SessionKeys,
    module: u32,
    input: &[u8],
    intrinsic: u64,
    state: State,
) -> ExecutionResult {
    let available = order.record.gas_limit.saturating_sub(intrinsic).min(MAX_GAS_LIMIT);
    let random = RandomStream::new(&order.keys.randomness, &order.record_hash);
    let host = TaskHost::new(RunningState::new(state), facts(order), random);
    let entry = match order.record.kind {
        TaskKind::Deploy => Entry::Deploy,
        TaskKind::Call => Entry::Call,
    };
    let (outcome, host) = engine.run(module, entry, input, available, host);
    #[allow(unused_mut, reason = "the debug package takes the logs")]
    let Some(mut host) = host else {
        return Err((Fault::StateLost("the engine lost its host".into()), None));
    };
    let (ending, gas) = match outcome {
        RunOutcome::NodeFault { reason } => return Err((Fault::Engine(reason), Some(host.into_state().discard()))),
        RunOutcome::OutOfGas { .. } => (Ending::OutOfGas, order.record.gas_limit),
        RunOutcome::Returned { gas_used, .. } if host.changed_too_much() => {
            (Ending::OutOfMemory, intrinsic.saturating_add(gas_used))
        }
        RunOutcome::Returned { data, gas_used } => (Ending::Returned(data), intrinsic.saturating_add(gas_used)),
        RunOutcome::Reverted { data, gas_used } => (Ending::Reverted(data), intrinsic.saturating_add(gas_used)),
        RunOutcome::Panicked { data, gas_used } => (Ending::Panicked(data), intrinsic.saturating_add(gas_used)),
        RunOutcome::OutOfMemory { gas_used } => (Ending::OutOfMemory, intrinsic.saturating_add(gas_used)),
        RunOutcome::StackOverflow { gas_used } => (Ending::StackOverflow, intrinsic.saturating_add(gas_used)),
        RunOutcome::Trapped { trap, gas_used } => {
            (Ending::Trapped(trap_byte(trap)), intrinsic.saturating_add(gas_used))
        }
    };
    #[cfg(feature = "debug")]
    let logs = host.take_logs();
    #[allow(unused_mut, reason = "the debug package adds the logs")]
    let mut execution = finish(
        order,
        session,
        ending,
        gas.min(order.record.gas_limit),
        host.into_state(),
    );
    #[cfg(feature = "debug")]
    {
        execution.logs = logs;
    }
    Ok(execution)
}

/// Gas before the contract runs (ARCHITECTURE.md section 2.7); none for unknown rules.
fn intrinsic_gas(order: &Order<'_>) -> Option<u64> {
    let prices = schedule(order.record.rules)?;
    let task = prices.call_intrinsic(order.input.len());
    Some(match order.record.kind {
        TaskKind::Call => task,
        TaskKind::Deploy => task.saturating_add(prices.module_byte.saturating_mul(order.module.length as u64)),
    })
}

fn decrypt_input(order: &Order<'_>, session: &SessionKeys) -> Result<Zeroizing<Vec<u8>>, aead::OpenError> {
    aead::open_padded(&session.receive, &item(order, Tag::Input), order.input)
}

fn finish(order: &Order<'_>, session: &SessionKeys, ending: Ending, gas_used: u64, state: RunningState) -> Execution {
    let ending = ending.within_limit();
    let plaintext = Zeroizing::new(ending.plaintext().unwrap_or_default());
    let output = aead::seal_padded(&session.send, &item(order, Tag::Output), &plaintext);
    Execution {
        ending,
        gas_used,
        state,
        output,
        #[cfg(feature = "debug")]
        input: Vec::new(),
        #[cfg(feature = "debug")]
        logs: Vec::new(),
    }
}

fn finished(ending: Ending, gas_used: u64, state: State, output: Vec<u8>) -> Execution {
    Execution {
        ending,
        gas_used,
        state: RunningState::new(state),
        output,
        #[cfg(feature = "debug")]
        input: Vec::new(),
        #[cfg(feature = "debug")]
        logs: Vec::new(),
    }
}

fn item(order: &Order<'_>, tag: Tag) -> Vec<u8> {
    associated_data(tag, &order.network, &order.record.secret_contract, &order.task_id, 0)
}

fn facts(order: &Order<'_>) -> TaskFacts {
    TaskFacts {
        sender: order.record.sender,
        self_address: order.record.secret_contract,
        task_id: order.task_id,
        epoch: order.record.epoch,
        block_number: order.record.block_number,
        timestamp: order.record.timestamp,
    }
}
