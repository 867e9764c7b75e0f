//! Contracts that nobody wrote: what wasm-smith makes of a seed, with the entry points of a contract put around it.
//!
//! The input of `call` says which generated function runs, how deep a recursion goes first, and by how many pages memory
//! grows. What it returns tells of everything that the run left: results, globals, the start of memory, and a sum over all
//! of memory.

use arbitrary::Unstructured;
use enigma_metering::{HOST_FUNCTIONS, world::HOST_MODULE};
use wasm_encoder::{
    EntityType, ExportKind, ExportSection, Function, FunctionSection, ImportSection, Module, TypeSection, ValType,
};
use wasm_smith::Config;

use crate::entry_points::surround;

/// Bytes that wasm-smith makes a module of; fewer make a smaller one.
pub const FULL_SIZE: usize = 3_000;

/// Host functions that a contract is offered.
const OFFERED: usize = 6;

/// The contract of a seed. Some break a rule of metering, mostly by a segment that does not fit.
pub fn random_contract(seed: u64, size: usize) -> Result<Vec<u8>, String> {
    let bytes = random_bytes(seed, size);
    let generated = wasm_smith::Module::new(config(seed), &mut Unstructured::new(&bytes))
        .map_err(|error| error.to_string())?
        .to_bytes();
    surround(&generated, u32::try_from(seed % 40).unwrap_or(0)).map_err(|error| error.to_string())
}

/// The features that contracts may use. Two of three contracts compute only, a third calls the host with whatever it has.
fn config(seed: u64) -> Config {
    let calls_host = seed.is_multiple_of(3);
    Config {
        allow_start_export: false,
        available_imports: calls_host.then(|| host_interface(seed)),
        compact_imports_enabled: false,
        exceptions_enabled: false,
        export_everything: true,
        extended_const_enabled: false,
        gc_enabled: false,
        max_funcs: 8 + OFFERED,
        max_imports: if calls_host { OFFERED } else { 0 },
        max_instructions: 250,
        max_memory32_bytes: 16 * 65_536,
        max_table_elements: 100,
        memory64_enabled: false,
        min_funcs: 3,
        min_memories: 1,
        min_types: 6,
        relaxed_simd_enabled: false,
        simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    }
}

/// A module that imports some host functions, of which wasm-smith takes some.
fn host_interface(seed: u64) -> Vec<u8> {
    let mut types = TypeSection::new();
    let mut imports = ImportSection::new();
    let first = usize::try_from(mixed(seed)).unwrap_or(0) % HOST_FUNCTIONS.len();
    let offered = HOST_FUNCTIONS.iter().cycle().skip(first).take(OFFERED);
    for (index, function) in offered.enumerate() {
        let (params, results) = function.core_signature();
        let words = |list: Vec<wasmparser::ValType>| list.into_iter().map(word).collect::<Vec<_>>();
        types.ty().function(words(params), words(results));
        let kind = EntityType::Function(u32::try_from(index).unwrap_or(0));
        imports.import(HOST_MODULE, function.name, kind);
    }
    // wasm-smith reads imports only of a module that is whole.
    let mut module = Module::new();
    module.section(&types).section(&imports);
    module.section(&FunctionSection::new()).section(&ExportSection::new());
    module.finish()
}

/// Host functions take and return integers alone.
fn word(kind: wasmparser::ValType) -> ValType {
    match kind {
        wasmparser::ValType::I64 => ValType::I64,
        _ => ValType::I32,
    }
}

/// `SplitMix64`, so that a seed means the same bytes whatever the version of a library.
fn random_bytes(seed: u64, count: usize) -> Vec<u8> {
    let mut state = seed;
    let mut bytes = Vec::new();
    while bytes.len() < count {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        bytes.extend(mixed(state).to_le_bytes());
    }
    bytes.truncate(count);
    bytes
}

/// The output function of `SplitMix64`.
pub fn mixed(state: u64) -> u64 {
    let word = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// Exports of a contract, by the functions that [`surround`] appends.
pub fn contract_exports(deploy: u32, call: u32, realloc: u32) -> ExportSection {
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0);
    exports.export("deploy", ExportKind::Func, deploy);
    exports.export("call", ExportKind::Func, call);
    exports.export("cabi_realloc", ExportKind::Func, realloc);
    exports
}

/// A body without its size.
pub fn body(locals: &[(u32, ValType)]) -> Function {
    Function::new(locals.iter().copied())
}
