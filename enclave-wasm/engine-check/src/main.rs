//! The native half of `npm run fuzz` and of the tests that compare engines: answers each line with one of JSON.
//!
//! - `contract <seed> <size>`: a random contract, instrumented, with all its runs in wasmi;
//! - `deploy <instrumented module, hex>`: the contract that the next runs are of, with an empty state;
//! - `run <entry> <input, hex or -> <gas> <sender, hex>`: a run of that contract;
//! - `scripts`: names of the official test scripts;
//! - `script <name>`: a script as commands for other engines, and what came of them in wasmi.
//!
//! A request that fails is answered with `{"error": reason}`.

#![forbid(unsafe_code)]

mod entry_points;
#[path = "../../metering/tests/support/mock_host.rs"]
mod mock_host;
mod observation;
mod random_contract;
#[cfg(test)]
mod recorded_scripts;
mod script_run;
mod test_scripts;

use std::io::{BufRead, Write, stdin, stdout};

use enigma_metering::{Entry, instrument};
use serde_json::{Value, json};

use crate::observation::{Deployed, hex, runs_of};
use crate::random_contract::random_contract;

fn main() -> Result<(), String> {
    let mut deployed = None;
    for line in stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        let answer = answer(&mut deployed, &line).unwrap_or_else(|reason| json!({ "error": reason }));
        let mut out = stdout().lock();
        writeln!(out, "{answer}")
            .and_then(|()| out.flush())
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn answer(deployed: &mut Option<Deployed>, line: &str) -> Result<Value, String> {
    let words: Vec<&str> = line.split(' ').collect();
    match words.as_slice() {
        ["contract", seed, size] => contract(number(seed)?, number(size)?),
        ["deploy", module] => {
            *deployed = Some(Deployed::new(&from_hex(module)?)?);
            Ok(json!({}))
        }
        ["run", entry, input, gas, sender] => {
            let contract = deployed.as_mut().ok_or("nothing is deployed")?;
            let input = if *input == "-" { Vec::new() } else { from_hex(input)? };
            Ok(contract.run(entry_named(entry)?, &input, number(gas)?, &from_hex(sender)?))
        }
        ["scripts"] => Ok(json!(test_scripts::names())),
        ["script", name] => {
            let commands = test_scripts::commands(name)?;
            let result = script_run::run_script(&commands).json();
            Ok(json!({ "commands": commands, "wasmi": result }))
        }
        _ => Err("not a request".to_string()),
    }
}

fn contract(seed: u64, size: u64) -> Result<Value, String> {
    let module = random_contract(seed, usize::try_from(size).unwrap_or(random_contract::FULL_SIZE))?;
    match instrument(&module, 1) {
        Ok(instrumented) => Ok(json!({
            "module": hex(&module),
            "instrumented": hex(&instrumented),
            "runs": runs_of(seed, &instrumented)?,
        })),
        Err(refusal) => Ok(json!({ "refused": refusal.code(), "sentence": refusal.sentence() })),
    }
}

fn entry_named(name: &str) -> Result<Entry, String> {
    [Entry::Deploy, Entry::Call, Entry::View]
        .into_iter()
        .find(|entry| entry.name() == name)
        .ok_or_else(|| format!("no entry {name}"))
}

fn number(text: &str) -> Result<u64, String> {
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
