//! An engine whose contracts do what their input says: lists of steps instead of WebAssembly, so that tests can say what a
//! contract does, and a model can do the same.

use enigma_core::task::{engine::Engine, task_host::TaskHost};
use enigma_metering::{BeginCall, Entry, HostError, HostFunctions, RunOutcome, TrapCode};
use serde::{Deserialize, Serialize};

/// What every step costs.
pub const STEP_GAS: u64 = 1_000;

/// A step of a contract. What it reads goes into the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    Get(u8),
    Set(u8, u16),
    Remove(u8),
    /// Fills 15 keys with 64 KiB each: nearly all that a task may change.
    Fill(u8),
    Random,
    Sender,
    Call([u8; 20], Vec<Step>),
    Ethereum {
        required: bool,
        data: u8,
    },
    Event(u8),
    Private(Vec<u8>, u8),
    Return(u16),
    Revert,
    Trap,
}

pub fn encode(script: &[Step]) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(script, &mut bytes).unwrap();
    bytes
}

/// What `Set` stores: a number, and as many bytes.
pub fn value(number: u16) -> Vec<u8> {
    vec![(number % 251) as u8; usize::from(number)]
}

/// Runs scripts; breaks down in the middle of a run when it is told to.
#[derive(Default)]
pub struct Scripted {
    modules: u32,
    /// The run after this many ends as a fault of the node.
    pub fails_after: Option<u32>,
    pub loses_host: bool,
}

impl Engine for Scripted {
    fn compile(&mut self, _instrumented: &[u8], _rules: u32) -> Result<u32, String> {
        self.modules += 1;
        Ok(self.modules - 1)
    }

    fn release(&mut self, _module: u32) {}

    fn run(
        &mut self,
        _module: u32,
        _entry: Entry,
        input: &[u8],
        gas_limit: u64,
        mut host: TaskHost,
    ) -> (RunOutcome, Option<TaskHost>) {
        let mut run = Run {
            gas: gas_limit,
            faulty: self.fails_after == Some(0),
        };
        self.fails_after = self.fails_after.and_then(|runs| runs.checked_sub(1));
        let outcome = run.contract(&mut host, input);
        let lost = self.loses_host && matches!(outcome, RunOutcome::NodeFault { .. });
        (outcome, (!lost).then_some(host))
    }
}

struct Run {
    gas: u64,
    faulty: bool,
}

enum Stop {
    Revert,
    Trap(TrapCode),
    OutOfGas,
    Fault(String),
}

impl From<HostError> for Stop {
    fn from(error: HostError) -> Self {
        match error {
            HostError::Fault(reason) => Stop::Fault(reason),
            HostError::Trap(trap) => Stop::Trap(trap),
        }
    }
}

impl Run {
    fn contract(&mut self, host: &mut TaskHost, input: &[u8]) -> RunOutcome {
        let script: Vec<Step> = ciborium::from_reader(input).unwrap_or_default();
        let limit = self.gas;
        let mut data = Vec::new();
        let ended = script.iter().try_for_each(|step| self.step(host, step, &mut data));
        let gas_used = limit - self.gas;
        match ended {
            Ok(()) => RunOutcome::Returned { data, gas_used },
            Err(Stop::Revert) => RunOutcome::Reverted {
                data: b"reason".to_vec(),
                gas_used,
            },
            Err(Stop::Trap(trap)) => RunOutcome::Trapped { trap, gas_used },
            Err(Stop::OutOfGas) => RunOutcome::OutOfGas { gas_used: limit },
            Err(Stop::Fault(reason)) => RunOutcome::NodeFault { reason },
        }
    }

    fn step(&mut self, host: &mut TaskHost, step: &Step, data: &mut Vec<u8>) -> Result<(), Stop> {
        self.gas = self.gas.checked_sub(STEP_GAS).ok_or(Stop::OutOfGas)?;
        match step {
            Step::Get(key) => match host.storage_get(&[*key])? {
                Some(value) => data.extend_from_slice(&(value.len() as u16).to_be_bytes()),
                None => data.extend_from_slice(&[255, 255]),
            },
            Step::Set(key, number) => host.storage_set(&[*key], &value(*number))?,
            Step::Remove(key) => host.storage_remove(&[*key])?,
            Step::Fill(first) => (0..15).try_for_each(|key| host.storage_set(&[*first, key], &[7; 65_536]))?,
            Step::Random => data.extend(host.random(8)?),
            Step::Sender => data.extend(host.sender()?),
            Step::Call(contract, script) => data.extend(self.call(host, contract, script)?),
            Step::Ethereum { required, data } => {
                host.call_ethereum(*required, &[0xee; 20], &[0; 32], &vec![*data; usize::from(*data)])?;
            }
            Step::Event(byte) => host.emit_event(&[*byte; 32], &[*byte])?,
            Step::Private(recipient, byte) => host.emit_private_event(recipient, &[*byte; 32])?,
            Step::Return(length) => data.extend(vec![1; usize::from(*length)]),
            Step::Revert => return Err(Stop::Revert),
            Step::Trap => return Err(Stop::Trap(TrapCode::Unreachable)),
        }
        if self.faulty {
            return Err(Stop::Fault("no memory".into()));
        }
        Ok(())
    }

    fn call(&mut self, host: &mut TaskHost, contract: &[u8; 20], script: &[Step]) -> Result<Vec<u8>, Stop> {
        match host.begin_call(contract)? {
            BeginCall::Refused(answer) => Ok(answer),
            BeginCall::Run { .. } => match self.contract(host, &encode(script)) {
                RunOutcome::NodeFault { reason } => Err(Stop::Fault(reason)),
                outcome => Ok(host.end_call(&outcome)?),
            },
        }
    }
}
