//! The cases of `test/vectors/engine`: a guest (`.wat` or `.wasm`), its runs (`.runs`), and what every engine must make of them
//! (`.json`, and the instrumented module beside it). `BLESS=1` writes the expectations.

use std::fs;
use std::path::{Path, PathBuf};

use enigma_metering::{Entry, RunOutcome};
use enigma_wasmi_runner::Modules;
use serde_json::{Value, json};

use super::mock_host::MockHost;

pub struct Case {
    pub name: String,
    pub module: Vec<u8>,
    pub runs: Vec<Run>,
    folder: PathBuf,
}

pub struct Run {
    pub entry: Entry,
    pub input: Vec<u8>,
    pub gas_limit: u64,
    pub note: String,
}

pub fn all() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test/vectors/engine");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("the vectors exist")
        .filter_map(|entry| {
            entry
                .ok()?
                .file_name()
                .to_str()?
                .strip_suffix(".runs")
                .map(str::to_string)
        })
        .collect();
    names.sort();
    names.into_iter().map(|name| read(&folder, name)).collect()
}

fn read(folder: &Path, name: String) -> Case {
    let text = folder.join(format!("{name}.wat"));
    let module = match text.exists() {
        true => wat::parse_file(text).expect("the case is WebAssembly text"),
        false => fs::read(folder.join(format!("{name}.wasm"))).expect("the case has a module"),
    };
    let runs = fs::read_to_string(folder.join(format!("{name}.runs"))).expect("the case has runs");
    let runs = runs.lines().map(parse_run).collect();
    Case {
        name,
        module,
        runs,
        folder: folder.to_path_buf(),
    }
}

fn parse_run(line: &str) -> Run {
    let (words, note) = line.split_once(" # ").expect("a run has a note");
    let words: Vec<&str> = words.split(' ').collect();
    let entry = match words[0] {
        "deploy" => Entry::Deploy,
        "call" => Entry::Call,
        "view" => Entry::View,
        other => panic!("no entry point {other}"),
    };
    let input = if words[1] == "-" { Vec::new() } else { bytes(words[1]) };
    Run {
        entry,
        input,
        gas_limit: words[2].parse().expect("a gas limit"),
        note: note.to_string(),
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex"))
        .collect()
}

/// Hex, or length and FNV-1a (64 bits) of what is too long to read.
pub fn digest(data: &[u8]) -> String {
    if data.len() <= 256 {
        return data.iter().map(|byte| format!("{byte:02x}")).collect();
    }
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in data {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    format!("{} bytes, fnv1a {hash:016x}", data.len())
}

pub fn outcome_json(outcome: &RunOutcome) -> Value {
    match outcome {
        RunOutcome::Returned { data, gas_used } => {
            json!({"kind": "returned", "data": digest(data), "gasUsed": gas_used})
        }
        RunOutcome::Reverted { data, gas_used } => {
            json!({"kind": "reverted", "data": digest(data), "gasUsed": gas_used})
        }
        RunOutcome::Panicked { data, gas_used } => {
            json!({"kind": "panicked", "data": digest(data), "gasUsed": gas_used})
        }
        RunOutcome::OutOfGas { gas_used } => json!({"kind": "out-of-gas", "gasUsed": gas_used}),
        RunOutcome::OutOfMemory { gas_used } => json!({"kind": "out-of-memory", "gasUsed": gas_used}),
        RunOutcome::StackOverflow { gas_used } => json!({"kind": "stack-overflow", "gasUsed": gas_used}),
        RunOutcome::Trapped { trap, gas_used } => json!({"kind": "trapped", "trap": trap.code(), "gasUsed": gas_used}),
        RunOutcome::NodeFault { reason } => json!({"kind": "node-fault", "reason": reason}),
    }
}

impl Case {
    /// Runs everything in wasmi.
    pub fn observe(&self, instrumented: &[u8]) -> Value {
        let runs: Vec<Value> = self
            .runs
            .iter()
            .map(|run| observe_run(instrumented, run, run.gas_limit))
            .collect();
        json!({ "runs": runs })
    }

    pub fn expected(&self) -> Value {
        let text = fs::read_to_string(self.path("json")).expect("the case was blessed");
        serde_json::from_str(&text).expect("the expectation is JSON")
    }

    pub fn expected_module(&self) -> Vec<u8> {
        fs::read(self.path("instrumented.wasm")).expect("the case was blessed")
    }

    pub fn bless(&self, instrumented: &[u8], observed: &Value) {
        fs::write(self.path("instrumented.wasm"), instrumented).expect("could not write");
        let text = serde_json::to_string_pretty(observed).expect("JSON");
        fs::write(self.path("json"), text + "\n").expect("could not write");
    }

    fn path(&self, ending: &str) -> PathBuf {
        self.folder.join(format!("{}.{ending}", self.name))
    }
}

pub fn observe_run(instrumented: &[u8], wanted: &Run, gas_limit: u64) -> Value {
    let mut host = MockHost::default();
    host.view = wanted.entry == Entry::View;
    // Contracts call the case's own module, number 0.
    let mut modules = Modules::default();
    modules
        .compile(instrumented, 1)
        .expect("wasmi takes what metering made");
    let outcome = modules.run(0, wanted.entry, &wanted.input, gas_limit, &mut host);
    let storage: Vec<Value> = host
        .storage()
        .iter()
        .map(|(key, value)| json!([digest(key), digest(value)]))
        .collect();
    let effects: Vec<String> = host.effects().iter().map(|effect| digest(effect)).collect();
    let logs: Vec<String> = host.logs.iter().map(|line| digest(line)).collect();
    json!({
        "note": wanted.note,
        "entry": wanted.entry.name(),
        "input": wanted.input.iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
        "gasLimit": gas_limit,
        "outcome": outcome_json(&outcome),
        "storage": storage,
        "logs": logs,
        "effects": effects,
        "calls": host.calls,
    })
}
