//! A principal's and a worker's enclave from the first start to a receipt, natively, with the interpreter.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use ciborium::Value;
use enigma_core::{
    crypto::{
        aead,
        keccak::{keccak256, keccak256_of},
        secret::Secret,
        session_keys,
    },
    ecall::{EcallError, Enclave},
    format::{
        associated_data::associated_data,
        bytes::{Network, word},
        receipt::{Receipt, ReceiptStatus},
        tag::Tag,
        task_record::{TaskKind, TaskRecord},
    },
    task::{engine::Engine, task_host::TaskHost},
};
use enigma_metering::{Entry, RunOutcome};
use support::{CHAIN_ID, ENIGMA, Machine, NOW, Wasmi, byte_field, bytes, call, enclave, field, map};

const NETWORK: Network = Network {
    chain_id: CHAIN_ID,
    enigma: ENIGMA,
};
const CONTRACT: [u8; 20] = [0xc0; 20];
const EPOCH: u64 = 1;

/// Counts in its state: `deploy` starts at nothing, `call` appends a byte to the value and returns it; an empty input traps.
const COUNTER: &str = r#"(module
  (import "enigma:contract/host@0.1.0" "storage-get" (func $get (param i32 i32 i32)))
  (import "enigma:contract/host@0.1.0" "storage-set" (func $set (param i32 i32 i32 i32)))
  (memory (export "memory") 2)
  (global $free (mut i32) (i32.const 1024))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.get $free)
    (global.set $free (i32.add (global.get $free) (local.get 3))))
  (func (export "deploy") (param i32 i32) (result i32) (i32.const 16))
  (func (export "call") (param $input i32) (param $length i32) (result i32)
    (call $set (i32.const 0) (i32.const 1) (local.get $input) (local.get $length))
    (if (i32.eqz (local.get $length)) (then unreachable))
    (call $get (i32.const 0) (i32.const 1) (i32.const 64))
    (i32.store (i32.const 36) (i32.load (i32.const 68)))
    (i32.store (i32.const 40) (i32.load (i32.const 72)))
    (i32.const 32)))"#;

/// What a task of these tests is made of.
struct Task {
    id: [u8; 32],
    body: Value,
    output_key: Secret,
}

/// A task of the user, encrypted to the contract's key of the epoch.
fn task(public_key: &[u8; 32], nonce: u8, kind: TaskKind, plaintext: &[u8]) -> Task {
    let user = Secret::take(&mut [nonce; 32]);
    let user_key = session_keys::public_key(&user);
    let keys = session_keys::client_session(&user, public_key).ok().unwrap();
    let mut record = TaskRecord {
        sender: [1; 20],
        nonce: word(nonce),
        kind,
        secret_contract: CONTRACT,
        code_hash: keccak256(&wat::parse_str(COUNTER).unwrap()),
        input_hash: [0; 32],
        touches_hash: [0; 32],
        gas_limit: 10_000_000,
        gas_price: 1,
        call_gas_limit: 0,
        block_number: 2,
        timestamp: NOW,
        parent_hash: [3; 32],
        epoch: EPOCH,
        rules: 1,
    };
    let id = record.task_id(&NETWORK);
    let input = aead::seal_padded(
        &keys.send,
        &associated_data(Tag::Input, &NETWORK, &CONTRACT, &id, 0),
        plaintext,
    );
    record.input_hash = keccak256_of(&[&input, &user_key]);
    let body = map(&[
        ("record", bytes(record.encode())),
        ("input", bytes(&input)),
        ("userKey", bytes(user_key)),
        ("group", bytes(CONTRACT)),
    ]);
    Task {
        id,
        body,
        output_key: keys.receive,
    }
}

