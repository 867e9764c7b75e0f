//! Compiled contracts in an interpreter, metered as the enclave meters them.

use super::bed::Testable;
use super::env::Env;
use super::outcome::Outcome;
use super::wasm_host::WasmHost;
use crate::host::Host;
use alloy_primitives::Address;
pub(super) use enigma_metering::Entry as Kind;
use enigma_metering::{RunOutcome, TrapCode, instrument};
use enigma_wasmi_runner::Modules;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

const RULES: u32 = 1;

/// The compiled modules of a bed's contracts.
#[derive(Default)]
pub(super) struct Wasm {
    modules: RefCell<Modules>,
    /// Numbers of modules by their crate.
    crates: RefCell<BTreeMap<&'static str, u32>>,
    /// Numbers of modules by the contract's address.
    contracts: RefCell<BTreeMap<Address, u32>>,
}

impl fmt::Debug for Wasm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Wasm")
            .field(&self.crates.borrow().keys())
            .finish()
    }
}

impl Wasm {
    pub(super) fn deploy<C: Testable>(&self, env: &Env, arguments: &[u8]) -> (Outcome, Option<u64>) {
        let module = self.module(C::PACKAGE, C::FOLDER);
        let address = env.self_address();
        self.contracts.borrow_mut().insert(address, module);
        let ended = self.run(env, Kind::Deploy, arguments, env.host.gas_left());
        if ended.0.is_success() {
            // That it is there is all that counts: its code is the module's.
            env.host.contracts.borrow_mut().insert(address, C::call);
        }
        ended
    }

    /// Runs an entry point of the contract that is called.
    pub(super) fn run(&self, env: &Env, entry: Kind, input: &[u8], gas: u64) -> (Outcome, Option<u64>) {
        let module = self.number(&env.self_address());
        env.host.is_view.set(entry == Kind::View);
        let mut gas_used = 0;
        let outcome = env.run_as(|| {
            let mut host = WasmHost::new(&env.host, self);
            let ended = self.modules.borrow().run(module, entry, input, gas, &mut host);
            let (outcome, used) = outcome_of(&ended);
            gas_used = used;
            outcome
        });
        env.host.is_view.set(false);
        (outcome, Some(gas_used))
    }

    /// The number of a contract's module.
    ///
    /// # Panics
    /// Where it was never deployed on this bed.
    pub(super) fn number(&self, contract: &Address) -> u32 {
        let contracts = self.contracts.borrow();
        *contracts
            .get(contract)
            .unwrap_or_else(|| panic!("no contract was deployed at {contract}"))
    }

    /// The number of a crate's module, which is compiled once.
    fn module(&self, package: &'static str, folder: &str) -> u32 {
        if let Some(number) = self.crates.borrow().get(package) {
            return *number;
        }
        let place = find(package, folder);
        let shown = place.display();
        let module = std::fs::read(&place).unwrap_or_else(|error| panic!("{shown} cannot be read: {error}"));
        let metered = instrument(&module, RULES).unwrap_or_else(|refusal| panic!("{shown}: {refusal}"));
        let number = self.modules.borrow_mut().compile(&metered, RULES);
        let number = number.unwrap_or_else(|reason| panic!("{shown}: {reason}"));
        self.crates.borrow_mut().insert(package, number);
        number
    }
}

/// The module of a crate, in the folder of built things nearest above it.
fn find(package: &str, folder: &str) -> PathBuf {
    let file = Path::new("dist").join(package).join(format!("{package}.wasm"));
    let mut places = Path::new(folder).ancestors().map(|folder| folder.join(&file));
    places.find(|place| place.exists()).unwrap_or_else(|| {
        panic!(
            "there is no {} above {folder}: compile the contract first",
            file.display()
        )
    })
}

/// The mock's word for how a run ended, and its gas.
pub(super) fn outcome_of(ended: &RunOutcome) -> (Outcome, u64) {
    match ended {
        RunOutcome::Returned { data, gas_used } => (Outcome::Returned(data.clone()), *gas_used),
        RunOutcome::Reverted { data, gas_used } => (Outcome::Reverted(data.clone()), *gas_used),
        RunOutcome::Panicked { data, gas_used } => (Outcome::Panicked(message(data)), *gas_used),
        RunOutcome::OutOfGas { gas_used } => (Outcome::OutOfGas, *gas_used),
        RunOutcome::OutOfMemory { gas_used } => (Outcome::OutOfMemory, *gas_used),
        RunOutcome::StackOverflow { gas_used } => (Outcome::StackOverflow, *gas_used),
        RunOutcome::Trapped { trap, gas_used } => (Outcome::Trapped(trap_number(*trap)), *gas_used),
        RunOutcome::NodeFault { reason } => panic!("the runner failed: {reason}"),
    }
}

/// A panic in WebAssembly says its place on a line before the message.
fn message(data: &[u8]) -> String {
    let text = String::from_utf8_lossy(data);
    text.split_once('\n').map_or(&*text, |(_, message)| message).to_string()
}

/// The number of a trap (ARCHITECTURE.md 2.3).
pub(super) fn trap_number(trap: TrapCode) -> u8 {
    match trap {
        TrapCode::Unreachable => 1,
        TrapCode::MemoryOutOfBounds => 2,
        TrapCode::DivideByZero => 3,
        TrapCode::IntegerOverflow => 4,
        TrapCode::TableOutOfBounds => 5,
        TrapCode::IndirectCallMismatch => 6,
        TrapCode::HostArgument => 7,
        TrapCode::HostReentry => 8,
        TrapCode::ViewEffect => 9,
        TrapCode::TooManyEffects => 10,
    }
}
