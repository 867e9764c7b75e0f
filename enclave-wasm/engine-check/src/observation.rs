//! Runs of instrumented contracts in wasmi and all that they leave, in the form of `test/vectors/engine`.

use enigma_metering::{Entry, RunOutcome};
use enigma_wasmi_runner::Modules;
use serde_json::{Value, json};

use crate::mock_host::MockHost;
use crate::random_contract::mixed;

/// Gas of a run that is not meant to exhaust it.
const PLENTY: u64 = 3_000_000;
/// Limits that are tried of a run whose total is not small.
const SAMPLED_LIMITS: u64 = 6;
/// What the first page of memory costs, before anything runs.
const PAGE: u64 = 8_192;
/// Every limit is tried of a run that uses no more than so much beyond its instance, of one in so many.
const SEEDS_OF_A_SWEEP: u64 = 50;
const EVERY_LIMIT: u64 = 2_300;

/// A contract on a host of its own, whose state lasts.
pub struct Deployed {
    modules: Modules,
    host: MockHost,
}

impl Deployed {
    /// Translates an instrumented module.
    ///
    /// # Errors
    /// wasmi's reason.
    pub fn new(instrumented: &[u8]) -> Result<Self, String> {
        let mut modules = Modules::default();
        modules.compile(instrumented, 1)?;
        Ok(Self {
            modules,
            host: MockHost::default(),
        })
    }

    /// Runs an entry point. What it did stands if it returned.
    pub fn run(&mut self, entry: Entry, input: &[u8], gas_limit: u64, sender: &[u8]) -> Value {
        let before = self.host.clone();
        self.host.begin(entry == Entry::View, sender);
        let outcome = self.modules.run(0, entry, input, gas_limit, &mut self.host);
        let observed = observed(entry, input, gas_limit, &outcome, &self.host);
        if !matches!(outcome, RunOutcome::Returned { .. }) {
            self.host = before;
        }
        observed
    }
}

/// Inputs of a random contract: function, depth of the recursion (two bytes), pages to grow by.
const INPUTS: [[u8; 4]; 7] = [
    [0, 0, 0, 0],
    [1, 3, 0, 1],
    [2, 0, 0, 0],
    [3, 40, 1, 0],
    [4, 0, 0, 2],
    [255, 255, 255, 0],
    [255, 0, 0, 255],
];

/// All runs of a random contract: every input with enough gas, and again with less.
pub fn runs_of(seed: u64, instrumented: &[u8]) -> Result<Vec<Value>, String> {
    let mut runs = Vec::new();
    for (place, input) in INPUTS.iter().enumerate() {
        let mut run = |gas_limit: u64| -> Result<u64, String> {
            let observed = Deployed::new(instrumented)?.run(Entry::Call, input, gas_limit, &SENDER);
            let used = observed["outcome"]["gasUsed"].as_u64().unwrap_or(0);
            runs.push(observed);
            Ok(used)
        };
        let total = run(PLENTY)?;
        for limit in limits(seed.wrapping_mul(INPUTS.len() as u64).wrapping_add(place as u64), total) {
            run(limit)?;
        }
    }
    Ok(runs)
}

/// The account that calls where no other is named.
pub const SENDER: [u8; 20] = [0x11; 20];

/// Limits at or below a total: all of them where it is small, else the edges and a sample.
fn limits(seed: u64, total: u64) -> Vec<u64> {
    let beyond = total.saturating_sub(PAGE);
    if beyond <= EVERY_LIMIT && seed.is_multiple_of(SEEDS_OF_A_SWEEP) {
        return (PAGE.saturating_sub(1)..=total).collect();
    }
    let sampled = (0..SAMPLED_LIMITS).map(|sample| {
        let drawn = mixed(seed.wrapping_mul(31).wrapping_add(sample));
        PAGE.saturating_add(drawn % beyond)
    });
    [total, total.saturating_sub(1)].into_iter().chain(sampled).collect()
}

fn observed(entry: Entry, input: &[u8], gas_limit: u64, outcome: &RunOutcome, host: &MockHost) -> Value {
    let storage: Vec<Value> = host
        .storage()
        .iter()
        .map(|(key, value)| json!([digest(key), digest(value)]))
        .collect();
    let effects: Vec<String> = host.effects().iter().map(|effect| digest(effect)).collect();
    let logs: Vec<String> = host.logs.iter().map(|line| digest(line)).collect();
    json!({
        "note": "",
        "entry": entry.name(),
        "input": hex(input),
        "gasLimit": gas_limit,
        "outcome": outcome_json(outcome),
        "storage": storage,
        "logs": logs,
        "effects": effects,
        "calls": host.calls,
    })
}

fn outcome_json(outcome: &RunOutcome) -> Value {
    let (kind, gas_used) = match outcome {
        RunOutcome::Returned { gas_used, .. } => ("returned", gas_used),
        RunOutcome::Reverted { gas_used, .. } => ("reverted", gas_used),
        RunOutcome::Panicked { gas_used, .. } => ("panicked", gas_used),
        RunOutcome::OutOfGas { gas_used } => ("out-of-gas", gas_used),
        RunOutcome::OutOfMemory { gas_used } => ("out-of-memory", gas_used),
        RunOutcome::StackOverflow { gas_used } => ("stack-overflow", gas_used),
        RunOutcome::Trapped { trap, gas_used } => {
            return json!({"kind": "trapped", "trap": trap.code(), "gasUsed": gas_used});
        }
        RunOutcome::NodeFault { reason } => return json!({"kind": "node-fault", "reason": reason}),
    };
    match outcome {
        RunOutcome::Returned { data, .. } | RunOutcome::Reverted { data, .. } | RunOutcome::Panicked { data, .. } => {
            json!({"kind": kind, "data": digest(data), "gasUsed": gas_used})
        }
        _ => json!({"kind": kind, "gasUsed": gas_used}),
    }
}

/// Hex, or length and FNV-1a (64 bits) of what is too long to read.
pub fn digest(data: &[u8]) -> String {
    if data.len() <= 256 {
        return hex(data);
    }
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in data {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    format!("{} bytes, fnv1a {hash:016x}", data.len())
}

/// Lower-case hex.
pub fn hex(data: &[u8]) -> String {
    data.iter().map(|byte| format!("{byte:02x}")).collect()
}
