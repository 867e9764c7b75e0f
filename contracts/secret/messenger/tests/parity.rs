//! Records what messengers and a probe do together natively; `test/contracts` holds their WebAssembly modules to the same.
//!
//! `BLESS=1 cargo test -p messenger --test parity` writes the record anew.

use enigma_contract::prelude::*;
use enigma_contract::primitives::hex;
use enigma_contract::testing::{Effect, Env, Outcome, address, calldata};
use messenger::Messenger;
use probe::Probe;
use serde_json::{Value, json};
use std::path::PathBuf;

const RECORD: &str = "../../../test/vectors/contracts/messenger.json";

/// Messengers beside the one whose tasks are recorded.
const MESSENGERS: [u64; 4] = [11, 12, 13, 14];
const PROBE: u64 = 20;
/// A contract that is deployed, but that no task declares.
const UNDECLARED: u64 = 21;
const SENDER: u64 = 1;
const TARGET: u64 = 30;

fn text(text: &str) -> String {
    text.to_string()
}

fn network() -> Env {
    let env = Env::new();
    assert_eq!(env.deploy::<Messenger>(&()), Outcome::Returned(vec![]));
    for number in MESSENGERS.into_iter().chain([UNDECLARED]) {
        env.deploy_at::<Messenger>(address(number), &());
    }
    let entry = (Bytes::from_static(b"first"), Bytes::from_static(b"entry"));
    assert_eq!(
        env.deploy_at::<Probe>(address(PROBE), &entry),
        Outcome::Returned(vec![])
    );
    env.set_touches(&declared());
    env
}

fn declared() -> Vec<Address> {
    MESSENGERS.into_iter().chain([PROBE]).map(address).collect()
}

/// Calldata of tasks.
fn tasks() -> Vec<Vec<u8>> {
    [effects(), calls(), endings(), limits()].concat()
}

fn effects() -> Vec<Vec<u8>> {
    let call = (address(TARGET), U256::from(5u8), Bytes::from_static(b"call"));
    let key = crypto::x25519_public_key(&B256::repeat_byte(9));
    vec![
        calldata("requireCall(address,uint256,bytes)", &call),
        calldata("attemptCall(address,uint256,bytes)", &call),
        calldata("emitPing(string,uint64)", &(text("to all"), 1u64)),
        calldata("emitPrivatePing(string,uint64)", &(text("to the user"), 2u64)),
        calldata(
            "emitPrivatePingTo(bytes32,string,uint64)",
            &(key, text("to a key"), 3u64),
        ),
        calldata("leaveEverything(address)", &address(TARGET)),
    ]
}

fn calls() -> Vec<Vec<u8>> {
    let (first, second) = (address(MESSENGERS[0]), address(MESSENGERS[1]));
    let ping = Bytes::from(calldata("emitPing(string,uint64)", &(text("from within"), 4u64)));
    let parties = Bytes::from(calldata("parties()", &()));
    let path: Vec<Address> = MESSENGERS[..2].iter().copied().chain([PROBE]).map(address).collect();
    vec![
        calldata("countRunsOf(address,address)", &(first, second)),
        calldata("countRunOf(address)", &first),
        calldata("countRunOf(address)", &address(PROBE)),
        calldata("callOther(address,bytes,uint64)", &(second, ping.clone(), u64::MAX)),
        calldata("callOther(address,bytes,uint64)", &(second, parties, u64::MAX)),
        calldata("callAndRevert(address,bytes)", &(second, ping)),
        calldata("drawWith(address)", &first),
        calldata(
            "relay(address[],bytes)",
            &(path, Bytes::from(calldata("countRun()", &()))),
        ),
    ]
}

/// Calls that do not return, and what remains of the task.
fn endings() -> Vec<Vec<u8>> {
    let call = |contract: u64, data: Vec<u8>| {
        calldata(
            "callOther(address,bytes,uint64)",
            &(address(contract), Bytes::from(data), u64::MAX),
        )
    };
    vec![
        call(PROBE, calldata("refuse()", &())),
        call(PROBE, calldata("deny(uint256)", &U256::from(3u8))),
        call(PROBE, calldata("revertWithText(string)", &text("why"))),
        call(PROBE, calldata("unknown()", &())),
        call(PROBE, vec![]),
        call(PROBE, calldata("echoBool(bool)", &2u8)),
        call(MESSENGERS[0], calldata("emitMany(uint32)", &33u32)),
        call(
            MESSENGERS[0],
            calldata(
                "emitPrivatePingTo(bytes32,string,uint64)",
                &(B256::ZERO, text(""), 0u64),
            ),
        ),
        call(MESSENGERS[0], calldata("countRunOf(address)", &address(UNDECLARED))),
        call(UNDECLARED, calldata("countRun()", &())),
        call(99, calldata("countRun()", &())),
        calldata("countRunOf(address)", &Address::repeat_byte(0xc0)),
        calldata("countRunOf(address)", &address(UNDECLARED)),
    ]
}

