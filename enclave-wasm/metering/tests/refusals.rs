//! For each rule a module that breaks it and nothing else: it is refused by that rule, at the right place.

use enigma_metering::{MAX_SURVEYED, Refusal, Rule, instrument, limits, survey, validate};

const EXPORTS: &str = r#"
    (func (export "deploy") (param i32 i32) (result i32) (i32.const 0))
    (func (export "call") (param i32 i32) (result i32) (i32.const 0))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))"#;

/// A valid contract with something added.
fn contract(imports: &str, rest: &str) -> Vec<u8> {
    module(&format!(
        r#"(module {imports} (memory (export "memory") 1) {EXPORTS} {rest})"#
    ))
}

fn module(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the test is WebAssembly text")
}

fn refusal(module: &[u8]) -> Refusal {
    let refusal = validate(module).expect_err("the module must be refused");
    assert_eq!(instrument(module, 1).expect_err("so must instrumenting"), refusal);
    assert_eq!(survey(module).first(), Some(&refusal), "the survey begins with it");
    refusal
}

#[track_caller]
fn refused(rule: Rule, module: &[u8]) {
    let refusal = refusal(module);
    assert_eq!(refusal.rule, rule, "{refusal}");
}

#[test]
fn a_contract_is_valid() {
    let facts = validate(&contract("", "")).expect("valid");
    assert_eq!(
        (facts.initial_pages, facts.maximum_pages, facts.functions.len()),
        (1, limits::MAX_PAGES, 3)
    );
}

#[test]
fn all_broken_rules_of_a_module_are_surveyed_in_the_order_of_its_bytes() {
    assert_eq!(survey(&contract("", "")), []);
    let imports = r#"(import "clock" "now" (func (result i32))) (import "clock" "zone" (func (result i32)))"#;
    let broken = r#"
        (func $sum (result i32) (i32x4.extract_lane 0 (v128.const i32x4 1 2 3 4)))
        (func $share (drop (i32.atomic.load (i32.const 0))))
        (func (export "enigma_gas"))
        (data (i32.const 65536) "x")"#;
    let found = survey(&contract(imports, broken));
    let rules: Vec<(Rule, Option<&str>)> = found
        .iter()
        .map(|refusal| (refusal.rule, refusal.function.as_deref()))
        .collect();
    assert_eq!(
        rules,
        [
            (Rule::ImportUnknown, None),
            (Rule::ImportUnknown, None),
            (Rule::ExportReserved, None),
            (Rule::FeatureSimd, Some("sum")),
            (Rule::FeatureThreads, Some("share")),
            (Rule::SegmentOutOfBounds, None),
        ]
    );
    assert!(found.is_sorted_by_key(|refusal| refusal.offset));
}

#[test]
fn a_survey_ends_where_it_has_told_enough() {
    let imports = r#"(import "clock" "now" (func))"#.repeat(MAX_SURVEYED * 2);
    assert_eq!(survey(&contract(&imports, "")).len(), MAX_SURVEYED);
}

#[test]
fn what_is_not_wasm() {
    refused(Rule::NotWasm, b"");
    refused(Rule::NotWasm, b"#!/bin/sh\n");
    refused(Rule::NotWasm, b"\0asm\x02\0\0\0");
}

#[test]
fn a_component() {
    refused(Rule::IsComponent, &module("(component)"));
}

#[test]
fn what_is_cut_off_or_does_not_type_check() {
    let whole = contract("", "");
    refused(Rule::Malformed, &whole[..whole.len() - 1]);
    refused(Rule::Malformed, &contract("", "(func (result i32))"));
}

#[test]
fn a_module_that_is_too_large() {
    refused(Rule::TooLarge, &vec![0; limits::MAX_MODULE_BYTES + 1]);
}

