//! Records what the probe does natively; `test/contracts` holds its WebAssembly module to the same.
//!
//! `BLESS=1 cargo test -p probe --test parity` writes the record anew.

use enigma_contract::prelude::*;
use enigma_contract::primitives::{b256, hex};
use enigma_contract::testing::{Env, Outcome, address, calldata};
use probe::{Colour, Point, Probe, Shape};
use serde_json::{Value, json};
use std::path::PathBuf;

const RECORD: &str = "../../../test/vectors/contracts/probe.json";

fn bytes(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

fn text(text: &str) -> String {
    text.to_string()
}

/// Calldata for every function whose result does not depend on the machine that runs it.
fn calls() -> Vec<Vec<u8>> {
    [context_and_state(), types(), cryptography(), endings()].concat()
}

fn context_and_state() -> Vec<Vec<u8>> {
    vec![
        calldata("facts()", &()),
        calldata("set(bytes,bytes)", &(bytes("zebra"), bytes("1"))),
        calldata("set(bytes,bytes)", &(bytes("apple\0"), Bytes::from(vec![7; 100]))),
        calldata("set(bytes,bytes)", &(bytes(""), bytes(""))),
        calldata("get(bytes)", &bytes("zebra")),
        calldata("get(bytes)", &bytes("missing")),
        calldata("entries()", &()),
        calldata("remove(bytes)", &bytes("zebra")),
        calldata("remove(bytes)", &bytes("zebra")),
        calldata("writeLine(string)", &text("first line")),
        calldata("writeLine(string)", &text("zweite Zeile: äöü")),
        calldata("pageOf(address)", &address(1)),
        calldata("countRun()", &()),
        calldata("storeLarge(uint32)", &65_472u32),
        calldata("log(string)", &text("a line")),
        calldata("randomBytes(uint32)", &100u32),
        calldata("randomNumbers(uint64)", &10u64),
        calldata("useMemory(uint32)", &20u32),
        calldata("recurse(uint64)", &100u64),
        calldata("recurseWithMemory(uint64)", &50u64),
        calldata("nothing()", &()),
    ]
}

fn types() -> Vec<Vec<u8>> {
    let minus_one = I256::from(-1i64);
    let unsigned = (1u8, 2u16, U256::from(3u8), 4u32, u64::MAX, u128::MAX, U256::MAX);
    let signed = (i8::MIN, i16::MIN, minus_one, i32::MIN, i64::MIN, i128::MIN, I256::MIN);
    let arrays = (
        vec![U256::ONE],
        [1u64, 2, 3],
        vec![vec![text("a")], vec![]],
        [bytes("x"), bytes("")],
    );
    let shape = Shape {
        display_name: text("kite"),
        corners: vec![Point { x: -1, y: 1 }],
        colour: Colour::Blue,
    };
    let structs = (
        (address(2), text("pair")),
        Point { x: 5, y: -5 },
        vec![shape],
        Colour::Red,
    );
    vec![
        calldata(
            "echoUnsigned(uint8,uint16,uint24,uint32,uint64,uint128,uint256)",
            &unsigned,
        ),
        calldata("echoSigned(int8,int16,int24,int32,int64,int128,int256)", &signed),
        calldata(
            "echoFixedBytes(bytes1,bytes4,bytes32)",
            &(FixedBytes([1]), FixedBytes([2; 4]), B256::repeat_byte(3)),
        ),
        calldata("echoArrays(uint256[],uint64[3],string[][],bytes[2])", &arrays),
        calldata(
            "echoStructs((address,string),(int64,int64),(string,(int64,int64)[],uint8)[],uint8)",
            &structs,
        ),
        calldata("echoBool(bool)", &true),
        calldata("echoBool(bool)", &2u8),
        calldata("echoAddress(address)", &address(4)),
        calldata("echoBytes(bytes)", &Bytes::from(vec![9; 1_000])),
        calldata("echoString(string)", &text("ünï")),
        calldata("echoString(string)", &Bytes::from(vec![0xff])),
    ]
}

/// The signature of EIP-712's example, the vectors of RFC 8032 and RFC 7748, and a sealed text.
fn cryptography() -> Vec<Vec<u8>> {
    let hash = b256!("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2");
    let signature = hex!(
        "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
        "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562"
        "1c"
    );
    let ed25519_key = b256!("0x3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    let ed25519_signature = Bytes::from(hex!(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    ));
    let secret = b256!("0x77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    let public = b256!("0xde9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    vec![
        calldata("keccak256(bytes)", &bytes("data")),
        calldata("sha256(bytes)", &bytes("data")),
        calldata("recover(bytes32,bytes)", &(hash, Bytes::from(signature))),
        calldata("recover(bytes32,bytes)", &(B256::ZERO, Bytes::from(vec![0; 65]))),
        calldata(
            "verifyEd25519(bytes32,bytes,bytes)",
            &(ed25519_key, Bytes::from(vec![0x72]), ed25519_signature.clone()),
        ),
        calldata(
            "verifyEd25519(bytes32,bytes,bytes)",
            &(ed25519_key, Bytes::from(vec![0x73]), ed25519_signature.clone()),
        ),
        // Signatures of other lengths are refused before the enclave, which would trap, is asked.
        calldata(
            "verifyEd25519(bytes32,bytes,bytes)",
            &(ed25519_key, Bytes::from(vec![0x72]), ed25519_signature.slice(1..)),
        ),
        calldata("recover(bytes32,bytes)", &(hash, ed25519_signature)),
        calldata("seal(bytes32,bytes,bytes)", &(hash, bytes("header"), bytes("text"))),
        calldata(
            "open(bytes32,bytes,bytes)",
            &(hash, bytes("header"), Bytes::from(vec![1; 60])),
        ),
        calldata("publicKey(bytes32)", &secret),
        calldata("sharedSecret(bytes32,bytes32)", &(secret, public)),
        calldata("sharedSecret(bytes32,bytes32)", &(secret, B256::ZERO)),
    ]
}

fn endings() -> Vec<Vec<u8>> {
    vec![
        calldata("refuse()", &()),
        calldata("deny(uint256)", &U256::from(12u8)),
        calldata("reject(string,uint16[])", &(text("reason"), vec![1u16, 65_535])),
        calldata("revertWithText(string)", &text("text")),
        calldata("panic(string)", &text("a message")),
        calldata("add(uint64,uint64)", &(2u64, 3u64)),
        calldata("add(uint64,uint64)", &(u64::MAX, 1u64)),
        calldata("divide(uint64,uint64)", &(1u64, 0u64)),
        calldata("unknown()", &()),
        vec![],
        vec![1, 2],
        calldata("refuse()", &1u8),
        calldata("countRun()", &()),
    ]
}

fn outcome_record(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Returned(data) => json!({"kind": "returned", "data": hex::encode(data)}),
        Outcome::Reverted(data) => json!({"kind": "reverted", "data": hex::encode(data)}),
        Outcome::OutOfGas => json!({"kind": "out-of-gas"}),
        Outcome::OutOfMemory | Outcome::StackOverflow => unreachable!("only in WebAssembly"),
        Outcome::Panicked(message) => json!({"kind": "panicked", "message": message}),
        Outcome::Trapped(code) => json!({"kind": "trapped", "trap": code}),
    }
}

/// Runs constructor and calls; the random stream begins anew with each task, as in the enclave.
fn record() -> Value {
    let env = Env::new();
    let seed = B256::repeat_byte(0x5e);
    let arguments = (bytes("first"), bytes("entry"));
    let task = json!({
        "sender": address(1).to_string().to_lowercase(), "selfAddress": Address::repeat_byte(0xc0).to_string().to_lowercase(),
        "taskId": env.context().task_id().to_string(), "epoch": 1, "blockNumber": 1, "timestamp": 1_700_000_000, "seed": seed.to_string(),
    });
    env.set_sender(address(1));
    let deployed = json!({
        "entry": "deploy", "input": hex::encode(enigma_contract::abi::encode(&arguments)),
        "outcome": outcome_record(&env.deploy::<Probe>(&arguments)),
    });
    let calls = calls().into_iter().map(|input| {
        env.set_seed(seed);
        json!({"entry": "call", "input": hex::encode(&input), "outcome": outcome_record(&env.call::<Probe>(address(1), &input))})
    });
    let runs: Vec<Value> = std::iter::once(deployed).chain(calls).collect();
    let store = env.store();
    let digest = |value: &[u8]| {
        if value.len() > 100 {
            crypto::keccak256(value).to_vec()
        } else {
            value.to_vec()
        }
    };
    let store: Vec<Value> = store
        .iter()
        .map(|(key, value)| json!([hex::encode(key), hex::encode(digest(value))]))
        .collect();
    json!({"task": task, "runs": runs, "store": store, "logs": env.take_logs()})
}

#[test]
fn does_what_the_record_says() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(RECORD);
    let now = record();
    if std::env::var_os("BLESS").is_some() {
        let text = serde_json::to_string_pretty(&now).expect("a JSON value can be written");
        std::fs::create_dir_all(path.parent().expect("the record lies in a folder")).expect("the folder can be made");
        std::fs::write(&path, text + "\n").expect("the record can be written");
    }
    let recorded = std::fs::read_to_string(&path).expect("the record can be read");
    assert_eq!(
        now,
        serde_json::from_str::<Value>(&recorded).expect("the record is JSON")
    );
}
