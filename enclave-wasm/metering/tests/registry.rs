//! The project's error registry has every rule of this crate, in the same words.

use std::collections::BTreeSet;

use enigma_metering::Rule;
use serde_json::Value;

#[test]
fn every_rule_is_in_the_registry() {
    let registry: Value =
        serde_json::from_str(include_str!("../../../host/protocol/errors/registry.json")).expect("JSON");
    for rule in Rule::ALL {
        let entry = &registry[rule.code()];
        assert_eq!(entry["sentence"], format!("{}.", rule.sentence()), "{}", rule.code());
        assert_eq!(entry["hint"], rule.hint(), "{}", rule.code());
    }
}

#[test]
fn every_rule_has_a_code_of_its_own() {
    let codes: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.code()).collect();
    assert_eq!(codes.len(), Rule::ALL.len());
}
