//! The probe, natively. What it does in WebAssembly is compared with the same expectations elsewhere.

use enigma_contract::prelude::*;
use enigma_contract::testing::{Env, Outcome, address, calldata};
use probe::{Colour, Error, Point, Probe, Shape};

fn bytes(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

fn deployed() -> Env {
    let env = Env::new();
    assert_eq!(
        env.deploy::<Probe>(&(bytes("first"), bytes("entry"))),
        Outcome::Returned(vec![])
    );
    env
}

fn call(env: &Env, signature: &str, arguments: &impl AbiType) -> Outcome {
    env.call::<Probe>(address(1), &calldata(signature, arguments))
}

#[test]
fn refuses_to_be_deployed_with_an_empty_key() {
    assert!(
        Env::new()
            .deploy::<Probe>(&(bytes(""), bytes("x")))
            .is_error(&Error::Refused)
    );
}

#[test]
fn returns_structs_as_it_got_them() {
    let corners = vec![Point { x: -1, y: i64::MAX }, Point { x: 0, y: i64::MIN }];
    let shape = Shape {
        display_name: "kite".into(),
        corners,
        colour: Colour::Blue,
    };
    let arguments = (
        (address(3), "pair".to_string()),
        Point { x: 1, y: 2 },
        vec![shape],
        Colour::Green,
    );
    let signature = "echoStructs((address,string),(int64,int64),(string,(int64,int64)[],uint8)[],uint8)";
    let outcome = call(&deployed(), signature, &arguments);
    assert_eq!(
        outcome.result::<((Address, String), Point, Vec<Shape>, Colour)>(),
        arguments
    );
}

#[test]
fn keeps_its_entries_in_key_order() {
    let env = deployed();
    for key in ["zebra", "apple", "middle"] {
        call(&env, "set(bytes,bytes)", &(bytes(key), bytes("value")));
    }
    call(&env, "remove(bytes)", &bytes("middle"));
    let entries = call(&env, "entries()", &()).result::<Vec<(Bytes, Bytes)>>();
    let keys: Vec<_> = entries.iter().map(|(key, _)| &key[..]).collect();
    assert_eq!(keys, [b"apple".as_slice(), b"first", b"zebra"]);
    assert_eq!(
        call(&env, "get(bytes)", &bytes("first")).result::<(bool, Bytes)>(),
        (true, bytes("entry"))
    );
    assert_eq!(
        call(&env, "get(bytes)", &bytes("middle")).result::<(bool, Bytes)>(),
        (false, bytes(""))
    );
}

#[test]
fn keeps_a_page_for_each_account() {
    let env = deployed();
    for (account, line) in [(1, "a"), (2, "b"), (1, "c")] {
        env.call::<Probe>(address(account), &calldata("writeLine(string)", &line.to_string()));
    }
    assert_eq!(
        call(&env, "pageOf(address)", &address(1)).result::<Vec<String>>(),
        ["a", "c"]
    );
}

#[test]
fn every_bad_ending_undoes_its_write() {
    let env = deployed();
    let endings = [
        (call(&env, "refuse()", &()), Error::Refused),
        (
            call(&env, "deny(uint256)", &U256::MAX),
            Error::NotAllowed {
                who: address(1),
                amount: U256::MAX,
            },
        ),
        (
            call(&env, "reject(string,uint16[])", &("no".to_string(), vec![1u16, 2])),
            Error::Rejected {
                reason: "no".into(),
                codes: vec![1, 2],
            },
        ),
    ];
    for (outcome, error) in endings {
        assert!(outcome.is_error(&error), "{outcome:?}");
    }
    assert!(call(&env, "revertWithText(string)", &"text".to_string()).is_error(&"text"));
    assert_eq!(
        call(&env, "panic(string)", &"help".to_string()),
        Outcome::Panicked("help".into())
    );
    assert_eq!(
        call(&env, "add(uint64,uint64)", &(u64::MAX, 1u64)),
        Outcome::Panicked("attempt to add with overflow".into())
    );
    assert_eq!(
        call(&env, "divide(uint64,uint64)", &(1u64, 0u64)),
        Outcome::Panicked("attempt to divide by zero".into())
    );
    assert_eq!(call(&env, "countRun()", &()).result::<u64>(), 1);
}

#[test]
fn logs_lines_in_order() {
    let env = deployed();
    call(&env, "log(string)", &"one".to_string());
    call(&env, "log(string)", &"two".to_string());
    assert_eq!(env.take_logs(), ["one", "two"]);
}
