//! The guest's side of the canonical ABI: entry points, memory, `cabi_realloc`.

use enigma_metering::{Entry, GAS_EXPORT, HostFunctions, PriceSchedule, STACK_EXPORT, TrapCode};
use wasmi::{AsContext, AsContextMut, Error, Global, Instance, Memory, Store, TypedFunc, Val};

use crate::modules::Modules;
use crate::signal::Signal;

/// What host functions see while a guest runs.
pub(crate) struct GuestState<'h> {
    pub host: &'h mut dyn HostFunctions,
    /// What calls of other contracts find.
    pub modules: &'h Modules,
    pub prices: &'static PriceSchedule,
    pub guest: Option<Guest>,
    /// Inside `cabi_realloc` or `cabi_post_*`, where a guest must not call out.
    pub inside_guest_service: bool,
}

/// Handles of an instance.
#[derive(Clone, Copy)]
pub(crate) struct Guest {
    pub memory: Memory,
    pub gas: Global,
    pub stack: Global,
    pub realloc: TypedFunc<(u32, u32, u32, u32), u32>,
}

const HOST_ARGUMENT: Signal = Signal::Trapped(TrapCode::HostArgument);

impl Guest {
    pub fn of(store: &Store<GuestState<'_>>, instance: Instance) -> Result<Guest, Error> {
        let memory = instance
            .get_memory(store, "memory")
            .ok_or_else(|| Error::new("no memory"))?;
        let gas = instance
            .get_global(store, GAS_EXPORT)
            .ok_or_else(|| Error::new("no gas counter"))?;
        let stack = instance
            .get_global(store, STACK_EXPORT)
            .ok_or_else(|| Error::new("no stack counter"))?;
        let realloc = instance.get_typed_func(store, "cabi_realloc")?;
        Ok(Guest {
            memory,
            gas,
            stack,
            realloc,
        })
    }

    /// Gas that is left; below zero when exhausted.
    pub fn gas(&self, context: impl AsContext) -> i64 {
        self.gas.get(context).i64().unwrap_or(-1)
    }

    /// Stack slots that are left.
    pub fn stack(&self, context: impl AsContext) -> i32 {
        self.stack.get(context).i32().unwrap_or(0)
    }

    /// Takes an amount and fails where it is not left.
    pub fn charge(&self, mut context: impl AsContextMut, amount: u64) -> Result<(), Error> {
        let amount = i64::try_from(amount).unwrap_or(i64::MAX);
        let left = self.gas(&context).saturating_sub(amount);
        self.gas
            .set(&mut context, Val::I64(left))
            .map_err(|error| Signal::Fault(error.to_string()))?;
        if left < 0 {
            return Err(Signal::OutOfGas.into());
        }
        Ok(())
    }

    /// A copy of a list in memory.
    pub fn read(&self, context: impl AsContext, pointer: u32, length: u32) -> Result<Vec<u8>, Error> {
        let context = context.as_context();
        let start = pointer as usize;
        let end = start.saturating_add(length as usize);
        let memory = self.memory.data(context);
        let bytes = memory.get(start..end).ok_or(HOST_ARGUMENT)?;
        Ok(bytes.to_vec())
    }

    pub fn write(&self, mut context: impl AsContextMut, pointer: u32, bytes: &[u8]) -> Result<(), Error> {
        let start = pointer as usize;
        let end = start.saturating_add(bytes.len());
        let target = self
            .memory
            .data_mut(&mut context)
            .get_mut(start..end)
            .ok_or(HOST_ARGUMENT)?;
        target.copy_from_slice(bytes);
        Ok(())
    }
}

/// Calls `cabi_realloc` for a list of bytes, empty ones included, and copies the list there.
pub(crate) fn lower_list<'h>(
    mut context: impl AsContextMut<Data = GuestState<'h>>,
    guest: Guest,
    bytes: &[u8],
) -> Result<(u32, u32), Error> {
    let length = u32::try_from(bytes.len()).map_err(|_| HOST_ARGUMENT)?;
    context.as_context_mut().data_mut().inside_guest_service = true;
    let pointer = guest.realloc.call(&mut context, (0, 0, 1, length))?;
    context.as_context_mut().data_mut().inside_guest_service = false;
    guest.write(&mut context, pointer, bytes)?;
    Ok((pointer, length))
}

/// What an entry point runs on.
#[derive(Clone, Copy)]
pub(crate) struct Task<'a> {
    pub entry: Entry,
    pub input: &'a [u8],
    /// Gas.
    pub limit: u64,
    /// Stack slots.
    pub stack: i32,
}

/// Calls an entry point; answers whether it was an error, and its bytes.
pub(crate) fn enter(
    store: &mut Store<GuestState<'_>>,
    instance: Instance,
    task: Task<'_>,
) -> Result<(bool, Vec<u8>), Error> {
    let Task { entry, input, .. } = task;
    let guest = store.data().guest.ok_or_else(|| Error::new("no guest"))?;
    let prices = store.data().prices;
    let limit = i64::try_from(task.limit).map_err(|_| Error::new("gas limit"))?;
    for (global, value) in [(guest.gas, Val::I64(limit)), (guest.stack, Val::I32(task.stack))] {
        global
            .set(&mut *store, value)
            .map_err(|error| Signal::Fault(error.to_string()))?;
    }
    let pages = guest.memory.size(&*store);
    guest.charge(&mut *store, prices.weights.page.saturating_mul(pages))?;

    let function: TypedFunc<(u32, u32), u32> = instance.get_typed_func(&*store, entry.name())?;
    let (pointer, length) = lower_list(&mut *store, guest, input)?;
    let result = function.call(&mut *store, (pointer, length))?;
    let (failed, data) = lift_result(store, guest, result)?;

    if let Ok(post) = instance.get_typed_func::<u32, ()>(&*store, &format!("cabi_post_{}", entry.name())) {
        store.data_mut().inside_guest_service = true;
        post.call(&mut *store, result)?;
    }
    guest.charge(&mut *store, prices.output_byte.saturating_mul(data.len() as u64))?;
    Ok((failed, data))
}

/// Reads a `result<list<u8>, list<u8>>`: discriminant, pointer, length.
fn lift_result(store: &Store<GuestState<'_>>, guest: Guest, pointer: u32) -> Result<(bool, Vec<u8>), Error> {
    if !pointer.is_multiple_of(4) {
        return Err(HOST_ARGUMENT.into());
    }
    let area = guest.read(store, pointer, 12)?;
    let word = |at: usize| {
        area.get(at..at.saturating_add(4))
            .and_then(|bytes| bytes.try_into().ok())
            .map_or(0, u32::from_le_bytes)
    };
    let failed = match area.first() {
        Some(0) => false,
        Some(1) => true,
        _ => return Err(HOST_ARGUMENT.into()),
    };
    Ok((failed, guest.read(store, word(4), word(8))?))
}