#[test]
fn features_beyond_the_whitelist() {
    refused(Rule::FeatureSimd, &contract("", "(func (drop (v128.const i64x2 0 0)))"));
    refused(Rule::FeatureSimd, &contract("", "(func (param v128))"));
    refused(
        Rule::FeatureThreads,
        &contract("", "(func (drop (i32.atomic.load (i32.const 0))))"),
    );
    refused(
        Rule::FeatureThreads,
        &module(&format!(r#"(module (memory (export "memory") 1 2 shared) {EXPORTS})"#)),
    );
    refused(Rule::FeatureTailCalls, &contract("", "(func $f (return_call $f))"));
    refused(Rule::FeatureExceptions, &contract("", "(tag $t) (func (throw $t))"));
    refused(
        Rule::FeatureMemory64,
        &module(&format!(r#"(module (memory (export "memory") i64 1) {EXPORTS})"#)),
    );
    refused(Rule::FeatureMultiMemory, &contract("", "(memory 1)"));
    refused(Rule::FeatureGc, &contract("", "(type (struct))"));
    refused(Rule::FeatureGc, &contract("", "(func (param (ref func)))"));
    refused(
        Rule::FeatureWideArithmetic,
        &contract("", "(func (i64.const 0) (i64.const 0) (i64.mul_wide_u) (drop) (drop))"),
    );
    refused(
        Rule::FeatureOther,
        &contract("", "(global i32 (i32.add (i32.const 1) (i32.const 1)))"),
    );
}

#[test]
fn imports_that_the_world_does_not_have() {
    refused(
        Rule::ImportUnknown,
        &contract(r#"(import "env" "now" (func (result i64)))"#, ""),
    );
    refused(
        Rule::ImportUnknown,
        &contract(r#"(import "enigma:contract/host@0.1.0" "now" (func))"#, ""),
    );
    refused(
        Rule::ImportUnknown,
        &contract(
            r#"(import "enigma:contract/host@0.2.0" "epoch" (func (result i64)))"#,
            "",
        ),
    );
    refused(
        Rule::ImportUnknown,
        &contract(r#"(import "enigma:contract/host@0.1.0" "epoch" (global i64))"#, ""),
    );
    refused(
        Rule::ImportUnknown,
        &module(&format!(
            r#"(module (import "env" "memory" (memory 1)) (export "memory" (memory 0)) {EXPORTS})"#
        )),
    );
}

#[test]
fn an_import_with_another_signature_or_twice() {
    let epoch = r#"(import "enigma:contract/host@0.1.0" "epoch" (func (result i64)))"#;
    assert!(validate(&contract(epoch, "")).is_ok());
    refused(Rule::ImportSignature, &contract(&epoch.replace("i64", "i32"), ""));
    refused(Rule::ImportDuplicate, &contract(&format!("{epoch} {epoch}"), ""));
}

#[test]
fn exports() {
    refused(Rule::ExportMissing, &module(r#"(module (memory (export "memory") 1))"#));
    refused(Rule::ExportMissing, &module(&format!("(module (memory 1) {EXPORTS})")));
    refused(Rule::ExportUnknown, &contract("", r#"(func (export "_initialize"))"#));
    refused(
        Rule::ExportUnknown,
        &contract("", r#"(global (export "__data_end") (mut i32) (i32.const 0))"#),
    );
    refused(
        Rule::ExportUnknown,
        &contract("", r#"(table (export "__indirect_function_table") 1 funcref)"#),
    );
    refused(
        Rule::ExportReserved,
        &contract("", r#"(func (export "enigma_charge"))"#),
    );
    refused(
        Rule::ExportSignature,
        &contract("", r#"(func (export "cabi_post_call"))"#),
    );
    assert!(validate(&contract("", r#"(global (export "__heap_base") i32 (i32.const 0))"#)).is_ok());
}

#[test]
fn a_start_section() {
    refused(Rule::StartSection, &contract("", "(func $main) (start $main)"));
}

#[test]
fn too_much_memory_or_table() {
    let memory = |pages: u64| module(&format!(r#"(module (memory (export "memory") {pages}) {EXPORTS})"#));
    assert!(validate(&memory(limits::MAX_INITIAL_PAGES)).is_ok());
    refused(Rule::MemoryTooLarge, &memory(limits::MAX_INITIAL_PAGES + 1));
    refused(Rule::MemoryTooLarge, &memory(65_536));
    refused(
        Rule::TableTooLarge,
        &contract("", &format!("(table {} funcref)", limits::MAX_TABLE_ENTRIES + 1)),
    );
    refused(
        Rule::TableTooLarge,
        &contract("", &"(table 1 funcref)".repeat(limits::MAX_TABLES as usize + 1)),
    );
}

#[test]
fn a_declared_maximum_is_lowered_to_the_limit_not_refused() {
    let facts = validate(&module(&format!(
        r#"(module (memory (export "memory") 1 65536) {EXPORTS})"#
    )))
    .expect("valid");
    assert_eq!(facts.maximum_pages, limits::MAX_PAGES);
}

#[test]
fn segments_that_do_not_fit() {
    refused(
        Rule::SegmentOutOfBounds,
        &contract("", r#"(data (i32.const 65535) "ab")"#),
    );
    refused(Rule::SegmentOutOfBounds, &contract("", r#"(data (i32.const -1) "a")"#));
    refused(
        Rule::SegmentOutOfBounds,
        &contract("", "(table 1 funcref) (elem (i32.const 1) func $f) (func $f)"),
    );
    assert!(validate(&contract("", r#"(data (i32.const 65534) "ab")"#)).is_ok());
}

#[test]
fn too_many_parts() {
    let many = |part: &str, count: usize| part.repeat(count);
    refused(
        Rule::GlobalsTooMany,
        &contract(
            "",
            &many("(global i32 (i32.const 0))", limits::MAX_GLOBALS as usize + 1),
        ),
    );
    refused(
        Rule::SegmentsTooMany,
        &contract("", &many(r#"(data "")"#, limits::MAX_SEGMENTS as usize + 1)),
    );
    refused(
        Rule::SegmentsTooMany,
        &contract("", &many("(elem func)", limits::MAX_SEGMENTS as usize + 1)),
    );
    refused(
        Rule::FunctionsTooMany,
        &contract("", &many("(func)", limits::MAX_FUNCTIONS as usize)),
    );
    refused(
        Rule::FunctionsTooMany,
        &contract("", &many("(type (func))", limits::MAX_TYPES as usize + 1)),
    );
}

#[test]
fn functions_that_are_too_large() {
    let nested = |depth: usize| contract("", &format!("(func {}{})", "(block ".repeat(depth), ")".repeat(depth)));
    assert!(validate(&nested(limits::MAX_NESTING as usize - 1)).is_ok());
    refused(Rule::NestingTooDeep, &nested(limits::MAX_NESTING as usize));
    let locals = |count: u32| contract("", &format!("(func (local {}))", "i64 ".repeat(count as usize)));
    assert!(validate(&locals(limits::MAX_FRAME_SLOTS)).is_ok());
    refused(Rule::FrameTooLarge, &locals(limits::MAX_FRAME_SLOTS + 1));
    let labels = "0 ".repeat(limits::MAX_BRANCH_TARGETS as usize + 1);
    refused(
        Rule::BranchTableTooLarge,
        &contract("", &format!("(func (br_table {labels} 0 (i32.const 0)))")),
    );
    refused(
        Rule::FunctionTooLarge,
        &contract("", &format!("(func {})", "(nop)".repeat(limits::MAX_FUNCTION_BYTES))),
    );
    let large = format!("(func {})", "(nop)".repeat(limits::MAX_FUNCTION_BYTES - 16));
    refused(Rule::CodeTooLarge, &contract("", &large.repeat(7)));
}

#[test]
fn custom_sections_that_are_too_large() {
    let section = format!(r#"(@custom "notes" "{}")"#, "x".repeat(limits::MAX_CUSTOM_BYTES));
    refused(Rule::CustomSectionsTooLarge, &contract("", &section));
}

#[test]
fn rules_that_this_enclave_does_not_know() {
    let refusal = instrument(&contract("", ""), 2).expect_err("refused");
    assert_eq!(refusal.rule, Rule::RulesUnknown);
}

#[test]
fn a_refusal_names_the_function_demangled_and_the_byte() {
    let text = contract(
        "",
        r#"(func $_ZN12millionaires3add17h0123456789abcdefE (drop (v128.const i64x2 0 0)))"#,
    );
    let refusal = refusal(&text);
    assert_eq!(refusal.function.as_deref(), Some("millionaires::add"));
    assert_eq!(text[refusal.offset], 0xfd, "the SIMD prefix");
    assert_eq!(refusal.code(), "module-feature-simd");
    assert!(
        refusal
            .sentence()
            .contains("in function `millionaires::add` at byte 0x"),
        "{}",
        refusal.sentence()
    );
}
