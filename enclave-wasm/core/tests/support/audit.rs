//! A principal that lets auditors in, a worker, an auditor, and a group of contracts; tasks that the worker executes and the
//! auditor replays.

use enigma_attestation::{Role, report_data};
use enigma_core::{
    crypto::{secret::Secret, signing::Signer},
    ecall::{EcallError, Enclave},
    format::{bytes::KeyOwner, receipt::Receipt, task_record::TaskKind},
    hardware::Hardware,
};

use super::{
    MODULE, Machine, NOW, Value, byte_field, bytes, field,
    group::{GROUP, owner},
    map,
    network::{
        NETWORK, Node, ask, load_module, public_key, sign_epoch, start_principal_for, start_with_quote, take_keys,
    },
    script::{Scripted, Step, encode},
    task::{Draft, Task, execute, load_log, receipt, release, settle},
};

/// A group of so many contracts, not deployed yet, and who knows it.
pub struct Audit<'a> {
    pub principal: Node<'a, super::Wasmi>,
    pub worker: Node<'a, Scripted>,
    pub auditor: Node<'a, Scripted>,
    pub public_keys: Vec<[u8; 32]>,
    /// The key of a worker whose quote is good and which signs whatever it is given.
    pub careless: Signer,
    /// Every answer and refusal of the auditor, as it left the enclave.
    pub heard: Vec<u8>,
}

/// What stands on Ethereum and in the logs about a task, as `replayTask` takes it.
#[derive(Clone)]
pub struct Settled {
    pub task: Value,
    pub epoch: u64,
    pub outcome: u8,
    pub receipt: Receipt,
    pub signature: Vec<u8>,
    pub output: Option<Vec<u8>>,
    pub logs: Value,
}

