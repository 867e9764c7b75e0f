//! Every case of `test/vectors/engine` gives in wasmi what it gives in V8 and in jco's runner.

mod support;

use enigma_metering::instrument;
use serde_json::Value;
use support::cases::{self, observe_run};

#[test]
fn every_case_gives_the_recorded_outcome_and_gas() {
    for case in cases::all() {
        let instrumented = instrument(&case.module, 1).unwrap_or_else(|refusal| panic!("{}: {refusal}", case.name));
        let observed = case.observe(&instrumented);
        if std::env::var_os("BLESS").is_some() {
            case.bless(&instrumented, &observed);
        }
        assert!(
            case.expected_module() == instrumented,
            "{}: the instrumented module changed",
            case.name
        );
        let expected = case.expected();
        for (found, wanted) in runs(&observed).iter().zip(runs(&expected)) {
            assert_eq!(found, wanted, "{}: {}", case.name, wanted["note"]);
        }
        assert_eq!(runs(&observed).len(), runs(&expected).len(), "{}", case.name);
    }
}

#[test]
fn no_case_ends_as_a_fault_of_the_node() {
    for case in cases::all() {
        for run in runs(&case.expected()) {
            assert_ne!(run["outcome"]["kind"], "node-fault", "{}: {}", case.name, run["note"]);
        }
    }
}

#[test]
fn a_limit_of_exactly_the_total_is_enough_and_one_less_is_not() {
    for case in cases::all() {
        let instrumented = case.expected_module();
        for (wanted, recorded) in case.runs.iter().zip(runs(&case.expected())) {
            let outcome = &recorded["outcome"];
            let (Some(total), "returned" | "reverted") =
                (outcome["gasUsed"].as_u64(), outcome["kind"].as_str().unwrap_or(""))
            else {
                continue;
            };
            // With less gas a called contract gets less, since its caller keeps a 64th; and a view that does not exist is free.
            if recorded["calls"] != 0 || total == 0 {
                continue;
            }
            // What asks how much is left sees the limit, so its answer is not compared.
            let exact = &observe_run(&instrumented, wanted, total)["outcome"];
            assert_eq!(
                (&exact["kind"], &exact["gasUsed"]),
                (&outcome["kind"], &outcome["gasUsed"]),
                "{}: {}",
                case.name,
                wanted.note
            );
            let short = &observe_run(&instrumented, wanted, total - 1)["outcome"];
            assert_eq!(short["kind"], "out-of-gas", "{}: {}", case.name, wanted.note);
            assert_eq!(short["gasUsed"], total - 1, "{}: {}", case.name, wanted.note);
        }
    }
}

fn runs(observed: &Value) -> &Vec<Value> {
    observed["runs"].as_array().expect("runs")
}
