//! Runs instrumented contracts in wasmi: the third engine, against which the other two are tested.
//!
//! Written from the same rules as the enclave's adapter (`runtime/engine/canonical-abi.ts`) and in the same order of
//! checks, since that order decides which of two failures a task ends with:
//!
//! 1. A host function first refuses to run inside `cabi_realloc` or `cabi_post_*`, then looks at gas, then at the bounds
//!    of its arguments, then at their lengths, then charges, then runs, then charges for its result, then lowers it.
//! 2. Whatever ends a run, gas below zero means out of gas; else `enigma_fault` decides; else the engine's own trap.
//!
//! Native, for tests and benchmarks, never part of the enclave.

mod contract_call;
mod guest;
mod host_call;
mod modules;
mod signal;

use enigma_metering::limits::STACK_SLOTS;
use enigma_metering::{
    Entry, FAULT_EXPORT, GAS_EXPORT, HostFunctions, MAX_GAS_LIMIT, PriceSchedule, RunOutcome, schedule, sequence,
};
use wasmi::{Config, Engine, Error, Instance, Module, Store};

use crate::guest::{Guest, GuestState, Task};
pub use crate::modules::Modules;
use crate::signal::Signal;

/// Runs an entry point of an instrumented module in a fresh instance, without other contracts to call.
///
/// `gas_limit` is what is left after the intrinsic price; the instance's memory and its host calls are taken from it.
pub fn run(
    instrumented: &[u8],
    entry: Entry,
    input: &[u8],
    gas_limit: u64,
    rules: u32,
    host: &mut dyn HostFunctions,
) -> RunOutcome {
    match PreparedModule::new(instrumented, rules) {
        Ok(module) => module.run(entry, input, gas_limit, host),
        Err(reason) => RunOutcome::NodeFault { reason },
    }
}

/// An instrumented module that wasmi has translated, to be run any number of times.
pub struct PreparedModule {
    engine: Engine,
    module: Module,
    prices: &'static PriceSchedule,
}

impl PreparedModule {
    /// Translates a module.
    ///
    /// # Errors
    /// The reason, where the rules are not known or wasmi refuses the module.
    pub fn new(instrumented: &[u8], rules: u32) -> Result<Self, String> {
        let prices = schedule(rules).ok_or_else(|| format!("rules {rules} are not known"))?;
        let mut config = Config::default();
        // The module bounds its own stack; wasmi's bounds must lie beyond it.
        config.set_max_recursion_depth(1 << 20).set_max_stack_height(1 << 24);
        let engine = Engine::new(&config);
        let module = Module::new(&engine, instrumented).map_err(|error| error.to_string())?;
        Ok(Self { engine, module, prices })
    }

    /// [`run`], without the translation.
    pub fn run(&self, entry: Entry, input: &[u8], gas_limit: u64, host: &mut dyn HostFunctions) -> RunOutcome {
        self.run_among(&Modules::default(), entry, input, gas_limit, host)
    }

    fn run_among(
        &self,
        modules: &Modules,
        entry: Entry,
        input: &[u8],
        gas_limit: u64,
        host: &mut dyn HostFunctions,
    ) -> RunOutcome {
        let task = Task {
            entry,
            input,
            limit: gas_limit.min(MAX_GAS_LIMIT),
            stack: i32::try_from(STACK_SLOTS).unwrap_or(i32::MAX),
        };
        self.run_task(modules, task, host)
    }

    fn run_task(&self, modules: &Modules, task: Task<'_>, host: &mut dyn HostFunctions) -> RunOutcome {
        if task.entry == Entry::View && self.module.get_export(task.entry.name()).is_none() {
            return RunOutcome::Reverted {
                data: Vec::new(),
                gas_used: 0,
            };
        }
        match self.start(modules, host) {
            Ok((mut store, instance)) => drive(&mut store, instance, task),
            Err(error) => RunOutcome::NodeFault {
                reason: error.to_string(),
            },
        }
    }

    fn start<'h>(
        &self,
        modules: &'h Modules,
        host: &'h mut dyn HostFunctions,
    ) -> Result<(Store<GuestState<'h>>, Instance), Error> {
        let state = GuestState {
            host,
            modules,
            prices: self.prices,
            guest: None,
            inside_guest_service: false,
        };
        let mut store = Store::new(&self.engine, state);
        let imports = host_call::imports(&mut store, &self.module)?;
        let instance = Instance::new(&mut store, &self.module, &imports)?;
        let guest = Guest::of(&store, instance)?;
        store.data_mut().guest = Some(guest);
        Ok((store, instance))
    }
}

fn drive(store: &mut Store<GuestState<'_>>, instance: Instance, task: Task<'_>) -> RunOutcome {
    let limit = task.limit;
    let outcome = guest::enter(store, instance, task);
    let gas = match instance
        .get_global(&*store, GAS_EXPORT)
        .map(|global| global.get(&*store).i64())
    {
        Some(Some(gas)) => gas,
        _ => {
            return RunOutcome::NodeFault {
                reason: "the module has no gas counter".to_string(),
            };
        }
    };
    // The host's own fault is never a result, whatever the counter says.
    if let Err(error) = &outcome
        && let Some(Signal::Fault(reason)) = error.downcast_ref::<Signal>()
    {
        return RunOutcome::NodeFault { reason: reason.clone() };
    }
    if gas < 0 {
        return RunOutcome::OutOfGas { gas_used: limit };
    }
    let gas_used = limit.saturating_sub(gas.unsigned_abs());
    match outcome {
        Ok((false, data)) => RunOutcome::Returned { data, gas_used },
        Ok((true, data)) => RunOutcome::Reverted { data, gas_used },
        Err(error) => {
            let fault = instance
                .get_global(&*store, FAULT_EXPORT)
                .and_then(|global| global.get(&*store).i32());
            failed(error, fault.unwrap_or(0), gas_used)
        }
    }
}

fn failed(error: Error, fault: i32, gas_used: u64) -> RunOutcome {
    match fault {
        sequence::FAULT_STACK => return RunOutcome::StackOverflow { gas_used },
        sequence::FAULT_MEMORY => return RunOutcome::OutOfMemory { gas_used },
        0 => {}
        _ => {
            return RunOutcome::NodeFault {
                reason: "the engine refused memory within the limit".to_string(),
            };
        }
    }
    if let Some(code) = error.as_trap_code() {
        return match signal::trap(code) {
            Some(trap) => RunOutcome::Trapped { trap, gas_used },
            None => RunOutcome::NodeFault {
                reason: error.to_string(),
            },
        };
    }
    match error.downcast::<Signal>() {
        Some(Signal::Panicked(data)) => RunOutcome::Panicked { data, gas_used },
        Some(Signal::Trapped(trap)) => RunOutcome::Trapped { trap, gas_used },
        Some(Signal::OutOfGas) => RunOutcome::NodeFault {
            reason: "out of gas with gas left".to_string(),
        },
        Some(Signal::Fault(reason)) => RunOutcome::NodeFault { reason },
        None => RunOutcome::NodeFault {
            reason: "the engine failed without a trap".to_string(),
        },
    }
}
