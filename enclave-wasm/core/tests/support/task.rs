//! Tasks as a user and a host make them, and what an enclave answers.

use enigma_core::{
    crypto::{aead, keccak::keccak256_of, secret::Secret, session_keys},
    format::{
        associated_data::associated_data,
        bytes::{Address, KeyOwner, word},
        log_entry::{EntryKind, LogEntry, next_state_hash},
        receipt::Receipt,
        tag::Tag,
        task_record::{TaskKind, TaskRecord},
        touches::touches_hash,
    },
    task::engine::Engine,
};

use super::{
    NOW, Value, byte_field, bytes, field, map,
    network::{NETWORK, Node, ask},
};

/// What a task is made of.
#[derive(Clone)]
pub struct Draft {
    pub nonce: u8,
    pub kind: TaskKind,
    pub called: KeyOwner,
    pub touches: Vec<KeyOwner>,
    /// Of the called contract in epoch 1.
    pub public_key: [u8; 32],
    /// The input is plain calldata and nobody reads the output.
    pub public: bool,
    pub gas_limit: u64,
}

/// A task of the user.
pub struct Task {
    pub id: [u8; 32],
    pub record: TaskRecord,
    pub body: Value,
    output_key: Option<Secret>,
}

impl Draft {
    pub fn call(nonce: u8, called: KeyOwner, public_key: [u8; 32]) -> Self {
        Self {
            nonce,
            kind: TaskKind::Call,
            called,
            touches: Vec::new(),
            public_key,
            public: false,
            gas_limit: 10_000_000,
        }
    }

    pub fn kind(self, kind: TaskKind) -> Self {
        Self { kind, ..self }
    }

    pub fn touching(self, touches: &[KeyOwner]) -> Self {
        let touches = touches.to_vec();
        Self { touches, ..self }
    }

    pub fn public(self) -> Self {
        Self { public: true, ..self }
    }

    pub fn gas_limit(self, gas_limit: u64) -> Self {
        Self { gas_limit, ..self }
    }

    /// The task with an input that nobody can open, and a key that nothing can be encrypted to.
    pub fn unusable_key(&self, input: &[u8]) -> Task {
        self.with_raw(input, [0; 32])
    }

    /// The task with an input that does not decrypt.
    pub fn garbled(&self) -> Task {
        let user = Secret::take(&mut [self.nonce; 32]);
        self.with_raw(&[7; 104], session_keys::public_key(&user))
    }

    fn with_raw(&self, input: &[u8], user_key: [u8; 32]) -> Task {
        let mut task = self.with(b"");
        task.record.input_hash = keccak256_of(&[input, &user_key]);
        let record = bytes(task.record.encode());
        task.altered("record", record)
            .altered("input", bytes(input))
            .altered("userKey", bytes(user_key))
    }

    /// The task with this calldata.
    pub fn with(&self, plaintext: &[u8]) -> Task {
        let called = &self.called;
        let touched: Vec<Address> = self.touches.iter().map(|owner| owner.secret_contract).collect();
        let joins_another = self.kind == TaskKind::Deploy && called.group != called.secret_contract;
        let mut record = TaskRecord {
            sender: [1; 20],
            nonce: word(self.nonce),
            kind: self.kind,
            secret_contract: called.secret_contract,
            code_hash: called.code_hash,
            input_hash: [0; 32],
            touches_hash: match joins_another {
                true => [&[0; 12][..], &called.group].concat().try_into().unwrap(),
                false => touches_hash(&called.secret_contract, &touched).unwrap(),
            },
            gas_limit: self.gas_limit,
            gas_price: 1,
            call_gas_limit: 0,
            block_number: 2,
            timestamp: NOW,
            parent_hash: [3; 32],
            epoch: 1,
            rules: 1,
        };
        let id = record.task_id(&NETWORK);
        let (input, user_key, output_key) = if self.public {
            (plaintext.to_vec(), [0; 32], None)
        } else {
            let user = Secret::take(&mut [self.nonce; 32]);
            let keys = session_keys::client_session(&user, &self.public_key).ok().unwrap();
            let context = associated_data(Tag::Input, &NETWORK, &called.secret_contract, &id, 0);
            let input = aead::seal_padded(&keys.send, &context, plaintext);
            (input, session_keys::public_key(&user), Some(keys.receive))
        };
        record.input_hash = keccak256_of(&[&input, &user_key]);
        let touch = |owner: &KeyOwner| {
            map(&[
                ("secretContract", bytes(owner.secret_contract)),
                ("codeHash", bytes(owner.code_hash)),
            ])
        };
        let body = map(&[
            ("record", bytes(record.encode())),
            ("input", bytes(&input)),
            ("userKey", bytes(user_key)),
            ("group", bytes(called.group)),
            ("touches", Value::Array(self.touches.iter().map(touch).collect())),
        ]);
        Task {
            id,
            record,
            body,
            output_key,
        }
    }
}

