//! Runs the work of the engine benchmark natively, one request at a time, so that the benchmark can take turns between
//! engines in this process and in its own.
//!
//! `engine-bench <instrumented module>` reads lines and answers each with one:
//!
//! - `wasmi <entry> <input in hex> <times>`: a run in a fresh instance of the module, with an empty state;
//! - `native <work> <size> <times>`: the same work compiled for this machine.
//!
//! The answer is `<nanoseconds of all times> <gas> <result in hex>`, or `error <reason>`. Gas is 0 for native work.

#![forbid(unsafe_code)]

mod memory_host;
mod native_work;
#[path = "../../../contracts/secret/bench/src/work.rs"]
mod work;

use std::io::{BufRead, Write, stdin, stdout};
use std::time::Instant;

use enigma_metering::{Entry, MAX_GAS_LIMIT, RunOutcome};
use enigma_wasmi_runner::PreparedModule;

use crate::memory_host::MemoryHost;

const RULES: u32 = 1;

fn main() -> Result<(), String> {
    let path = std::env::args()
        .nth(1)
        .ok_or("usage: engine-bench <instrumented module>")?;
    let bytes = std::fs::read(&path).map_err(|error| format!("{path}: {error}"))?;
    let module = PreparedModule::new(&bytes, RULES)?;
    for line in stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        let answer = answer(&module, &line).unwrap_or_else(|reason| format!("error {reason}"));
        let mut out = stdout().lock();
        writeln!(out, "{answer}")
            .and_then(|()| out.flush())
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn answer(module: &PreparedModule, line: &str) -> Result<String, String> {
    let words: Vec<&str> = line.split(' ').collect();
    match words.as_slice() {
        ["wasmi", entry, input, times] => in_wasmi(module, entry_named(entry)?, &from_hex(input)?, number(times)?),
        ["native", work, size, times] => natively(work, number(size)?, number(times)?),
        _ => Err("not a request".to_string()),
    }
}

fn in_wasmi(module: &PreparedModule, entry: Entry, input: &[u8], times: u32) -> Result<String, String> {
    let mut last = None;
    let start = Instant::now();
    for _ in 0..times {
        last = Some(module.run(entry, input, MAX_GAS_LIMIT, &mut MemoryHost::default()));
    }
    let nanoseconds = start.elapsed().as_nanos();
    match last {
        Some(RunOutcome::Returned { data, gas_used }) => Ok(format!("{nanoseconds} {gas_used} {}", to_hex(&data))),
        other => Err(format!("{other:?}")),
    }
}

fn natively(work: &str, size: u32, times: u32) -> Result<String, String> {
    let mut result = Vec::new();
    let start = Instant::now();
    for _ in 0..times {
        result = native_work::run(work, size)?;
    }
    Ok(format!("{} 0 {}", start.elapsed().as_nanos(), to_hex(&result)))
}

fn entry_named(name: &str) -> Result<Entry, String> {
    [Entry::Deploy, Entry::Call, Entry::View]
        .into_iter()
        .find(|entry| entry.name() == name)
        .ok_or_else(|| format!("no entry {name}"))
}

fn number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("{text} is no number"))
}

fn from_hex(text: &str) -> Result<Vec<u8>, String> {
    let digit = |at: usize| {
        text.get(at..at.saturating_add(2))
            .and_then(|pair| u8::from_str_radix(pair, 16).ok())
    };
    (0..text.len())
        .step_by(2)
        .map(digit)
        .collect::<Option<_>>()
        .ok_or_else(|| "not hex".to_string())
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
