//! Contracts that cannot be translated: the message says where and what to write instead.
//!
//! `TRYBUILD=overwrite cargo test --test refusals` writes the expected messages anew; read them before they are kept.

#[test]
fn a_contract_that_cannot_be_translated_says_what_to_write_instead() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/accepted.rs");
    cases.compile_fail("tests/ui/refused/*.rs");
}