/// Makes a worker's enclave on `machine`, with keys and module, and gives it to `work` with the contract's public key.
fn with_worker<E: Engine>(engine: E, work: impl FnOnce(&mut Enclave<&mut Machine, E>, &[u8; 32])) {
    let (mut principals, mut workers) = (Machine::new(1), Machine::new(2));
    let mut principal = enclave(&mut principals);
    let started = call(&mut principal, "initialize", &support::initialization(1, None)).unwrap();
    call(&mut principal, "confirmSeal", &map(&[])).unwrap();
    let mut worker = Enclave::new(&mut workers, engine);
    let initialization = map(&[
        ("role", 2.into()),
        ("chainId", CHAIN_ID.into()),
        ("enigma", bytes(ENIGMA)),
        ("sealed", Value::Null),
        ("principalSigner", field(&started, "signer")),
    ]);
    let identity = ask(&mut worker, "initialize", &initialization).unwrap();
    ask(&mut worker, "confirmSeal", &map(&[])).unwrap();
    let quote = ask(&mut worker, "quote", &map(&[])).unwrap();
    let evidence = map(&[
        ("signer", field(&identity, "signer")),
        ("encryptionKey", field(&identity, "encryptionKey")),
        ("quote", field(&quote, "quote")),
        ("collateral", field(&quote, "collateral")),
        ("now", NOW.into()),
    ]);
    call(&mut principal, "admitWorker", &evidence).unwrap();
    let signer = field(&identity, "signer");
    let member = map(&[
        ("address", signer.clone()),
        ("signer", signer),
        ("cumulativeStake", bytes(word(1u8))),
    ]);
    let epoch = map(&[
        ("number", EPOCH.into()),
        ("snapshotBlock", 1.into()),
        ("blockHash", bytes([7; 32])),
        ("firstBlock", 2.into()),
        ("workers", Value::Array(vec![member])),
    ]);
    call(&mut principal, "signEpoch", &epoch).unwrap();
    let module = wat::parse_str(COUNTER).unwrap();
    let named = [
        ("secretContract", bytes(CONTRACT)),
        ("codeHash", bytes(keccak256(&module))),
    ];
    let certificate = map(&[named[0].clone(), named[1].clone(), ("epoch", EPOCH.into())]);
    let public_key = byte_field(
        &call(&mut principal, "certifyContractKey", &certificate).unwrap(),
        "publicKey",
    );
    let wanted = map(&[named[0].clone(), named[1].clone(), ("group", bytes(CONTRACT))]);
    // The worker is selected for every group; only the contract's own one counts.
    let elsewhere = map(&[named[0].clone(), named[1].clone(), ("group", bytes([0xc1; 20]))]);
    for contracts in [vec![elsewhere.clone()], vec![wanted.clone(), elsewhere]] {
        let request = map(&[("epoch", EPOCH.into()), ("contracts", Value::Array(contracts))]);
        let request = ask(&mut worker, "requestContractKeys", &request).unwrap();
        let refusal = call(&mut principal, "grantContractKeys", &request).unwrap_err();
        assert_eq!(refusal.code, "group-differs");
    }
    let request = map(&[("epoch", EPOCH.into()), ("contracts", Value::Array(vec![wanted]))]);
    let request = ask(&mut worker, "requestContractKeys", &request).unwrap();
    let granted = call(&mut principal, "grantContractKeys", &request).unwrap();
    let grant = map(&[("grant", field(&granted, "grant")), ("now", NOW.into())]);
    ask(&mut worker, "acceptContractKeys", &grant).unwrap();
    ask(
        &mut worker,
        "loadModule",
        &map(&[("module", bytes(&module)), ("rules", 1.into())]),
    )
    .unwrap();
    work(&mut worker, &public_key.try_into().unwrap());
}

fn ask<E: Engine>(enclave: &mut Enclave<&mut Machine, E>, name: &str, body: &Value) -> Result<Value, EcallError> {
    let mut encoded = Vec::new();
    ciborium::into_writer(body, &mut encoded).unwrap();
    enclave
        .ecall(name, &encoded)
        .map(|answer| ciborium::from_reader(answer.as_slice()).unwrap())
}

fn execute<E: Engine>(worker: &mut Enclave<&mut Machine, E>, task: &Task) -> Value {
    let batch = map(&[
        ("epoch", EPOCH.into()),
        ("tasks", Value::Array(vec![task.body.clone()])),
    ]);
    let results = field(&ask(worker, "executeTasks", &batch).unwrap(), "results");
    results.as_array().unwrap()[0].clone()
}

