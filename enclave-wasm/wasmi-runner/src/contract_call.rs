//! A contract's call of another: an instance of its own, with the same host and a share of gas and stack.

use enigma_metering::limits::CALL_SLOTS;
use enigma_metering::{BeginCall, Entry, RunOutcome};
use wasmi::{Caller, Error};

use crate::guest::{Guest, GuestState, Task};
use crate::signal::Signal;

/// Runs the called contract, where the host lets it, and charges the caller for it. The answer is ending byte and payload.
pub(crate) fn call_contract(
    caller: &mut Caller<'_, GuestState<'_>>,
    guest: Guest,
    contract: &[u8],
    calldata: &[u8],
    wanted_gas: u64,
) -> Result<Vec<u8>, Error> {
    let left = guest.gas(&*caller).unsigned_abs();
    let limit = wanted_gas.min(left.saturating_sub(left / 64));
    let stack = guest.stack(&*caller);
    let slots = stack
        .saturating_sub(i32::try_from(CALL_SLOTS).unwrap_or(i32::MAX))
        .max(0);
    let module = match caller.data_mut().host.begin_call(contract).map_err(Signal::from)? {
        BeginCall::Refused(answer) => return Ok(answer),
        BeginCall::Run { module } => module,
    };
    let task = Task {
        entry: Entry::Call,
        input: calldata,
        limit,
        stack: slots,
    };
    let modules = caller.data().modules;
    let outcome = match modules.get(module) {
        Some(module) => module.run_task(modules, task, &mut *caller.data_mut().host),
        None => return Err(Signal::Fault(format!("no module {module}")).into()),
    };
    let used = gas_used(&outcome)?;
    guest.charge(&mut *caller, used)?;
    Ok(caller.data_mut().host.end_call(&outcome).map_err(Signal::from)?)
}

/// What a run used; a fault of the node inside fails the caller, too.
fn gas_used(outcome: &RunOutcome) -> Result<u64, Signal> {
    match outcome {
        RunOutcome::Returned { gas_used, .. }
        | RunOutcome::Reverted { gas_used, .. }
        | RunOutcome::Panicked { gas_used, .. }
        | RunOutcome::OutOfGas { gas_used }
        | RunOutcome::OutOfMemory { gas_used }
        | RunOutcome::StackOverflow { gas_used }
        | RunOutcome::Trapped { gas_used, .. } => Ok(*gas_used),
        RunOutcome::NodeFault { reason } => Err(Signal::Fault(reason.clone())),
    }
}
