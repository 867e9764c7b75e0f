//! Prices are part of the protocol: whoever changes one must write new rules, and these tests say so.

use enigma_metering::{HOST_FUNCTIONS, Weights, schedule};
use std::path::Path;

#[test]
fn the_prices_of_rules_1_are_those_of_the_vector() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test/vectors/engine/host-prices-1.json");
    let prices = schedule(1).expect("rules 1").host_json() + "\n";
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &prices).expect("could not write");
    }
    assert_eq!(std::fs::read_to_string(&path).expect("the vector exists"), prices);
}

#[test]
fn the_weights_of_rules_1_do_not_change() {
    let expected = Weights {
        plain: 1,
        memory: 2,
        multiply: 4,
        divide: 16,
        float: 48,
        branch: 2,
        call: 4,
        call_indirect: 12,
        entry: 4,
        table_get: 8,
        table_set: 64,
        bulk: 128,
        bulk_byte_shift: 3,
        table_entry: 48,
        grow: 2_048,
        page: 8_192,
    };
    assert_eq!(schedule(1).expect("rules 1").weights, expected);
}

#[test]
fn unknown_rules_have_no_prices() {
    assert!(schedule(0).is_none());
    assert!(schedule(2).is_none());
}

#[test]
fn no_host_function_is_free() {
    let prices = schedule(1).expect("rules 1");
    for function in HOST_FUNCTIONS {
        assert!(prices.host_price(function.name).base > 0, "{}", function.name);
    }
}

#[test]
fn a_call_and_a_deployment_pay_for_their_bytes() {
    let prices = schedule(1).expect("rules 1");
    assert_eq!(prices.call_intrinsic(100), 10_100);
    assert_eq!(prices.deploy_intrinsic(1_000), 12_000);
}