pub fn with_audit(contracts: u8, work: impl FnOnce(&mut Audit<'_>)) {
    let mut machines = [1, 2, 3].map(Machine::new);
    let [principals, workers, auditors] = &mut machines;
    let careless = Signer::new(&Secret::take(&mut [9; 32])).unwrap();
    let mut principal = super::enclave(principals);
    let principal_signer = start_principal_for(&mut principal, "any".into());
    let evidence = careless_evidence(&careless);
    ask(&mut principal, "admitWorker", &evidence).unwrap();
    let mut worker = Enclave::new(workers, Scripted::default());
    let evidence = start_with_quote(&mut worker, 2, &principal_signer);
    ask(&mut principal, "admitWorker", &evidence).unwrap();
    sign_epoch(&mut principal, 1, &field(&evidence, "signer"));
    let mut auditor = Enclave::new(auditors, Scripted::default());
    let evidence = start_with_quote(&mut auditor, 3, &principal_signer);
    ask(&mut principal, "admitAuditor", &evidence).unwrap();
    let module = wat::parse_str(MODULE).unwrap();
    load_module(&mut worker, &module);
    load_module(&mut auditor, &module);
    let mut public_keys = Vec::new();
    for number in 0..contracts {
        take_keys(&mut worker, &mut principal, &owner(number), 1).unwrap();
        take_keys(&mut auditor, &mut principal, &owner(number), 1).unwrap();
        public_keys.push(public_key(&mut principal, &owner(number), 1));
    }
    work(&mut Audit {
        principal,
        worker,
        auditor,
        public_keys,
        careless,
        heard: Vec::new(),
    });
}

/// A quote over a signing key that no enclave keeps to itself.
fn careless_evidence(signer: &Signer) -> Value {
    let mut machine = Machine::new(4);
    let key = [4; 32];
    let data = report_data(Role::Worker, signer.address(), &key);
    let mut hardware = &mut machine;
    map(&[
        ("signer", bytes(signer.address())),
        ("encryptionKey", bytes(key)),
        ("quote", bytes(Hardware::quote(&mut hardware, &data).unwrap())),
        ("collateral", bytes(Hardware::collateral(&mut hardware).unwrap())),
        ("now", NOW.into()),
    ])
}

impl Audit<'_> {
    pub fn draft(&self, nonce: u8, contract: u8) -> Draft {
        Draft::call(nonce, owner(contract), self.public_keys[usize::from(contract)])
    }

    /// Deploys all contracts of the group, in both enclaves.
    pub fn deploy_all(&mut self) {
        for number in 0..self.public_keys.len() as u8 {
            let deployment = self.draft(200 + number, number).kind(TaskKind::Deploy);
            let settled = self.settled(&deployment.with(&encode(&[Step::Set(1, 5)])), 1);
            assert_eq!(self.replay(&settled), Ok(None));
        }
    }

    /// A call of the first contract that may touch all.
    pub fn call(&self, nonce: u8, script: &[Step]) -> Task {
        self.draft(nonce, 0).touching(&self.others()).with(&encode(script))
    }

    /// All contracts but the first.
    pub fn others(&self) -> Vec<KeyOwner> {
        (1..self.public_keys.len() as u8).map(owner).collect()
    }

    /// Has the worker execute a task, which ends so on Ethereum.
    pub fn settled(&mut self, task: &Task, outcome: u8) -> Settled {
        let result = execute(&mut self.worker, task);
        let output = release(&mut self.worker, &result, outcome);
        settle(&mut self.worker, task, &GROUP, outcome == 1);
        Settled {
            task: task.body.clone(),
            epoch: 1,
            outcome,
            receipt: receipt(&result),
            signature: byte_field(&result, "signature"),
            output: Some(output),
            logs: if outcome == 1 {
                field(&result, "logs")
            } else {
                Value::Array(Vec::new())
            },
        }
    }

    /// The same with a receipt that the careless worker signs.
    pub fn altered(&self, settled: &Settled, alter: impl FnOnce(&mut Settled)) -> Settled {
        let mut altered = settled.clone();
        alter(&mut altered);
        let digest = altered.receipt.digest(&NETWORK);
        altered.signature = self.careless.sign(&digest).unwrap().to_vec();
        altered
    }

    pub fn ask(&mut self, name: &str, body: &Value) -> Result<Value, EcallError> {
        let answer = ask(&mut self.auditor, name, body);
        match &answer {
            Ok(answer) => ciborium::into_writer(answer, &mut self.heard).unwrap(),
            Err(error) => {
                self.heard.extend_from_slice(error.sentence.as_bytes());
                self.heard.extend_from_slice(error.data.as_deref().unwrap_or_default());
            }
        }
        answer
    }

    /// None where all is equal, else the field that differs; the code of a refusal.
    pub fn replay(&mut self, settled: &Settled) -> Result<Option<String>, String> {
        let answer = self.ask("replayTask", &settled.body()).map_err(|error| error.code)?;
        let difference = field(&answer, "difference");
        assert_eq!(field(&answer, "equal"), difference.is_null().into());
        if difference.is_null() {
            return Ok(None);
        }
        let (expected, actual) = (byte_field(&difference, "expected"), byte_field(&difference, "actual"));
        assert_ne!(expected, actual);
        assert!(expected.len() <= 32 && actual.len() <= 32, "more than a hash is told");
        Ok(Some(field(&difference, "field").into_text().unwrap()))
    }

    /// Puts a contract in the auditor's enclave where a log leads.
    pub fn load(&mut self, contract: u8, before: [u8; 32], entries: &[Value], tip: [u8; 32]) -> Result<(), String> {
        load_log(&mut self.auditor, &owner(contract), before, entries, tip)
    }
}

impl Settled {
    pub fn body(&self) -> Value {
        map(&[
            ("epoch", self.epoch.into()),
            ("task", self.task.clone()),
            ("outcome", self.outcome.into()),
            ("receipt", bytes(self.receipt.encode())),
            ("signature", bytes(&self.signature)),
            ("output", self.output.as_ref().map_or(Value::Null, bytes)),
            ("logs", self.logs.clone()),
        ])
    }
}

/// Changes one bit of the first entry of the first log.
pub fn alter_entry(settled: &mut Settled) {
    let logs = settled.logs.as_array_mut().unwrap();
    let entries = logs[0]
        .as_map_mut()
        .unwrap()
        .last_mut()
        .unwrap()
        .1
        .as_array_mut()
        .unwrap();
    for (name, value) in entries[0].as_map_mut().unwrap() {
        if name.as_text() == Some("ciphertext") {
            value.as_bytes_mut().unwrap()[0] ^= 1;
        }
    }
}
