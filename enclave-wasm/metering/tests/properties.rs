//! What holds for any input: no panic, no accepted module that an engine would refuse, nothing lost.

mod support;

use enigma_metering::{World, instrument, instrument_in, validate, validate_in};
use proptest::prelude::*;
use support::cases;
use support::generated::generate;
use wasmparser::{Parser, Payload, Validator};

/// Custom sections of a module in order, by name and content.
fn custom_sections(module: &[u8]) -> Vec<(String, Vec<u8>)> {
    let sections = Parser::new(0)
        .parse_all(module)
        .filter_map(|payload| match payload.expect("valid") {
            Payload::CustomSection(section) => Some((section.name().to_string(), section.data().to_vec())),
            _ => None,
        });
    sections.collect()
}

/// Exports of a module in order.
fn exports(module: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ExportSection(section) = payload.expect("valid") {
            names.extend(
                section
                    .into_iter()
                    .map(|export| export.expect("valid").name.to_string()),
            );
        }
    }
    names
}

#[test]
fn names_and_interface_types_survive() {
    for case in cases::all() {
        let instrumented = instrument(&case.module, 1).expect("valid");
        assert_eq!(
            custom_sections(&instrumented),
            custom_sections(&case.module),
            "{}",
            case.name
        );
    }
}

#[test]
fn hints_by_the_offset_of_an_instruction_are_dropped() {
    let text = r#"(module (@custom "metadata.code.branch_hint" "\00") (@custom "kept" "x") (func))"#;
    let module = wat::parse_str(text).expect("the test is WebAssembly text");
    let instrumented = instrument_in(&module, 1, World::Any).expect("valid");
    assert_eq!(custom_sections(&instrumented), [("kept".to_string(), b"x".to_vec())]);
}

#[test]
fn only_meterings_own_exports_are_added() {
    for case in cases::all() {
        let mut expected = exports(&case.module);
        expected.extend(["enigma_gas", "enigma_stack", "enigma_fault", "enigma_charge"].map(str::to_string));
        if !alters_tables_or_segments(&case.module) {
            expected.push("enigma_restore".to_string());
        }
        assert_eq!(
            exports(&instrument(&case.module, 1).expect("valid")),
            expected,
            "{}",
            case.name
        );
    }
}

/// By the names of the operators, so that the instrumenter is not asked about itself.
fn alters_tables_or_segments(module: &[u8]) -> bool {
    let mut bodies = wasmparser::Parser::new(0)
        .parse_all(module)
        .filter_map(|payload| match payload {
            Ok(wasmparser::Payload::CodeSectionEntry(body)) => Some(body),
            _ => None,
        });
    bodies.any(|body| {
        let operators = body.get_operators_reader().expect("valid").into_iter();
        operators.flatten().any(|operator| {
            let name = format!("{operator:?}");
            let altering = [
                "TableSet",
                "TableGrow",
                "TableFill",
                "TableCopy",
                "TableInit",
                "ElemDrop",
                "DataDrop",
            ];
            altering.iter().any(|altering| name.starts_with(altering))
        })
    })
}

#[test]
fn only_modules_that_keep_their_tables_and_segments_can_be_restored() {
    let restorable =
        |case: &cases::Case| exports(&instrument(&case.module, 1).expect("valid")).contains(&"enigma_restore".into());
    let restored: Vec<bool> = cases::all().iter().map(restorable).collect();
    assert!(
        restored.contains(&true) && restored.contains(&false),
        "both kinds are among the cases"
    );
}

#[test]
fn an_instrumented_module_is_not_instrumented_again() {
    for case in cases::all() {
        let once = instrument(&case.module, 1).expect("valid");
        assert_eq!(
            instrument(&once, 1).expect_err("refused").code(),
            "module-export-reserved",
            "{}",
            case.name
        );
    }
}

proptest! {
    #[test]
    fn garbage_is_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(validate(&bytes).is_err());
        let with_header = [&b"\0asm\x01\0\0\0"[..], &bytes].concat();
        prop_assert!(validate(&with_header).is_err());
    }

    #[test]
    fn a_damaged_contract_is_refused_or_stays_valid(at in 8usize..1_000, byte in any::<u8>()) {
        for case in cases::all().iter().filter(|case| case.name != "probe") {
            let mut module = case.module.clone();
            let at = at % module.len();
            module[at] = byte;
            if let Ok(instrumented) = instrument(&module, 1) {
                prop_assert!(Validator::new().validate_all(&instrumented).is_ok(), "{} at {at}: {byte}", case.name);
            }
        }
    }

    #[test]
    fn a_damaged_generated_module_is_refused_or_stays_valid(seed in 0u64..200, at in any::<usize>(), byte in any::<u8>()) {
        let mut module = generate(seed);
        let at = at % module.len();
        module[at] = byte;
        if validate_in(&module, World::Any).is_ok() {
            let instrumented = instrument_in(&module, 1, World::Any).expect("valid");
            prop_assert!(Validator::new().validate_all(&instrumented).is_ok());
        }
    }
}
