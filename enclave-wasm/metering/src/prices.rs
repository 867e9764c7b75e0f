//! The price schedule: what one gas buys. Part of the protocol, versioned by a task's `rules`.
//!
//! Changing any number here changes receipts, so it is a new version of the rules beside the old one, which enclaves keep
//! to replay old tasks.

use crate::json;
use crate::weights::Weights;
use crate::world::{HOST_FUNCTIONS, HostFunction, HostResult, Length, Param};

/// Price of one host function. Charged before it runs; the bytes of its result before they are handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostPrice {
    /// For the call.
    pub base: u64,
    /// For each byte of its arguments (for `random`: of the length that it asks for).
    pub byte_in: u64,
    /// For each byte of its result.
    pub byte_out: u64,
}

/// All prices of one version of the rules.
#[derive(Debug, Clone, Copy)]
pub struct PriceSchedule {
    /// The version.
    pub rules: u32,
    /// Instructions and memory.
    pub weights: Weights,
    /// Any task, before its contract runs: decrypting, a fresh instance, sealing, signing.
    pub task: u64,
    /// Each byte of a call's plaintext input.
    pub input_byte: u64,
    /// Each byte of a deployed module: validating, instrumenting, compiling.
    pub module_byte: u64,
    /// Each byte that an entry point returns, as a result or as an error.
    pub output_byte: u64,
    host: fn(&str) -> HostPrice,
}

/// Rules 1.
static RULES_1: PriceSchedule = PriceSchedule {
    rules: 1,
    weights: Weights {
        plain: 1,
        memory: 2,
        multiply: 4,
        divide: 16,
        float: 48,
        branch: 2,
        call: 4,
        call_indirect: 12,
        entry: 4,
        table_get: 8,
        table_set: 64,
        bulk: 128,
        bulk_byte_shift: 3,
        table_entry: 48,
        grow: 2_048,
        page: 8_192,
    },
    task: 10_000,
    input_byte: 1,
    module_byte: 2,
    output_byte: 2,
    host: host_price_1,
};

/// By the time of each in the enclave's WebAssembly at half a nanosecond for one gas, rounded up: crossing into the host and
/// copying short lists 0.2 to 0.4 µs; a signature recovered 0.5 ms, an X25519 key 0.2 ms, hashes and ciphers about 10 ns
/// a byte; a fresh instance for a called contract 30 µs. What is written also costs every node that keeps the log, so it is
/// dearer than what is read; effects are hashed, signed and carried to Ethereum, and a private event is padded to twice its size.
fn host_price_1(name: &str) -> HostPrice {
    let (base, byte_in, byte_out) = match name {
        "storage-get" => (2_000, 2, 2),
        "storage-set" => (4_000, 8, 0),
        "storage-remove" => (4_000, 8, 0),
        "storage-next-key" => (2_000, 2, 2),
        "random" => (2_000, 8, 2),
        "keccak256" => (2_000, 24, 2),
        "sha256" => (2_000, 24, 2),
        "secp256k1-recover" => (1_200_000, 2, 2),
        "ed25519-verify" => (600_000, 24, 0),
        "aead-seal" => (6_000, 24, 2),
        "aead-open" => (6_000, 24, 2),
        "x25519-public-key" => (400_000, 2, 2),
        "x25519-shared-secret" => (400_000, 2, 2),
        "call-contract" => (60_000, 4, 4),
        "call-ethereum" => (8_000, 32, 0),
        "emit-event" => (16_000, 64, 0),
        "emit-private-event" => (416_000, 128, 0),
        "panic" | "debug-log" => (1_000, 2, 0),
        // Without the amount that `burn-gas` burns.
        "gas-left" | "burn-gas" => (200, 0, 0),
        // sender, self-address, task-id, epoch, block-number, block-timestamp
        _ => (1_000, 0, 2),
    };
    HostPrice {
        base,
        byte_in,
        byte_out,
    }
}

/// The schedule of a version of the rules, or none that this enclave knows.
pub fn schedule(rules: u32) -> Option<&'static PriceSchedule> {
    (rules == RULES_1.rules).then_some(&RULES_1)
}

impl PriceSchedule {
    /// The price of a host function.
    pub fn host_price(&self, name: &str) -> HostPrice {
        (self.host)(name)
    }

    /// Gas of a call before its contract runs; `input_len` is the plaintext's, without padding.
    pub fn call_intrinsic(&self, input_len: usize) -> u64 {
        self.task
            .saturating_add(self.input_byte.saturating_mul(input_len as u64))
    }

    /// Gas of a deployment before the constructor runs.
    pub fn deploy_intrinsic(&self, module_len: usize) -> u64 {
        self.task
            .saturating_add(self.module_byte.saturating_mul(module_len as u64))
    }

    /// What the TypeScript engines need to know of the interface and its prices, as one JSON object.
    pub fn host_json(&self) -> String {
        let functions: Vec<String> = HOST_FUNCTIONS
            .iter()
            .map(|function| self.function_json(function))
            .collect();
        format!(
            "{{\"rules\":{},\"memoryPage\":{},\"outputByte\":{},\"stackSlots\":{},\"callSlots\":{},\"functions\":{{{}}}}}",
            self.rules,
            self.weights.page,
            self.output_byte,
            crate::limits::STACK_SLOTS,
            crate::limits::CALL_SLOTS,
            functions.join(",")
        )
    }

    fn function_json(&self, function: &HostFunction) -> String {
        let price = self.host_price(function.name);
        let params: Vec<String> = function.params.iter().map(param_json).collect();
        let result = match function.result {
            HostResult::Nothing => "nothing",
            HostResult::U32 => "u32",
            HostResult::U64 => "u64",
            HostResult::Bytes => "bytes",
            HostResult::OptionalBytes => "optional-bytes",
        };
        format!(
            "{}:{{\"base\":{},\"byteIn\":{},\"byteOut\":{},\"params\":[{}],\"result\":\"{result}\"}}",
            json::string(function.name),
            price.base,
            price.byte_in,
            price.byte_out,
            params.join(",")
        )
    }
}

fn param_json(param: &Param) -> String {
    let (kind, least, most, unit) = match param {
        Param::Bytes(Length::Any) => ("bytes", 0, u32::MAX, 1),
        Param::Bytes(Length::Exactly(length)) => ("bytes", *length, *length, 1),
        Param::Bytes(Length::AtMost(length)) => ("bytes", 0, *length, 1),
        Param::Bytes(Length::Words(words)) => ("bytes", 0, words.saturating_mul(32), 32),
        Param::Count(most) => ("count", 0, *most, 1),
        Param::U32 => return "{\"kind\":\"u32\"}".to_string(),
        Param::U64 => return "{\"kind\":\"u64\"}".to_string(),
    };
    format!("{{\"kind\":\"{kind}\",\"least\":{least},\"most\":{most},\"unit\":{unit}}}")
}
