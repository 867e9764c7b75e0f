//! A principal's and a worker's enclave from the first start to a receipt, natively, with the interpreter.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use ciborium::Value;
use enigma_core::{
    crypto::keccak::keccak256,
    format::{
        bytes::{Address, KeyOwner},
        receipt::ReceiptStatus,
        task_record::TaskKind,
    },
    task::{engine::Engine, task_host::TaskHost},
};
use enigma_metering::{Entry, RunOutcome};
use support::{
    Wasmi, bytes, field,
    network::{self, Node},
    task::{self, Draft, Task, entries, error_code, execute, load_log, output, receipt},
};

const CONTRACT: Address = [0xc0; 20];

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

fn owner() -> KeyOwner {
    KeyOwner {
        secret_contract: CONTRACT,
        code_hash: keccak256(&wat::parse_str(COUNTER).unwrap()),
        group: CONTRACT,
    }
}

fn with_worker<E: Engine>(engine: E, work: impl FnOnce(&mut Node<'_, E>, &[u8; 32])) {
    let module = wat::parse_str(COUNTER).unwrap();
    network::with_worker(engine, &module, &[owner()], |worker, keys| work(worker, &keys[0]));
}

/// A task of the user, encrypted to the contract's key of the epoch.
fn task(public_key: &[u8; 32], nonce: u8, kind: TaskKind, plaintext: &[u8]) -> Task {
    Draft::call(nonce, owner(), *public_key).kind(kind).with(plaintext)
}

fn state<E: Engine>(worker: &mut Node<'_, E>) -> Value {
    task::state(worker, &CONTRACT)
}

fn settle<E: Engine>(worker: &mut Node<'_, E>, task: &Task, committed: bool) {
    task::settle(worker, task, &CONTRACT, committed);
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
        let other = || bytes([0xc1; 20]);
        let deployment = task(key, 1, TaskKind::Deploy, b"").altered("group", other());
        assert_eq!(error_code(&execute(worker, &deployment)), "group-differs");
        execute(worker, &task(key, 1, TaskKind::Deploy, b""));
        let before = state(worker);
        let call = task(key, 2, TaskKind::Call, b"value").altered("group", other());
        assert_eq!(error_code(&execute(worker, &call)), "group-differs");
        assert_eq!(state(worker), before);
    });
}

#[cfg(feature = "debug")]
#[test]
fn a_developer_sees_the_plaintext_of_a_task_and_nothing_where_it_did_not_decrypt() {
    use enigma_core::crypto::secret::Secret;
    use support::{byte_field, map};
    with_worker(Wasmi::default(), |worker, key| {
        execute(worker, &task(key, 1, TaskKind::Deploy, b"arguments"));
        let called = task(key, 2, TaskKind::Call, b"value");
        execute(worker, &called);
        // Encrypted to another key than the contract's.
        let unreadable = task(
            &enigma_core::crypto::session_keys::public_key(&Secret::take(&mut [9; 32])),
            3,
            TaskKind::Call,
            b"value",
        );
        execute(worker, &unreadable);
        let mut inspect = |task: &Task| network::ask(worker, "inspect", &map(&[("taskId", bytes(task.id))])).unwrap();
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
        assert_eq!(receipt(&result).status, ReceiptStatus::Failed);
        assert_eq!((field(&result, "logs"), state(worker)), (Value::Array(vec![]), before));
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
            let tip = receipt(&deployed).moves[0].state_after;
            load_log(worker, &owner(), [0; 32], &entries(&deployed, &CONTRACT), tip).unwrap();
            let again = execute(worker, &call);
            assert_eq!(output(worker, &call, &again), b"\0value");
        },
    );
}
