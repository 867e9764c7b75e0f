//! The imports of a contract: checks, charges, and calls of the host.

use enigma_metering::world::{HostFunction, Param, host_function};
use enigma_metering::{HostError, HostFunctions, TRACE_MODULE, TrapCode};
use wasmi::{Caller, Error, Extern, ExternType, Func, Module, Store, Val};

use crate::contract_call::call_contract;
use crate::guest::{Guest, GuestState, lower_list};
use crate::signal::Signal;

const HOST_ARGUMENT: Signal = Signal::Trapped(TrapCode::HostArgument);

/// What a host function answered.
enum Answer {
    Nothing,
    U32(u32),
    U64(u64),
    Bytes(Vec<u8>),
    Optional(Option<Vec<u8>>),
}

/// The imports that a module asks for, in its order.
pub(crate) fn imports(store: &mut Store<GuestState<'_>>, module: &Module) -> Result<Vec<Extern>, Error> {
    let mut imports = Vec::new();
    for import in module.imports() {
        if import.module() == TRACE_MODULE {
            // Nobody listens here: a traced module runs to the same end.
            imports.push(Extern::Func(Func::wrap(&mut *store, |_: i32| ())));
            continue;
        }
        let (Some(function), ExternType::Func(kind)) = (host_function(import.name()), import.ty()) else {
            return Err(Error::new(format!("unknown import {}", import.name())));
        };
        let call = move |caller: Caller<'_, GuestState<'_>>, params: &[Val], results: &mut [Val]| {
            host_call(caller, function, params, results)
        };
        imports.push(Extern::Func(Func::new(&mut *store, kind.clone(), call)));
    }
    Ok(imports)
}

fn host_call(
    mut caller: Caller<'_, GuestState<'_>>,
    function: &'static HostFunction,
    params: &[Val],
    results: &mut [Val],
) -> Result<(), Error> {
    let state = caller.data();
    if state.inside_guest_service {
        return Err(Signal::Trapped(TrapCode::HostReentry).into());
    }
    let guest = state.guest.ok_or_else(|| Error::new("no guest"))?;
    let price = state.prices.host_price(function.name);
    let left = guest.gas(&caller);
    if left < 0 {
        return Err(Signal::OutOfGas.into());
    }
    let mut words = params.iter();
    let arguments = lift(&caller, guest, function, &mut words)?;
    guest.charge(
        &mut caller,
        price
            .base
            .saturating_add(price.byte_in.saturating_mul(arguments.charged())),
    )?;
    let answer = match function.name {
        "gas-left" => Answer::U64(left.unsigned_abs()),
        "burn-gas" => {
            guest.charge(&mut caller, arguments.number)?;
            Answer::Nothing
        }
        "panic" => return Err(Signal::Panicked(arguments.list(0).to_vec()).into()),
        "call-contract" => Answer::Bytes(call_contract(
            &mut caller,
            guest,
            arguments.list(0),
            arguments.list(1),
            arguments.number,
        )?),
        name => ask(caller.data_mut().host, name, &arguments).map_err(Signal::from)?,
    };
    let return_pointer = word(&mut words);
    match answer {
        Answer::Nothing => {}
        Answer::U32(value) => set(results, Val::I32(value.cast_signed())),
        Answer::U64(value) => set(results, Val::I64(value.cast_signed())),
        Answer::Bytes(bytes) => {
            guest.charge(&mut caller, price.byte_out.saturating_mul(bytes.len() as u64))?;
            let (pointer, length) = lower_list(&mut caller, guest, &bytes)?;
            store_words(&mut caller, guest, return_pointer, &[pointer, length])?;
        }
        Answer::Optional(None) => store_words(&mut caller, guest, return_pointer, &[0])?,
        Answer::Optional(Some(bytes)) => {
            guest.charge(&mut caller, price.byte_out.saturating_mul(bytes.len() as u64))?;
            let (pointer, length) = lower_list(&mut caller, guest, &bytes)?;
            store_words(&mut caller, guest, return_pointer, &[1, pointer, length])?;
        }
    }
    Ok(())
}

fn set(results: &mut [Val], value: Val) {
    if let Some(result) = results.first_mut() {
        *result = value;
    }
}

/// Lifted arguments. No function has more than one that is no list.
#[derive(Default)]
struct Arguments {
    lists: Vec<Vec<u8>>,
    /// How many bytes of result are asked for.
    count: u32,
    number: u64,
}

impl Arguments {
    fn list(&self, index: usize) -> &[u8] {
        self.lists.get(index).map_or(&[][..], Vec::as_slice)
    }

