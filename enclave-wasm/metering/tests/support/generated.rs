//! Modules that wasm-smith makes from fixed seeds, and running their exports with and without metering.

use arbitrary::Unstructured;
use enigma_metering::{FAULT_EXPORT, GAS_EXPORT};
use wasm_smith::{Config, Module as Generated};
use wasmi::{Caller, Engine, Extern, ExternType, Func, Instance, Module, Store, Val, ValType};

/// Gas of a run that is not meant to exhaust it.
pub const PLENTY: i64 = 2_000_000;
/// Fuel (wasmi's) that bounds a run without metering.
const FUEL: u64 = 3_000_000;

/// A module of the features that contracts may use. Its NaNs are canonical, as an instrumented module's are.
pub fn generate(seed: u64) -> Vec<u8> {
    let bytes = random_bytes(seed, 3_000);
    let config = Config {
        allow_start_export: false,
        canonicalize_nans: true,
        compact_imports_enabled: false,
        exceptions_enabled: false,
        export_everything: true,
        extended_const_enabled: false,
        gc_enabled: false,
        max_funcs: 8,
        max_imports: 0,
        max_instructions: 250,
        max_memory32_bytes: 64 * 65_536,
        max_table_elements: 100,
        memory64_enabled: false,
        min_funcs: 3,
        min_memories: 1,
        relaxed_simd_enabled: false,
        simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    };
    let module =
        Generated::new(config, &mut Unstructured::new(&bytes)).expect("wasm-smith makes a module of any bytes");
    with_our_nan(module.to_bytes())
}

/// wasm-smith's canonical `f32` NaN is 0x7fe00000, ours is the one that the specification calls so: 0x7fc00000.
fn with_our_nan(mut module: Vec<u8>) -> Vec<u8> {
    const THEIRS: [u8; 5] = [0x43, 0, 0, 0xe0, 0x7f];
    for at in 0..module.len().saturating_sub(THEIRS.len()) {
        if module[at..].starts_with(&THEIRS) {
            module[at + 3] = 0xc0;
        }
    }
    module
}

/// SplitMix64, so that a seed means the same bytes whatever the version of a library.
pub fn random_bytes(seed: u64, count: usize) -> Vec<u8> {
    let mut state = seed;
    let mut bytes = Vec::new();
    while bytes.len() < count {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bytes.extend((word ^ (word >> 31)).to_le_bytes());
    }
    bytes.truncate(count);
    bytes
}

/// How a call of an export ended.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    Returned(Vec<String>),
    Trapped(String),
}

/// A call of an export: how it ended and what it left.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    pub end: End,
    pub memory: String,
    pub globals: Vec<String>,
}

/// A call of an export of an instrumented module.
#[derive(Debug, Clone, PartialEq)]
pub struct Metered {
    pub trace: Trace,
    /// Below zero when exhausted.
    pub gas_left: i64,
    pub fault: i32,
}

/// Names of the exported functions that take and return numbers only, with an argument for each parameter.
pub fn callable(module: &[u8]) -> Vec<(String, Vec<String>)> {
    let module = Module::new(&Engine::default(), module).expect("valid");
    let mut found = Vec::new();
    for export in module.exports() {
        let ExternType::Func(kind) = export.ty() else { continue };
        if export.name().starts_with("enigma_") || kind.params().iter().chain(kind.results()).any(|kind| kind.is_ref())
        {
            continue;
        }
        let arguments = kind
            .params()
            .iter()
            .enumerate()
            .map(|(index, kind)| argument(index, *kind))
            .collect();
        found.push((export.name().to_string(), arguments));
    }
    found
}

fn argument(index: usize, kind: ValType) -> String {
    let number = (index as u64 * 7 + 1) % 5;
    match kind {
        ValType::I32 => format!("i32:{number}"),
        ValType::I64 => format!("i64:{number}"),
        ValType::F32 => format!("f32:{:x}", (number as f32).to_bits()),
        _ => format!("f64:{:x}", (number as f64).to_bits()),
    }
}

fn parse(argument: &str) -> Val {
    let (kind, number) = argument.split_once(':').expect("kind:number");
    match kind {
        "i32" => Val::I32(number.parse().expect("a number")),
        "i64" => Val::I64(number.parse().expect("a number")),
        "f32" => Val::F32(f32::from_bits(u32::from_str_radix(number, 16).expect("bits")).into()),
        _ => Val::F64(f64::from_bits(u64::from_str_radix(number, 16).expect("bits")).into()),
    }
}

fn show(value: &Val) -> String {
    match value {
        Val::I32(number) => format!("i32:{number}"),
        Val::I64(number) => format!("i64:{number}"),
        Val::F32(number) => format!("f32:{:x}", number.to_bits()),
        Val::F64(number) => format!("f64:{:x}", number.to_bits()),
        _ => "ref".to_string(),
    }
}

