//! What wasm-smith makes of fixed seeds behaves the same with metering as without, and costs the same each time.
//!
//! A part of these modules goes into `test/vectors/engine/generated.json`, where V8 must find the same results and gas.

mod support;

use std::path::Path;

use enigma_metering::{World, instrument_in};
use serde_json::{Value, json};
use support::generated::{End, Metered, PLENTY, call_metered, call_plain, callable, generate};

const SEEDS: u64 = 400;
/// The first so many seeds, where the instrumented module is small enough to be kept.
const KEPT_SEEDS: u64 = 100;
const KEPT_BYTES: usize = 4_000;

fn instrumented(seed: u64) -> Option<(Vec<u8>, Vec<u8>)> {
    let module = generate(seed);
    // What wasm-smith makes may break a bound of ours (a segment that does not fit); that is tested elsewhere.
    let metered = instrument_in(&module, 1, World::Any).ok()?;
    wasmparser::Validator::new()
        .validate_all(&metered)
        .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    Some((module, metered))
}

fn ended_by_metering(run: &Metered) -> bool {
    run.gas_left < 0 || run.fault != 0
}

/// wasm-smith leaves the NaNs of conversions between floats as they come, so the module itself does not say what it does.
fn converts_floats(module: &[u8]) -> bool {
    let mut bodies = wasmparser::Parser::new(0)
        .parse_all(module)
        .filter_map(|payload| match payload {
            Ok(wasmparser::Payload::CodeSectionEntry(body)) => Some(body),
            _ => None,
        });
    bodies.any(|body| {
        let mut operators = body.get_operators_reader().expect("valid").into_iter();
        operators.any(|operator| {
            matches!(
                operator,
                Ok(wasmparser::Operator::F32DemoteF64 | wasmparser::Operator::F64PromoteF32)
            )
        })
    })
}

#[test]
fn a_metered_module_does_what_the_module_does() {
    let mut compared = 0;
    let mut open_nans = 0;
    for seed in 0..SEEDS {
        let Some((module, metered)) = instrumented(seed) else {
            continue;
        };
        for (name, arguments) in callable(&module) {
            let run = call_metered(&metered, &name, &arguments, PLENTY);
            if ended_by_metering(&run) {
                continue;
            }
            let Some(plain) = call_plain(&module, &name, &arguments) else {
                continue;
            };
            if run.trace != plain && converts_floats(&module) {
                open_nans += 1;
                continue;
            }
            assert_eq!(run.trace, plain, "seed {seed}, export {name}");
            compared += 1;
        }
    }
    assert!(compared > 350, "only {compared} calls could be compared");
    assert!(
        open_nans * 50 < compared,
        "{open_nans} calls differ in modules that convert floats"
    );
}

#[test]
fn gas_repeats_and_the_limit_is_exact() {
    let mut exact = 0;
    for seed in 0..SEEDS {
        let Some((_, metered)) = instrumented(seed) else {
            continue;
        };
        for (name, arguments) in callable(&metered) {
            let run = call_metered(&metered, &name, &arguments, PLENTY);
            assert_eq!(
                call_metered(&metered, &name, &arguments, PLENTY),
                run,
                "seed {seed}, export {name}"
            );
            if ended_by_metering(&run) {
                continue;
            }
            let total = PLENTY - run.gas_left;
            assert!(total > 0, "seed {seed}, export {name}: a call costs something");
            let enough = call_metered(&metered, &name, &arguments, total);
            assert_eq!(
                (enough.trace, enough.gas_left),
                (run.trace, 0),
                "seed {seed}, export {name}"
            );
            let short = call_metered(&metered, &name, &arguments, total - 1);
            assert!(short.gas_left < 0, "seed {seed}, export {name}");
            exact += 1;
        }
    }
    assert!(exact > 350, "only {exact} calls ended by themselves");
}

#[test]
fn instrumenting_repeats_byte_for_byte() {
    for seed in 0..50 {
        assert_eq!(instrumented(seed), instrumented(seed), "seed {seed}");
    }
}

#[test]
fn the_generated_vectors_are_as_recorded() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test/vectors/engine/generated.json");
    let modules: Vec<Value> = (0..KEPT_SEEDS).filter_map(record).collect();
    assert!(modules.len() > 30, "only {} modules", modules.len());
    let observed = json!({ "gasLimit": PLENTY, "modules": modules });
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, serde_json::to_string_pretty(&observed).expect("JSON") + "\n").expect("could not write");
    }
    let text = std::fs::read_to_string(&path).expect("the vectors exist");
    let expected: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(observed, expected);
}

fn record(seed: u64) -> Option<Value> {
    let (_, metered) = instrumented(seed)?;
    if metered.len() > KEPT_BYTES {
        return None;
    }
    let calls: Vec<Value> = callable(&metered)
        .into_iter()
        .map(|(name, arguments)| {
            let run = call_metered(&metered, &name, &arguments, PLENTY);
            let end = match &run.trace.end {
                _ if run.gas_left < 0 => json!("out of gas"),
                _ if run.fault != 0 => json!(format!("fault {}", run.fault)),
                End::Returned(results) => json!(results),
                End::Trapped(code) => json!(code),
            };
            // After gas has run out nothing else counts.
            let exhausted = run.gas_left < 0;
            let memory = if exhausted {
                Value::Null
            } else {
                json!(run.trace.memory)
            };
            let gas = if exhausted {
                Value::Null
            } else {
                json!(PLENTY - run.gas_left)
            };
            json!({ "export": name, "arguments": arguments, "end": end, "memory": memory, "gasUsed": gas })
        })
        .collect();
    let hex: String = metered.iter().map(|byte| format!("{byte:02x}")).collect();
    Some(json!({ "seed": seed, "instrumented": hex, "calls": calls }))
}