impl Task {
    /// The same task with another value in a field of what the host hands in.
    pub fn altered(mut self, name: &str, value: Value) -> Self {
        for (key, old) in self.body.as_map_mut().unwrap() {
            if key.as_text() == Some(name) {
                *old = value.clone();
            }
        }
        self
    }
}

/// Executes one task in epoch 1; its result.
pub fn execute<E: Engine>(worker: &mut Node<'_, E>, task: &Task) -> Value {
    execute_batch(worker, &[task]).remove(0)
}

/// Executes tasks of epoch 1 in one ecall; their results.
pub fn execute_batch<E: Engine>(worker: &mut Node<'_, E>, tasks: &[&Task]) -> Vec<Value> {
    let tasks = tasks.iter().map(|task| task.body.clone()).collect();
    let batch = map(&[("epoch", 1.into()), ("tasks", Value::Array(tasks))]);
    let results = field(&ask(worker, "executeTasks", &batch).unwrap(), "results");
    results.into_array().unwrap()
}

pub fn receipt(result: &Value) -> Receipt {
    Receipt::decode(&byte_field(result, "receipt")).unwrap()
}

/// Settles; the contracts that changed hands with their tips.
pub fn settle<E: Engine>(
    worker: &mut Node<'_, E>,
    task: &Task,
    group: &Address,
    committed: bool,
) -> Vec<(Vec<u8>, Vec<u8>)> {
    let settlement = map(&[
        ("group", bytes(group)),
        ("taskId", bytes(task.id)),
        ("committed", committed.into()),
    ]);
    let tips = field(&ask(worker, "settle", &settlement).unwrap(), "tips");
    let tip = |tip: &Value| (byte_field(tip, "secretContract"), byte_field(tip, "tip"));
    tips.as_array().unwrap().iter().map(tip).collect()
}

/// What `contractState` answers.
pub fn state<E: Engine>(worker: &mut Node<'_, E>, contract: &Address) -> Value {
    ask(worker, "contractState", &map(&[("secretContract", bytes(contract))])).unwrap()
}

pub fn error_code(result: &Value) -> String {
    field(&field(result, "error"), "code").into_text().unwrap()
}

/// What `releaseOutput` gives for an outcome.
pub fn release<E: Engine>(worker: &mut Node<'_, E>, result: &Value, outcome: u8) -> Vec<u8> {
    let release = map(&[
        ("sealedOutput", field(result, "sealedOutput")),
        ("outcome", outcome.into()),
        ("proof", bytes([])),
    ]);
    byte_field(&ask(worker, "releaseOutput", &release).unwrap(), "output")
}

/// Releases and decrypts a result's output: the ending's byte and its payload.
pub fn output<E: Engine>(worker: &mut Node<'_, E>, task: &Task, result: &Value) -> Vec<u8> {
    let output = release(worker, result, receipt(result).status as u8);
    let context = associated_data(Tag::Output, &NETWORK, &task.record.secret_contract, &task.id, 0);
    let key = task.output_key.as_ref().unwrap();
    aead::open_padded(key, &context, &output).unwrap().to_vec()
}

/// The entries that a result appends to a contract's log.
pub fn entries(result: &Value, contract: &Address) -> Vec<Value> {
    let logs = field(result, "logs").into_array().unwrap();
    let log = logs.iter().find(|log| byte_field(log, "secretContract") == contract);
    log.map(|log| field(log, "entries").into_array().unwrap())
        .unwrap_or_default()
}

/// Loads a log; the code of a refusal.
pub fn load_log<E: Engine>(
    worker: &mut Node<'_, E>,
    owner: &KeyOwner,
    state_before: [u8; 32],
    entries: &[Value],
    tip: [u8; 32],
) -> Result<(), String> {
    let log = map(&[
        ("secretContract", bytes(owner.secret_contract)),
        ("codeHash", bytes(owner.code_hash)),
        ("group", bytes(owner.group)),
        ("stateBefore", bytes(state_before)),
        ("entries", Value::Array(entries.to_vec())),
        ("expectedTip", bytes(tip)),
    ]);
    ask(worker, "loadLog", &log).map(|_| ()).map_err(|error| error.code)
}

/// The state hash after one more entry.
pub fn next_tip(tip: &[u8; 32], entry: &Value) -> [u8; 32] {
    let number = |name| u64::try_from(field(entry, name).as_integer().unwrap()).unwrap();
    let entry = LogEntry {
        index: number("index"),
        kind: if number("kind") == 1 {
            EntryKind::Delta
        } else {
            EntryKind::Checkpoint
        },
        task_id: byte_field(entry, "taskId").try_into().unwrap(),
        epoch: number("epoch"),
        ciphertext: byte_field(entry, "ciphertext"),
    };
    next_state_hash(tip, &entry)
}
