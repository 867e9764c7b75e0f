//! What a call of constant gas costs: the same test natively and, with `ENIGMA_TEST_RUNNER=wasm` and the feature `wasm-tests` of
//! the SDK, on the compiled module in an interpreter.

use enigma_contract::prelude::*;
use enigma_contract::testing::{Bed, Outcome};
use mends::{Mends, Refusal};
use std::collections::BTreeSet;

#[test]
fn whatever_it_does_it_costs_the_same() {
    let bed = Bed::new();
    let mends = bed.deploy::<Mends>(bed.accounts().alice, (1,));
    let costs: BTreeSet<_> = [0, 1, 50, 150]
        .map(|rounds| {
            let ran = mends.work(rounds, 0, Bytes::from_static(&[7; 64])).run();
            assert_eq!(ran.value(), Bytes::from_static(&[7; 64]));
            ran.gas_used
        })
        .into();
    assert_eq!(costs.len(), 1, "{costs:?}");
    let is_wasm = std::env::var("ENIGMA_TEST_RUNNER").is_ok_and(|runner| runner == "wasm");
    assert_eq!(costs.contains(&None), !is_wasm, "gas is counted in WebAssembly");
    assert!(costs.iter().flatten().all(|gas| (600_000..611_000).contains(gas)));
}

#[test]
fn a_revert_and_a_panic_cost_the_same_whatever_was_done_before() {
    let bed = Bed::new();
    let mends = bed.deploy::<Mends>(bed.accounts().alice, (1,));
    let work = |rounds, ending| mends.work(rounds, ending, Bytes::from_static(&[7; 64])).run();
    assert_eq!(work(0, 1).error::<Refusal>(), Refusal::Short);
    assert_eq!(work(0, 1).gas_used, work(90, 2).gas_used);
    assert_eq!(work(0, 3).outcome, Outcome::Panicked("it was to panic".into()));
    assert_eq!(work(0, 3).gas_used, work(90, 3).gas_used);
}

#[test]
fn more_than_it_costs_is_out_of_gas() {
    let bed = Bed::new();
    let mends = bed.deploy::<Mends>(bed.accounts().alice, (1,));
    let short = mends.work(0, 0, Bytes::new()).gas_limit(599_999).run();
    assert_eq!(short.outcome, Outcome::OutOfGas);
}

#[test]
fn what_is_written_is_read() {
    let bed = Bed::new();
    let mends = bed.deploy::<Mends>(bed.accounts().alice, (1,));
    mends.write_note(0, "kept".into()).run().value();
    mends.write_note(3, "other".into()).run().value();
    assert_eq!(mends.note().run().value(), "kept");
}
