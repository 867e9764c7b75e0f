//! A principal and workers, from their first start to granted keys.

use enigma_core::{
    ecall::{EcallError, Enclave},
    format::bytes::{KeyOwner, Network, word},
    task::engine::Engine,
};

use super::{CHAIN_ID, ENIGMA, Machine, NOW, Value, byte_field, bytes, field, initialization, map};

pub const NETWORK: Network = Network {
    chain_id: CHAIN_ID,
    enigma: ENIGMA,
};

pub type Node<'a, E> = Enclave<&'a mut Machine, E>;

/// One ecall.
pub fn ask<E: Engine>(enclave: &mut Node<'_, E>, name: &str, body: &Value) -> Result<Value, EcallError> {
    let mut encoded = Vec::new();
    ciborium::into_writer(body, &mut encoded).unwrap();
    enclave
        .ecall(name, &encoded)
        .map(|answer| ciborium::from_reader(answer.as_slice()).unwrap())
}

/// Starts a principal; its signing address.
pub fn start_principal<E: Engine>(principal: &mut Node<'_, E>) -> Value {
    start_principal_for(principal, Value::Null)
}

/// Starts a principal with a setting for auditors; its signing address.
pub fn start_principal_for<E: Engine>(principal: &mut Node<'_, E>, auditors: Value) -> Value {
    let started = ask(principal, "initialize", &principal_initialization(auditors, None)).unwrap();
    ask(principal, "confirmSeal", &map(&[])).unwrap();
    field(&started, "signer")
}

/// What a principal is initialized with.
pub fn principal_initialization(auditors: Value, sealed: Option<&[u8]>) -> Value {
    let mut body = initialization(1, sealed);
    body.as_map_mut().unwrap().push(("auditors".into(), auditors));
    body
}

/// Starts a worker and has it admitted; its signing address.
pub fn start_worker<E: Engine, F: Engine>(
    worker: &mut Node<'_, E>,
    principal: &mut Node<'_, F>,
    principal_signer: &Value,
) -> Value {
    let evidence = start_with_quote(worker, 2, principal_signer);
    ask(principal, "admitWorker", &evidence).unwrap();
    field(&evidence, "signer")
}

/// Starts a worker or an auditor; what a principal admits it by.
pub fn start_with_quote<E: Engine>(node: &mut Node<'_, E>, role: u8, principal_signer: &Value) -> Value {
    let start = map(&[
        ("role", role.into()),
        ("chainId", CHAIN_ID.into()),
        ("enigma", bytes(ENIGMA)),
        ("sealed", Value::Null),
        ("principalSigner", principal_signer.clone()),
    ]);
    let identity = ask(node, "initialize", &start).unwrap();
    ask(node, "confirmSeal", &map(&[])).unwrap();
    let quote = ask(node, "quote", &map(&[])).unwrap();
    map(&[
        ("signer", field(&identity, "signer")),
        ("encryptionKey", field(&identity, "encryptionKey")),
        ("quote", field(&quote, "quote")),
        ("collateral", field(&quote, "collateral")),
        ("now", NOW.into()),
    ])
}

/// Opens an epoch in which the one worker with a stake is selected for every group.
pub fn sign_epoch<E: Engine>(principal: &mut Node<'_, E>, number: u64, signer: &Value) {
    let member = map(&[
        ("address", signer.clone()),
        ("signer", signer.clone()),
        ("cumulativeStake", bytes(word(1u8))),
    ]);
    let epoch = map(&[
        ("number", number.into()),
        ("snapshotBlock", number.into()),
        ("blockHash", bytes([7; 32])),
        ("firstBlock", (number + 1).into()),
        ("workers", Value::Array(vec![member])),
    ]);
    ask(principal, "signEpoch", &epoch).unwrap();
}

fn named(owner: &KeyOwner) -> [(&'static str, Value); 3] {
    [
        ("secretContract", bytes(owner.secret_contract)),
        ("codeHash", bytes(owner.code_hash)),
        ("group", bytes(owner.group)),
    ]
}

/// Certifies the key that users encrypt to.
pub fn public_key<E: Engine>(principal: &mut Node<'_, E>, owner: &KeyOwner, epoch: u64) -> [u8; 32] {
    let [contract, code_hash, group] = named(owner);
    let question = map(&[contract, code_hash, group, ("epoch", epoch.into())]);
    let answer = ask(principal, "certifyContractKey", &question).unwrap();
    byte_field(&answer, "publicKey").try_into().unwrap()
}

/// Asks for a contract's keys of an epoch and takes them in.
pub fn take_keys<E: Engine, F: Engine>(
    worker: &mut Node<'_, E>,
    principal: &mut Node<'_, F>,
    owner: &KeyOwner,
    epoch: u64,
) -> Result<(), EcallError> {
    let wanted = Value::Array(vec![map(&named(owner))]);
    let request = map(&[("epoch", epoch.into()), ("contracts", wanted)]);
    let request = ask(worker, "requestContractKeys", &request)?;
    let granted = ask(principal, "grantContractKeys", &request)?;
    let grant = map(&[("grant", field(&granted, "grant")), ("now", NOW.into())]);
    ask(worker, "acceptContractKeys", &grant).map(|_| ())
}

/// Loads a module; its code hash.
pub fn load_module<E: Engine>(worker: &mut Node<'_, E>, module: &[u8]) -> Vec<u8> {
    let request = map(&[("module", bytes(module)), ("rules", 1.into())]);
    byte_field(&ask(worker, "loadModule", &request).unwrap(), "codeHash")
}

/// Starts one worker that serves every group in epoch 1, with module and keys, and gives it to `work` with the public key of
/// each contract.
pub fn with_worker<E: Engine>(
    engine: E,
    module: &[u8],
    owners: &[KeyOwner],
    work: impl FnOnce(&mut Node<'_, E>, &[[u8; 32]]),
) {
    let (mut principals, mut workers) = (Machine::new(1), Machine::new(2));
    let mut principal = super::enclave(&mut principals);
    let principal_signer = start_principal(&mut principal);
    let mut worker = Enclave::new(&mut workers, engine);
    let signer = start_worker(&mut worker, &mut principal, &principal_signer);
    sign_epoch(&mut principal, 1, &signer);
    let mut keys = Vec::new();
    for owner in owners {
        take_keys(&mut worker, &mut principal, owner, 1).unwrap();
        keys.push(public_key(&mut principal, owner, 1));
    }
    load_module(&mut worker, module);
    work(&mut worker, &keys);
}
