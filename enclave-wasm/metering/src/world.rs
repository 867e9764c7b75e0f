//! The world of secret contracts (`enigma:contract@0.1.0`) as core WebAssembly sees it.
//!
//! One table, written after `contracts/wit/secret-contract.wit`, from which the validator takes the signatures, the
//! price schedule its rows, and every engine (through [`crate::PriceSchedule::host_json`]) how to lift and lower.

use wasmparser::ValType;

/// The module name of every import.
pub const HOST_MODULE: &str = "enigma:contract/host@0.1.0";

/// Which imports and exports a module may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum World {
    /// Exactly those of a secret contract.
    SecretContract,
    /// Any: for benchmarks and generated test modules, never for a module that came from outside.
    Any,
}

/// How many bytes a `list<u8>` argument may have. Another number traps the contract as `host-argument`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Any number; memory and price bound it.
    Any,
    /// Exactly this many.
    Exactly(u32),
    /// This many or fewer.
    AtMost(u32),
    /// So many words of 32 bytes or fewer.
    Words(u32),
}

impl Length {
    /// Whether a list may have so many bytes.
    pub fn allows(self, length: u32) -> bool {
        match self {
            Length::Any => true,
            Length::Exactly(exact) => length == exact,
            Length::AtMost(most) => length <= most,
            Length::Words(most) => length.is_multiple_of(32) && length / 32 <= most,
        }
    }
}

/// A parameter of a host function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Param {
    /// A `list<u8>`: pointer and length.
    Bytes(Length),
    /// A `u32` that asks for so many bytes of result, charged like incoming bytes; more traps.
    Count(u32),
    /// A `u32` of any value, not charged.
    U32,
    /// A `u64` of any value, not charged.
    U64,
}

/// The result of a host function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostResult {
    /// None.
    Nothing,
    /// A `u32`, returned directly.
    U32,
    /// A `u64`, returned directly.
    U64,
    /// A `list<u8>` through a return pointer.
    Bytes,
    /// An `option<list<u8>>` through a return pointer.
    OptionalBytes,
}

/// A function of the host interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostFunction {
    /// The name in WIT.
    pub name: &'static str,
    /// The parameters in order.
    pub params: &'static [Param],
    /// The result.
    pub result: HostResult,
}

const KEY: Param = Param::Bytes(Length::AtMost(1_024));
const VALUE: Param = Param::Bytes(Length::AtMost(65_536));
const ANY: Param = Param::Bytes(Length::Any);
/// 32 bytes: a key, a hash, a number of Ethereum.
const WORD: Param = Param::Bytes(Length::Exactly(32));

const ADDRESS: Param = Param::Bytes(Length::Exactly(20));
/// Also an event's data: all effects of a task have no more.
const CALLDATA: Param = Param::Bytes(Length::AtMost(65_536));

const fn function(name: &'static str, params: &'static [Param], result: HostResult) -> HostFunction {
    HostFunction { name, params, result }
}

/// The host interface, in the order of the WIT file.
pub const HOST_FUNCTIONS: &[HostFunction] = &[
    function("storage-get", &[KEY], HostResult::OptionalBytes),
    function("storage-set", &[KEY, VALUE], HostResult::Nothing),
    function("storage-remove", &[KEY], HostResult::Nothing),
    function("storage-next-key", &[KEY], HostResult::OptionalBytes),
    function("sender", &[], HostResult::Bytes),
    function("self-address", &[], HostResult::Bytes),
    function("task-id", &[], HostResult::Bytes),
    function("epoch", &[], HostResult::U64),
    function("block-number", &[], HostResult::U64),
    function("block-timestamp", &[], HostResult::U64),
    function("gas-left", &[], HostResult::U64),
    function("burn-gas", &[Param::U64], HostResult::Nothing),
    function("random", &[Param::Count(65_536)], HostResult::Bytes),
    function("keccak256", &[ANY], HostResult::Bytes),
    function("sha256", &[ANY], HostResult::Bytes),
    function(
        "secp256k1-recover",
        &[WORD, Param::Bytes(Length::Exactly(65))],
        HostResult::OptionalBytes,
    ),
    function(
        "ed25519-verify",
        &[WORD, ANY, Param::Bytes(Length::Exactly(64))],
        HostResult::U32,
    ),
    function("aead-seal", &[WORD, ANY, ANY], HostResult::Bytes),
    function("aead-open", &[WORD, ANY, ANY], HostResult::OptionalBytes),
    function("x25519-public-key", &[WORD], HostResult::Bytes),
    function("x25519-shared-secret", &[WORD, WORD], HostResult::OptionalBytes),
    function("call-contract", &[ADDRESS, CALLDATA, Param::U64], HostResult::Bytes),
    function(
        "call-ethereum",
        &[Param::U32, ADDRESS, WORD, CALLDATA],
        HostResult::Nothing,
    ),
    function(
        "emit-event",
        &[Param::Bytes(Length::Words(4)), CALLDATA],
        HostResult::Nothing,
    ),
    function(
        "emit-private-event",
        &[Param::Bytes(Length::Words(1)), CALLDATA],
        HostResult::Nothing,
    ),
    function("panic", &[ANY], HostResult::Nothing),
    function("debug-log", &[ANY], HostResult::Nothing),
];

impl HostFunction {
    /// The parameters and results of the lowered core function (Component Model canonical ABI).
    pub fn core_signature(&self) -> (Vec<ValType>, Vec<ValType>) {
        let mut params = Vec::new();
        for param in self.params {
            match param {
                Param::Bytes(_) => params.extend([ValType::I32, ValType::I32]),
                Param::Count(_) | Param::U32 => params.push(ValType::I32),
                Param::U64 => params.push(ValType::I64),
            }
        }
        let results = match self.result {
            HostResult::Nothing => vec![],
            HostResult::U32 => vec![ValType::I32],
            HostResult::U64 => vec![ValType::I64],
            HostResult::Bytes | HostResult::OptionalBytes => {
                params.push(ValType::I32);
                vec![]
            }
        };
        (params, results)
    }
}

/// The host function with this name.
pub fn host_function(name: &str) -> Option<&'static HostFunction> {
    HOST_FUNCTIONS.iter().find(|function| function.name == name)
}

/// Exported functions with a fixed signature. Those of [`REQUIRED_FUNCTIONS`] must exist.
pub(crate) fn exported_function(name: &str) -> Option<(&'static [ValType], &'static [ValType])> {
    const I32: ValType = ValType::I32;
    Some(match name {
        "deploy" | "call" | "view" => (&[I32, I32], &[I32]),
        "cabi_realloc" => (&[I32, I32, I32, I32], &[I32]),
        "cabi_post_deploy" | "cabi_post_call" | "cabi_post_view" => (&[I32], &[]),
        // wit-bindgen exports its own copy under a versioned name and lets the linker alias it.
        versioned if versioned.starts_with("cabi_realloc_") => (&[I32, I32, I32, I32], &[I32]),
        _ => return None,
    })
}

/// Exported functions and the memory that every contract has.
pub(crate) const REQUIRED_FUNCTIONS: &[&str] = &["deploy", "call", "cabi_realloc"];
/// The name under which the one memory is exported.
pub(crate) const MEMORY_EXPORT: &str = "memory";
/// Immutable globals that LLVM's linker exports from a cdylib.
pub(crate) const LINKER_GLOBALS: &[&str] = &["__data_end", "__heap_base"];
