//! What an auditor's host cannot learn or have: calls that it makes up, plaintext, keys without the principal's leave.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use enigma_core::{
    crypto::{secret::Secret, signing::Signer},
    ecall::EcallError,
};
use support::{
    Machine, Value,
    audit::{Settled, alter_entry, with_audit},
    byte_field, bytes, enclave, field,
    group::{GROUP, address, owner},
    initialization, map,
    network::{
        NETWORK, ask, principal_initialization, sign_epoch, start_principal_for, start_with_quote, start_worker,
        take_keys,
    },
    script::{Step, value},
    task::{execute, receipt, settle},
};

#[test]
fn a_call_that_the_host_makes_up_is_not_executed_since_no_workers_enclave_signed_it() {
    with_audit(1, |audit| {
        audit.deploy_all();
        let task = audit.call(1, &[Step::Get(1)]);
        let result = execute(&mut audit.worker, &task);
        settle(&mut audit.worker, &task, &GROUP, false);
        let made_up = Settled {
            task: task.body.clone(),
            epoch: 1,
            outcome: 1,
            receipt: receipt(&result),
            signature: vec![27; 65],
            output: None,
            logs: field(&result, "logs"),
        };
        assert_eq!(audit.replay(&made_up), Err("receipt-not-of-a-worker".into()));
        let signer = Signer::new(&Secret::take(&mut [8; 32]));
        let digest = made_up.receipt.digest(&NETWORK);
        let signature = signer.unwrap().sign(&digest).unwrap().to_vec();
        let own = Settled { signature, ..made_up };
        assert_eq!(audit.replay(&own), Err("receipt-not-of-a-worker".into()));
    });
}

#[test]
fn no_ecall_of_an_auditor_lets_out_a_plaintext_a_state_or_a_signature_over_a_receipt() {
    // What the contract keeps, is told and tells: 60 equal bytes each.
    let secrets: [u16; 3] = [61, 62, 63];
    with_audit(2, |audit| {
        audit.deploy_all();
        let script = secrets.map(|secret| Step::Set(secret as u8, secret));
        let task = audit.call(1, &script);
        let honest = audit.settled(&task, 1);
        for alter in [alter_entry as fn(&mut Settled), |settled| settled.receipt.gas_used = 0] {
            let altered = audit.altered(&honest, alter);
            audit.replay(&altered).unwrap();
        }
        assert_eq!(audit.replay(&honest), Ok(None));
        let returned = audit.call(2, &[Step::Return(64), Step::Get(61), Step::Random]);
        let settled = audit.settled(&returned, 1);
        assert_eq!(audit.replay(&settled), Ok(None));
        let name = [("secretContract", bytes(address(0)))];
        let others = [
            ("contractState", map(&name)),
            (
                "executeTasks",
                map(&[("epoch", 1.into()), ("tasks", Value::Array(vec![task.body.clone()]))]),
            ),
            ("settle", Value::Null),
            ("view", Value::Null),
            ("signRegistration", Value::Null),
            ("releaseOutput", Value::Null),
            ("admitWorker", Value::Null),
            ("admitAuditor", Value::Null),
            ("signEpoch", Value::Null),
            ("certifyContractKey", Value::Null),
            ("grantContractKeys", Value::Null),
        ];
        for (ecall, body) in others {
            assert_eq!(audit.ask(ecall, &body).unwrap_err().code, "ecall-wrong-role", "{ecall}");
        }
        assert_eq!(audit.ask("inspect", &Value::Null).unwrap_err().code, "ecall-unknown");
        assert!(audit.heard.len() > 400);
        for secret in secrets {
            let value = value(secret);
            assert!(!audit.heard.windows(16).any(|heard| heard == &value[..16]));
        }
        assert!(!audit.heard.windows(16).any(|heard| heard == [1; 16]), "the result");
        for settled in [&honest, &settled] {
            let output = settled.output.as_ref().unwrap();
            assert!(!audit.heard.windows(32).any(|heard| heard == &output[..32]));
        }
    });
}

#[test]
fn keys_of_every_contract_go_to_an_auditor_but_of_no_epoch_that_was_not_signed_and_below_any_to_none() {
    let mut machines = [1, 2, 3, 4].map(Machine::new);
    let [strict, open, workers, auditors] = &mut machines;
    let mut strict = enclave(strict);
    let mut open = enclave(open);
    start_principal_for(&mut strict, Value::Null);
    let signer = start_principal_for(&mut open, "any".into());
    let mut worker = enclave(workers);
    let worker_signer = start_worker(&mut worker, &mut open, &signer);
    sign_epoch(&mut open, 1, &worker_signer);
    let mut auditor = enclave(auditors);
    let evidence = start_with_quote(&mut auditor, 3, &signer);
    let code = |answer: Result<Value, EcallError>| answer.unwrap_err().code;
    assert_eq!(code(ask(&mut strict, "admitAuditor", &evidence)), "auditors-refused");
    assert_eq!(
        take_keys(&mut auditor, &mut open, &owner(0), 1).unwrap_err().code,
        "worker-not-admitted"
    );
    assert_eq!(code(ask(&mut open, "admitWorker", &evidence)), "quote-report-data");
    ask(&mut open, "admitAuditor", &evidence).unwrap();
    for contract in 0..3 {
        take_keys(&mut auditor, &mut open, &owner(contract), 1).unwrap();
    }
    let later = take_keys(&mut auditor, &mut open, &owner(0), 2);
    assert_eq!(later.unwrap_err().code, "epoch-unsigned");

    let mut machine = Machine::new(5);
    let started = ask(
        &mut enclave(&mut machine),
        "initialize",
        &principal_initialization("none".into(), None),
    )
    .unwrap();
    let sealed = byte_field(&started, "sealed");
    let again = |machine: &mut Machine, auditors: Value| {
        let body = principal_initialization(auditors, Some(&sealed));
        ask(&mut enclave(machine), "initialize", &body)
    };
    assert_eq!(code(again(&mut machine, "any".into())), "auditors-setting-differs");
    assert_eq!(code(again(&mut machine, "some".into())), "auditors-setting-invalid");
    assert!(again(&mut machine, "none".into()).is_ok());
    assert!(again(&mut machine, Value::Null).is_ok());
}

#[test]
fn a_principal_made_for_auditors_stays_so_after_a_restart_that_does_not_say() {
    let (mut machine, mut auditors) = (Machine::new(1), Machine::new(2));
    let mut first = enclave(&mut machine);
    let started = ask(&mut first, "initialize", &principal_initialization("any".into(), None)).unwrap();
    ask(&mut first, "confirmSeal", &map(&[])).unwrap();
    drop(first);
    let sealed = byte_field(&started, "sealed");
    let mut again = enclave(&mut machine);
    ask(
        &mut again,
        "initialize",
        &principal_initialization(Value::Null, Some(&sealed)),
    )
    .unwrap();
    let mut auditor = enclave(&mut auditors);
    let evidence = start_with_quote(&mut auditor, 3, &field(&started, "signer"));
    ask(&mut again, "admitAuditor", &evidence).unwrap();
    let mut worker_machine = Machine::new(3);
    let mut worker = enclave(&mut worker_machine);
    let body = worker_asked_for_auditors();
    assert_eq!(
        ask(&mut worker, "initialize", &body).unwrap_err().code,
        "auditors-setting-invalid"
    );
    let mut other = Machine::new(6);
    start_principal_for(&mut enclave(&mut other), "none".into());
}

fn worker_asked_for_auditors() -> Value {
    let mut body = initialization(2, None);
    body.as_map_mut().unwrap().push(("auditors".into(), "any".into()));
    body
}