/// Depth, re-entry, and the most that a task may leave for Ethereum.
fn limits() -> Vec<Vec<u8>> {
    let count = Bytes::from(calldata("countRun()", &()));
    let deepest: Vec<Address> = MESSENGERS[..3].iter().copied().map(address).collect();
    let too_deep: Vec<Address> = MESSENGERS.into_iter().map(address).collect();
    let back = vec![address(MESSENGERS[0]), Address::repeat_byte(0xc0)];
    vec![
        calldata("relay(address[],bytes)", &(deepest, count.clone())),
        calldata("relay(address[],bytes)", &(too_deep, count.clone())),
        calldata("relay(address[],bytes)", &(back, count)),
        calldata("emitMany(uint32)", &32u32),
        calldata("emitMany(uint32)", &33u32),
        calldata("emitLarge(uint32,uint32)", &(65_440u32, 1u32)),
        calldata("emitLarge(uint32,uint32)", &(65_472u32, 1u32)),
        calldata("emitLarge(uint32,uint32)", &(65_504u32, 1u32)),
        calldata("emitLarge(uint32,uint32)", &(16_288u32, 4u32)),
        calldata("emitLarge(uint32,uint32)", &(16_320u32, 4u32)),
        calldata("emitPrivatePing(string,uint64)", &("x".repeat(32_000), 0u64)),
        calldata("emitPrivatePing(string,uint64)", &("x".repeat(33_000), 0u64)),
        calldata(
            "emitPrivatePingTo(bytes32,string,uint64)",
            &(B256::ZERO, text(""), 0u64),
        ),
    ]
}

fn views() -> Vec<Vec<u8>> {
    let count = Bytes::from(calldata("countRun()", &()));
    vec![
        calldata("runs()", &()),
        calldata("parties()", &()),
        calldata("countRun()", &()),
        calldata("viewThatWrites()", &()),
        calldata("viewThatRemoves()", &()),
        calldata("viewThatEmits()", &()),
        calldata("viewThatEmitsPrivately()", &()),
        calldata("viewThatCallsEthereum()", &()),
        calldata("viewThatCallsOther(address,bytes)", &(address(MESSENGERS[0]), count)),
        calldata("runs()", &1u8),
        vec![],
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

fn lower(address: &Address) -> String {
    address.to_string().to_lowercase()
}

/// An effect; data of more than 1,024 bytes as its hash.
fn effect_record(effect: &Effect) -> Value {
    let digest = |data: &[u8]| {
        if data.len() > 1_024 {
            crypto::keccak256(data).to_string()
        } else {
            hex::encode(data)
        }
    };
    let call = |kind: &str, source: &Address, call: &EthereumCall| {
        json!({"kind": kind, "source": lower(source), "target": lower(&call.target()), "value": call.wei().to_string(),
            "data": digest(call.calldata())})
    };
    match effect {
        Effect::Required { source, call: made } => call("required", source, made),
        Effect::Attempted { source, call: made } => call("attempted", source, made),
        Effect::Event { source, topics, data } => {
            let topics: Vec<String> = topics.iter().map(hex::encode).collect();
            json!({"kind": "event", "source": lower(source), "topics": topics, "data": digest(data)})
        }
        Effect::PrivateEvent {
            source,
            recipient,
            data,
        } => {
            let recipient = match recipient {
                Recipient::User => String::new(),
                Recipient::Key(key) => hex::encode(key),
            };
            json!({"kind": "private-event", "source": lower(source), "recipient": recipient, "data": digest(data)})
        }
    }
}

/// Runs tasks and views; the random streams begin anew with each, as in the enclave.
fn record() -> Value {
    let env = network();
    let seed = B256::repeat_byte(0x5e);
    let run = |entry: &str, input: Vec<u8>| {
        env.set_seed(seed);
        let outcome = match entry {
            "view" => env.view::<Messenger>(address(SENDER), &input),
            _ => env.call::<Messenger>(address(SENDER), &input),
        };
        let effects: Vec<Value> = env.take_effects().iter().map(effect_record).collect();
        json!({"entry": entry, "input": hex::encode(input), "outcome": outcome_record(&outcome), "effects": effects})
    };
    let tasks: Vec<Value> = tasks().into_iter().map(|input| run("call", input)).collect();
    let views: Vec<Value> = views().into_iter().map(|input| run("view", input)).collect();
    let own = env.self_address();
    let task = json!({
        "sender": lower(&address(SENDER)), "selfAddress": lower(&own), "taskId": env.context().task_id().to_string(), "epoch": 1,
        "blockNumber": 1, "timestamp": 1_700_000_000, "seed": seed.to_string(),
    });
    let deployed = MESSENGERS
        .into_iter()
        .chain([UNDECLARED])
        .map(address)
        .map(|place| (place, "messenger"));
    let contracts = [(own, "messenger")]
        .into_iter()
        .chain(deployed)
        .chain([(address(PROBE), "probe")]);
    let contracts: Vec<Value> = contracts
        .map(|(place, name)| {
            env.set_self_address(place);
            let store: Vec<Value> =
                env.store().iter().map(|(key, value)| json!([hex::encode(key), hex::encode(value)])).collect();
            json!({"address": lower(&place), "name": name, "isDeclared": place == own || declared().contains(&place), "store": store})
        })
        .collect();
    let runs = [tasks, views].concat();
    json!({"task": task, "contracts": contracts, "runs": runs})
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