    /// Bytes that are charged as incoming.
    fn charged(&self) -> u64 {
        let lists = self.lists.iter().map(|list| list.len() as u64).sum::<u64>();
        lists.saturating_add(u64::from(self.count))
    }
}

fn word(words: &mut core::slice::Iter<'_, Val>) -> u32 {
    words.next().and_then(Val::i32).unwrap_or(0).cast_unsigned()
}

/// Reads the arguments: first all bounds, then all lengths.
fn lift(
    caller: &Caller<'_, GuestState<'_>>,
    guest: Guest,
    function: &HostFunction,
    words: &mut core::slice::Iter<'_, Val>,
) -> Result<Arguments, Error> {
    let mut found = Arguments::default();
    for param in function.params {
        match param {
            Param::Bytes(_) => {
                let (pointer, length) = (word(words), word(words));
                found.lists.push(guest.read(caller, pointer, length)?);
            }
            Param::Count(_) => found.count = word(words),
            Param::U32 => found.number = u64::from(word(words)),
            Param::U64 => found.number = words.next().and_then(Val::i64).unwrap_or(0).cast_unsigned(),
        }
    }
    let mut lists = found.lists.iter();
    for param in function.params {
        let fits = match param {
            Param::Bytes(length) => lists
                .next()
                .is_some_and(|list| u32::try_from(list.len()).is_ok_and(|size| length.allows(size))),
            Param::Count(most) => found.count <= *most,
            Param::U32 | Param::U64 => true,
        };
        if !fits {
            return Err(HOST_ARGUMENT.into());
        }
    }
    Ok(found)
}

fn ask(host: &mut dyn HostFunctions, name: &str, arguments: &Arguments) -> Result<Answer, HostError> {
    let (first, second, third) = (arguments.list(0), arguments.list(1), arguments.list(2));
    Ok(match name {
        "storage-get" => Answer::Optional(host.storage_get(first)?),
        "storage-set" => nothing(host.storage_set(first, second)?),
        "storage-remove" => nothing(host.storage_remove(first)?),
        "storage-next-key" => Answer::Optional(host.storage_next_key(first)?),
        "sender" => Answer::Bytes(host.sender()?),
        "self-address" => Answer::Bytes(host.self_address()?),
        "task-id" => Answer::Bytes(host.task_id()?),
        "epoch" => Answer::U64(host.epoch()?),
        "block-number" => Answer::U64(host.block_number()?),
        "block-timestamp" => Answer::U64(host.block_timestamp()?),
        "random" => Answer::Bytes(host.random(arguments.count)?),
        "keccak256" => Answer::Bytes(host.keccak256(first)?),
        "sha256" => Answer::Bytes(host.sha256(first)?),
        "secp256k1-recover" => Answer::Optional(host.secp256k1_recover(first, second)?),
        "ed25519-verify" => Answer::U32(host.ed25519_verify(first, second, third)?),
        "aead-seal" => Answer::Bytes(host.aead_seal(first, second, third)?),
        "aead-open" => Answer::Optional(host.aead_open(first, second, third)?),
        "x25519-public-key" => Answer::Bytes(host.x25519_public_key(first)?),
        "x25519-shared-secret" => Answer::Optional(host.x25519_shared_secret(first, second)?),
        "call-ethereum" => nothing(host.call_ethereum(arguments.number != 0, first, second, third)?),
        "emit-event" => nothing(host.emit_event(first, second)?),
        "emit-private-event" => nothing(host.emit_private_event(first, second)?),
        "debug-log" => nothing(host.debug_log(first)?),
        other => return Err(HostError::Fault(format!("no host function {other}"))),
    })
}

fn nothing((): ()) -> Answer {
    Answer::Nothing
}

/// Writes a discriminant (one byte, where three or one words are given) and words to the return area.
fn store_words(caller: &mut Caller<'_, GuestState<'_>>, guest: Guest, at: u32, words: &[u32]) -> Result<(), Error> {
    if !at.is_multiple_of(4) {
        return Err(HOST_ARGUMENT.into());
    }
    let optional = words.len() != 2;
    // The whole area must lie in memory, also where only the discriminant is written.
    guest.read(&*caller, at, if optional { 12 } else { 8 })?;
    let mut offset = at;
    for (index, word) in words.iter().enumerate() {
        let bytes = word.to_le_bytes();
        let written = if optional && index == 0 {
            bytes.get(..1).unwrap_or_default()
        } else {
            &bytes[..]
        };
        guest.write(&mut *caller, offset, written)?;
        offset = offset.saturating_add(4);
    }
    Ok(())
}