fn state<E: Engine>(worker: &mut Enclave<&mut Machine, E>) -> Value {
    ask(worker, "contractState", &map(&[("secretContract", bytes(CONTRACT))])).unwrap()
}

fn settle<E: Engine>(worker: &mut Enclave<&mut Machine, E>, task: &Task, committed: bool) {
    let settlement = map(&[
        ("secretContract", bytes(CONTRACT)),
        ("taskId", bytes(task.id)),
        ("committed", committed.into()),
    ]);
    ask(worker, "settle", &settlement).unwrap();
}

fn error_code(result: &Value) -> String {
    field(&field(result, "error"), "code").into_text().unwrap()
}

/// Releases and decrypts a result's output: the ending's byte and its payload.
fn output<E: Engine>(worker: &mut Enclave<&mut Machine, E>, task: &Task, result: &Value) -> Vec<u8> {
    let status = Receipt::decode(&byte_field(result, "receipt")).unwrap().status as u8;
    let release = map(&[
        ("sealedOutput", field(result, "sealedOutput")),
        ("outcome", status.into()),
        ("proof", bytes([])),
    ]);
    let output = byte_field(&ask(worker, "releaseOutput", &release).unwrap(), "output");
    let context = associated_data(Tag::Output, &NETWORK, &CONTRACT, &task.id, 0);
    aead::open_padded(&task.output_key, &context, &output).unwrap().to_vec()
}

#[test]
fn a_contract_is_deployed_and_called() {
    with_worker(Wasmi::default(), |worker, key| {
        let (deployment, first) = (
            task(key, 1, TaskKind::Deploy, b""),
            task(key, 2, TaskKind::Call, b"value"),
        );
        let deployed = execute(worker, &deployment);
        assert_eq!(output(worker, &deployment, &deployed), [0]);
        let called = execute(worker, &first);
        assert_eq!(output(worker, &first, &called), b"\0value");
        assert_eq!(field(&state(worker), "pending"), 2.into());
        settle(worker, &first, true);
        assert_eq!(
            (field(&state(worker), "pending"), field(&state(worker), "length")),
            (0.into(), 2.into())
        );
    });
}

#[test]
fn a_task_of_another_group_than_the_contract_is_refused() {
    with_worker(Wasmi::default(), |worker, key| {
        let mut deployment = task(key, 1, TaskKind::Deploy, b"");
        let before = state(worker);
        for (name, value) in deployment.body.as_map_mut().unwrap() {
            if name.as_text() == Some("group") {
                *value = bytes([0xc1; 20]);
            }
        }
        assert_eq!(error_code(&execute(worker, &deployment)), "group-differs");
        assert_eq!(state(worker), before);
    });
}

#[cfg(feature = "debug")]
#[test]
fn a_developer_sees_the_plaintext_of_a_task_and_nothing_where_it_did_not_decrypt() {
    with_worker(Wasmi::default(), |worker, key| {
        execute(worker, &task(key, 1, TaskKind::Deploy, b"arguments"));
        let called = task(key, 2, TaskKind::Call, b"value");
        execute(worker, &called);
        // Encrypted to another key than the contract's.
        let unreadable = task(
            &session_keys::public_key(&Secret::take(&mut [9; 32])),
            3,
            TaskKind::Call,
            b"value",
        );
        execute(worker, &unreadable);
        let mut inspect = |task: &Task| ask(worker, "inspect", &map(&[("taskId", bytes(task.id))])).unwrap();
        assert_eq!(byte_field(&inspect(&called), "input"), b"value");
        let seen = inspect(&unreadable);
        assert_eq!((byte_field(&seen, "input"), field(&seen, "ending")), (vec![], 7.into()));
    });
}

