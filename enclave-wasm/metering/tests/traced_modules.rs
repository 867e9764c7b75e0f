//! A traced module does, ends and costs what the plainly instrumented one does, wherever gas or stack end.

mod support;

use enigma_metering::{World, instrument, instrument_in, instrument_traced, instrument_traced_in, sequence};
use proptest::prelude::*;
use support::cases::{self, observe_run};
use support::generated::{End, Metered, PLENTY, Told, call_metered, call_traced, callable, generate};

/// A module that is metered plainly, and that is traced as well.
fn both(module: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let plain = instrument_in(module, 1, World::Any).ok()?;
    let traced = instrument_traced_in(module, 1, World::Any).expect("what can be metered can be traced");
    wasmparser::Validator::new().validate_all(&traced).expect("valid");
    Some((plain, traced))
}

fn from_text(text: &str) -> (Vec<u8>, Vec<u8>) {
    both(&wat::parse_str(text).expect("the test is WebAssembly text")).expect("valid")
}

/// Gas that each call of a function took by itself, in the order in which they were left.
fn own_gas(told: &Told) -> Vec<(i32, i64)> {
    let mut open: Vec<(i32, i64, i64)> = Vec::new();
    let mut own = Vec::new();
    for (entering, function, left) in told {
        if *entering {
            open.push((*function, *left, 0));
            continue;
        }
        let (entered, before, inner) = open.pop().expect("what is left was entered");
        assert_eq!(
            entered, *function,
            "functions are left in the order opposite to that of entering"
        );
        own.push((entered, before - left - inner));
        if let Some((_, _, callers_inner)) = open.last_mut() {
            *callers_inner += before - left;
        }
    }
    assert!(open.is_empty(), "a run that returns leaves every function");
    own
}

fn returned(run: &Metered) -> bool {
    matches!(run.trace.end, End::Returned(_)) && run.gas_left >= 0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn generated_modules_end_alike_at_any_gas_limit(seed in 0u64..100_000, share in 0i64..1_000) {
        let Some((plain, traced)) = both(&generate(seed)) else { return Ok(()) };
        for (name, arguments) in callable(&plain) {
            let whole = call_metered(&plain, &name, &arguments, PLENTY);
            let total = PLENTY - whole.gas_left;
            for limit in [PLENTY, total, total - 1, total * share / 1_000] {
                let expected = call_metered(&plain, &name, &arguments, limit);
                let (found, told) = call_traced(&traced, &name, &arguments, limit);
                prop_assert_eq!(&found, &expected, "seed {}, export {}, gas {}", seed, name, limit);
                if returned(&found) {
                    let sum: i64 = own_gas(&told).iter().map(|(_, gas)| gas).sum();
                    prop_assert_eq!(sum, limit - found.gas_left, "seed {}, export {}: gas by function adds up", seed, name);
                }
            }
        }
    }
}

#[test]
fn every_case_of_the_engines_ends_alike() {
    for case in cases::all() {
        let plain = instrument(&case.module, 1).expect("valid");
        let traced = instrument_traced(&case.module, 1).expect("valid");
        for run in &case.runs {
            for limit in [run.gas_limit, run.gas_limit / 2, run.gas_limit / 7] {
                let expected = observe_run(&plain, run, limit);
                assert_eq!(
                    observe_run(&traced, run, limit),
                    expected,
                    "{}: {}, gas {limit}",
                    case.name,
                    run.note
                );
            }
        }
    }
}

#[test]
fn recursion_ends_at_the_same_depth() {
    let (plain, traced) = from_text(
        r#"(module (func $down (export "down") (param i32) (result i32)
            local.get 0 i32.const 1 i32.add call $down))"#,
    );
    let arguments = ["i32:0".to_string()];
    let (run, told) = call_traced(&traced, "down", &arguments, PLENTY);
    assert_eq!(run, call_metered(&plain, "down", &arguments, PLENTY));
    assert_eq!(run.fault, sequence::FAULT_STACK);
    assert!(
        told.iter().all(|(entering, _, _)| *entering),
        "a trap leaves no function"
    );
    assert!(told.len() > 1_000);
}

#[test]
fn functions_have_the_numbers_of_the_contracts_own_module() {
    let (_, traced) = from_text(
        r#"(module
            (type $pair (func (result i32 i64)))
            (table 1 funcref) (elem (i32.const 0) $early)
            (func $early (type $pair) i32.const 1 i64.const 2 return)
            (func $branches (param i32) (result i32)
                (block i32.const 9 local.get 0 br_if 1 drop) i32.const 5)
            (func (export "run") (result i32)
                i32.const 0 call_indirect (type $pair) drop
                call $branches drop
                call $early drop))"#,
    );
    let (run, told) = call_traced(&traced, "run", &[], PLENTY);
    assert_eq!(run.trace.end, End::Returned(vec!["i32:1".to_string()]));
    let order: Vec<(bool, i32)> = told
        .iter()
        .map(|(entering, function, _)| (*entering, *function))
        .collect();
    let expected = [
        (true, 2),
        (true, 0),
        (false, 0),
        (true, 1),
        (false, 1),
        (true, 0),
        (false, 0),
        (false, 2),
    ];
    assert_eq!(order, expected);
}

#[test]
fn what_cannot_be_metered_cannot_be_traced() {
    let twice = instrument_traced(&cases::all()[0].module, 1).expect("valid");
    assert_eq!(
        instrument_traced(&twice, 1).expect_err("refused").code(),
        "module-import-unknown"
    );
    assert_eq!(
        instrument_traced(b"\0asm", 1).expect_err("refused").code(),
        "module-not-wasm"
    );
    assert_eq!(
        instrument_traced(&cases::all()[0].module, 99)
            .expect_err("refused")
            .code(),
        "module-rules-unknown"
    );
}
