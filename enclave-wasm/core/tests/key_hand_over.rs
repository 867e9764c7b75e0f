//! Which keys a worker can have: those of the epochs up to the last one it was selected in, and no later ones.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use enigma_core::{
    crypto::{keccak::keccak256, signing},
    format::{bytes::KeyOwner, eip712, task_record::TaskKind},
};
use support::{
    MODULE, Machine, Value, byte_field, bytes, enclave, field, initialization, map,
    network::{NETWORK, ask, load_module, public_key, sign_epoch, start_principal, start_worker, take_keys},
    script::{Scripted, Step, encode},
    task::{Draft, entries, error_code, execute, load_log, output, receipt, settle},
};

fn owner(group: u8) -> KeyOwner {
    KeyOwner {
        secret_contract: [0xc0; 20],
        code_hash: keccak256(&wat::parse_str(MODULE).unwrap()),
        group: [group; 20],
    }
}

#[test]
fn the_next_worker_gets_all_earlier_keys_and_goes_on_and_the_last_one_gets_no_later_ones() {
    let mut machines = [1, 2, 3].map(Machine::new);
    let [principals, firsts, seconds] = &mut machines;
    let mut principal = enclave(principals);
    let signer = start_principal(&mut principal);
    let mut first = enigma_core::ecall::Enclave::new(firsts, Scripted::default());
    let mut second = enigma_core::ecall::Enclave::new(seconds, Scripted::default());
    let first_signer = start_worker(&mut first, &mut principal, &signer);
    let second_signer = start_worker(&mut second, &mut principal, &signer);
    let (contract, module) = (owner(0xc0), wat::parse_str(MODULE).unwrap());
    load_module(&mut first, &module);
    load_module(&mut second, &module);

    sign_epoch(&mut principal, 1, &first_signer);
    take_keys(&mut first, &mut principal, &contract, 1).unwrap();
    let code = |refused: Result<(), enigma_core::ecall::EcallError>| refused.unwrap_err().code;
    assert_eq!(
        code(take_keys(&mut second, &mut principal, &contract, 1)),
        "worker-not-selected"
    );
    assert_eq!(
        code(take_keys(&mut first, &mut principal, &contract, 2)),
        "epoch-unsigned"
    );
    let key = public_key(&mut principal, &contract, 1);
    let task = |nonce, kind, script: &[Step]| Draft::call(nonce, contract, key).kind(kind).with(&encode(script));
    let deployment = task(1, TaskKind::Deploy, &[Step::Set(1, 5)]);
    let deployed = execute(&mut first, &deployment);
    settle(&mut first, &deployment, &contract.group, true);

    sign_epoch(&mut principal, 2, &second_signer);
    assert_eq!(
        code(take_keys(&mut first, &mut principal, &contract, 2)),
        "worker-not-selected"
    );
    take_keys(&mut second, &mut principal, &contract, 1).unwrap();
    take_keys(&mut second, &mut principal, &contract, 2).unwrap();
    let tip = receipt(&deployed).moves[0].state_after;
    let log = entries(&deployed, &contract.secret_contract);
    load_log(&mut second, &contract, [0; 32], &log, tip).unwrap();
    let call = task(2, TaskKind::Call, &[Step::Get(1), Step::Set(2, 6)]);
    let batch = map(&[("epoch", 2.into()), ("tasks", Value::Array(vec![call.body.clone()]))]);
    let results = field(&ask(&mut second, "executeTasks", &batch).unwrap(), "results");
    let result = &results.as_array().unwrap()[0];
    assert_eq!(output(&mut second, &call, result), [0, 0, 5]);
    let receipt = receipt(result);
    assert_eq!((receipt.epoch, receipt.moves[0].state_before), (2, tip));

    // What the second worker appended in epoch 2 is closed to the first one.
    let added = entries(result, &contract.secret_contract);
    let refused = load_log(&mut first, &contract, tip, &added, receipt.moves[0].state_after);
    assert_eq!(refused.unwrap_err(), "contract-keys-missing");
    let results = field(&ask(&mut first, "executeTasks", &batch).unwrap(), "results");
    assert_eq!(error_code(&results.as_array().unwrap()[0]), "contract-keys-missing");
}

#[test]
fn keys_under_another_group_open_nothing() {
    let mut machines = [1, 2].map(Machine::new);
    let [principals, workers] = &mut machines;
    let mut principal = enclave(principals);
    let signer = start_principal(&mut principal);
    let mut worker = enigma_core::ecall::Enclave::new(workers, Scripted::default());
    let worker_signer = start_worker(&mut worker, &mut principal, &signer);
    sign_epoch(&mut principal, 1, &worker_signer);
    load_module(&mut worker, &wat::parse_str(MODULE).unwrap());
    let (right, wrong) = (owner(0xc0), owner(0xc1));
    let key = public_key(&mut principal, &right, 1);
    assert_ne!(key, public_key(&mut principal, &wrong, 1));
    take_keys(&mut worker, &mut principal, &right, 1).unwrap();
    take_keys(&mut worker, &mut principal, &wrong, 1).unwrap();
    let deployment = Draft::call(1, right, key).kind(TaskKind::Deploy).with(&[]);
    let deployed = execute(&mut worker, &deployment);
    settle(&mut worker, &deployment, &right.group, false);
    let tip = receipt(&deployed).moves[0].state_after;
    let log = entries(&deployed, &right.secret_contract);
    assert_eq!(
        load_log(&mut worker, &wrong, [0; 32], &log, tip).unwrap_err(),
        "log-entry-unreadable"
    );
    load_log(&mut worker, &right, [0; 32], &log, tip).unwrap();
}

#[test]
fn an_enclave_signs_which_account_it_serves() {
    let mut machine = Machine::new(1);
    let mut worker = enclave(&mut machine);
    let identity = ask(&mut worker, "initialize", &initialization(2, None)).unwrap();
    ask(&mut worker, "confirmSeal", &map(&[])).unwrap();
    let answer = ask(&mut worker, "signRegistration", &map(&[("worker", bytes([8; 20]))])).unwrap();
    let [signer, key] = ["signer", "encryptionKey"].map(|name| byte_field(&identity, name));
    let signer: [u8; 20] = signer.try_into().unwrap();
    let hash = eip712::registration_hash(&[8; 20], &signer, &key.try_into().unwrap());
    let digest = eip712::digest(&NETWORK, &hash);
    assert_eq!(
        signing::recover(&digest, &byte_field(&answer, "signature")),
        Some(signer)
    );
}