#[test]
fn a_trap_takes_back_what_was_written_before_it() {
    with_worker(Wasmi::default(), |worker, key| {
        execute(worker, &task(key, 1, TaskKind::Deploy, b""));
        execute(worker, &task(key, 2, TaskKind::Call, b"value"));
        let before = state(worker);
        let trapped = task(key, 3, TaskKind::Call, b"");
        let result = execute(worker, &trapped);
        assert_eq!(output(worker, &trapped, &result), [6, 1]);
        assert_eq!(
            Receipt::decode(&byte_field(&result, "receipt")).unwrap().status,
            ReceiptStatus::Failed
        );
        assert_eq!((field(&result, "entry"), state(worker)), (Value::Null, before));
    });
}

#[test]
fn an_undone_task_gives_the_same_receipt_again() {
    with_worker(Wasmi::default(), |worker, key| {
        execute(worker, &task(key, 1, TaskKind::Deploy, b""));
        let before = state(worker);
        let tasks = [
            task(key, 2, TaskKind::Call, b"first"),
            task(key, 3, TaskKind::Call, b"second"),
        ];
        let results = tasks.each_ref().map(|task| execute(worker, task));
        settle(worker, &tasks[0], false);
        assert_eq!(
            field(&state(worker), "length"),
            field(&before, "length").as_integer().unwrap().into()
        );
        assert_eq!(tasks.each_ref().map(|task| execute(worker, task)), results);
    });
}

/// Fails in the middle of the second run, and loses its host if it is told to.
struct Failing {
    inner: Wasmi,
    runs: u32,
    loses_host: bool,
}

impl Engine for Failing {
    fn compile(&mut self, instrumented: &[u8], rules: u32) -> Result<u32, String> {
        self.inner.compile(instrumented, rules)
    }

    fn release(&mut self, _module: u32) {}

    fn run(
        &mut self,
        module: u32,
        entry: Entry,
        input: &[u8],
        gas: u64,
        host: TaskHost,
    ) -> (RunOutcome, Option<TaskHost>) {
        self.runs += 1;
        let (outcome, host) = self.inner.run(module, entry, input, gas, host);
        match self.runs {
            2 => (
                RunOutcome::NodeFault {
                    reason: "no memory".into(),
                },
                host.filter(|_| !self.loses_host),
            ),
            _ => (outcome, host),
        }
    }
}

#[test]
fn a_fault_of_the_engine_is_no_receipt_and_changes_nothing() {
    with_worker(
        Failing {
            inner: Wasmi::default(),
            runs: 0,
            loses_host: false,
        },
        |worker, key| {
            execute(worker, &task(key, 1, TaskKind::Deploy, b""));
            let before = state(worker);
            let call = task(key, 2, TaskKind::Call, b"value");
            assert_eq!(error_code(&execute(worker, &call)), "engine-fault");
            assert_eq!(state(worker), before);
            let again = execute(worker, &call);
            assert_eq!(output(worker, &call, &again), b"\0value");
        },
    );
}

#[test]
fn an_engine_that_loses_the_state_makes_the_contract_unknown_until_its_log_is_loaded() {
    with_worker(
        Failing {
            inner: Wasmi::default(),
            runs: 0,
            loses_host: true,
        },
        |worker, key| {
            let deployed = execute(worker, &task(key, 1, TaskKind::Deploy, b""));
            let call = task(key, 2, TaskKind::Call, b"value");
            assert_eq!(error_code(&execute(worker, &call)), "engine-lost-state");
            assert_eq!(error_code(&execute(worker, &call)), "log-missing");
            let tip = Receipt::decode(&byte_field(&deployed, "receipt")).unwrap().moves[0].state_after;
            let log = map(&[
                ("secretContract", bytes(CONTRACT)),
                ("codeHash", bytes(keccak256(&wat::parse_str(COUNTER).unwrap()))),
                ("entries", Value::Array(vec![field(&deployed, "entry")])),
                ("expectedTip", bytes(tip)),
            ]);
            ask(worker, "loadLog", &log).unwrap();
            let again = execute(worker, &call);
            assert_eq!(output(worker, &call, &again), b"\0value");
        },
    );
}