/// Calls an export of a module as it is. None where it does not end, or exhausts wasmi's own stack.
pub fn call_plain(module: &[u8], name: &str, arguments: &[String]) -> Option<Trace> {
    let mut config = wasmi::Config::default();
    config.consume_fuel(true);
    let (mut store, instance) = start(&Engine::new(&config), module)?;
    store.set_fuel(FUEL).expect("fuel is on");
    let trace = call(&mut store, instance, name, arguments);
    match &trace.end {
        End::Trapped(code) if ["OutOfFuel", "StackOverflow", "OutOfSystemMemory"].contains(&code.as_str()) => None,
        _ => Some(trace),
    }
}

/// Calls an export of an instrumented module.
pub fn call_metered(module: &[u8], name: &str, arguments: &[String], gas: i64) -> Metered {
    let (mut store, instance) = start(&unbounded(), module).expect("an instrumented module starts");
    finish_metered(&mut store, instance, name, arguments, gas)
}

/// An engine whose own bounds lie beyond those of the module.
fn unbounded() -> Engine {
    let mut config = wasmi::Config::default();
    config.set_max_recursion_depth(1 << 20).set_max_stack_height(1 << 24);
    Engine::new(&config)
}

/// What a traced module told: `true` on entering, the function's number, and the gas left at that moment.
pub type Told = Vec<(bool, i32, i64)>;

/// [`call_metered`] for a traced module.
pub fn call_traced(module: &[u8], name: &str, arguments: &[String], gas: i64) -> (Metered, Told) {
    let engine = unbounded();
    let module = Module::new(&engine, module).expect("valid");
    let mut store = Store::new(&engine, Told::new());
    let listening = |store: &mut Store<Told>, entering: bool| {
        Func::wrap(store, move |mut caller: Caller<'_, Told>, function: i32| {
            let counter = caller
                .get_export(GAS_EXPORT)
                .and_then(Extern::into_global)
                .expect("gas");
            let left = counter.get(&caller).i64().expect("i64");
            caller.data_mut().push((entering, function, left));
        })
    };
    let imports = [listening(&mut store, true).into(), listening(&mut store, false).into()];
    let instance = Instance::new(&mut store, &module, &imports).expect("a traced module starts");
    let metered = finish_metered(&mut store, instance, name, arguments, gas);
    (metered, store.into_data())
}

fn finish_metered<T: 'static>(
    store: &mut Store<T>,
    instance: Instance,
    name: &str,
    arguments: &[String],
    gas: i64,
) -> Metered {
    let counter = instance.get_global(&*store, GAS_EXPORT).expect("gas");
    counter.set(&mut *store, Val::I64(gas)).expect("mutable");
    let trace = call(store, instance, name, arguments);
    let gas_left = counter.get(&*store).i64().expect("i64");
    let fault = instance
        .get_global(&*store, FAULT_EXPORT)
        .expect("fault")
        .get(&*store)
        .i32()
        .expect("i32");
    Metered { trace, gas_left, fault }
}

fn start(engine: &Engine, module: &[u8]) -> Option<(Store<()>, Instance)> {
    let module = Module::new(engine, module).expect("valid");
    let mut store = Store::new(engine, ());
    if store.get_fuel().is_ok() {
        store.set_fuel(FUEL).expect("fuel is on");
    }
    let instance = Instance::new(&mut store, &module, &[]).ok()?;
    Some((store, instance))
}

fn call<T: 'static>(store: &mut Store<T>, instance: Instance, name: &str, arguments: &[String]) -> Trace {
    let function = instance.get_func(&*store, name).expect("exported");
    let arguments: Vec<Val> = arguments.iter().map(|argument| parse(argument)).collect();
    let kind = function.ty(&*store);
    let mut results: Vec<Val> = kind.results().iter().map(|kind| Val::default_for_ty(*kind)).collect();
    let end = match function.call(&mut *store, &arguments, &mut results) {
        Ok(()) => End::Returned(results.iter().map(show).collect()),
        Err(error) => End::Trapped(
            error
                .as_trap_code()
                .map_or(error.to_string(), |code| format!("{code:?}")),
        ),
    };
    let mut memory = String::new();
    let mut globals = Vec::new();
    let exports: Vec<(String, Extern)> = instance
        .exports(&*store)
        .map(|export| (export.name().to_string(), export.into_extern()))
        .collect();
    for (name, export) in exports {
        match export {
            Extern::Memory(found) => memory = super::cases::digest(found.data(&*store)),
            Extern::Global(global) if !name.starts_with("enigma_") => {
                globals.push(format!("{name}={}", show(&global.get(&*store))));
            }
            _ => {}
        }
    }
    globals.sort();
    Trace { end, memory, globals }
}
