//! A settled task replayed by an auditor: equal to the last byte, or the first field that differs.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use enigma_core::format::{receipt::ReceiptStatus, task_record::TaskKind};
use proptest::prelude::*;
use support::{
    Value,
    audit::{Audit, Settled, alter_entry, with_audit},
    field,
    group::{GROUP, address},
    script::{Step, encode},
    task::{entries, execute, next_tip, receipt, settle},
};

#[test]
fn every_kind_of_task_and_of_ending_is_replayed_to_the_same_bytes() {
    with_audit(3, |audit| {
        audit.deploy_all();
        let required = Step::Ethereum {
            required: true,
            data: 3,
        };
        let scripts = [
            vec![
                Step::Set(1, 9),
                Step::Random,
                Step::Call(address(1), vec![Step::Sender, Step::Set(2, 7)]),
            ],
            vec![Step::Private(vec![], 2), Step::Event(1), Step::Remove(1)],
            vec![Step::Get(1), required.clone()],
        ];
        for (nonce, script) in scripts.iter().enumerate() {
            let task = audit.call(nonce as u8 + 1, script);
            let settled = audit.settled(&task, 1);
            assert_eq!(audit.replay(&settled), Ok(None), "{script:?}");
        }
        for (nonce, script) in [vec![Step::Set(1, 2), Step::Revert], vec![Step::Trap]]
            .iter()
            .enumerate()
        {
            let task = audit.call(nonce as u8 + 10, script);
            let settled = audit.settled(&task, 2);
            assert_eq!(audit.replay(&settled), Ok(None), "{script:?}");
        }
        let task = audit.call(20, &[Step::Set(1, 77), required]);
        let callback_failed = audit.settled(&task, 3);
        assert_eq!(callback_failed.output, Some(Vec::new()));
        assert_eq!(
            audit.replay(&callback_failed),
            Ok(None),
            "it is replayed, and its states do not move"
        );
        let task = audit.call(21, &[Step::Get(1)]);
        let after = audit.settled(&task, 1);
        assert_eq!(audit.replay(&after), Ok(None));
    });
}

#[test]
fn public_inputs_orders_from_ethereum_unusable_keys_and_tasks_without_gas_are_replayed() {
    with_audit(2, |audit| {
        audit.deploy_all();
        let posted = audit
            .draft(1, 0)
            .kind(TaskKind::PostedCall)
            .public()
            .with(&encode(&[Step::Set(3, 4)]));
        let ordered = audit.draft(2, 0).kind(TaskKind::OrderedCall).public();
        let poor = audit.draft(4, 0);
        let mut starving = audit.draft(5, 0);
        starving.gas_limit = 11_200;
        let unusable = audit.draft(6, 1).unusable_key(&encode(&[Step::Get(1)]));
        let garbled = audit.draft(7, 1).garbled();
        let tasks = [
            (posted, 1),
            (ordered.with(&encode(&[Step::Get(3)])), 1),
            (poor.gas_limit(5).with(&encode(&[Step::Get(3)])), 2),
            (starving.with(&encode(&[Step::Get(3), Step::Get(3)])), 2),
            (unusable, 2),
            (garbled, 2),
        ];
        for (task, outcome) in tasks {
            let settled = audit.settled(&task, outcome);
            assert_eq!(audit.replay(&settled), Ok(None));
            let unseen = Settled {
                output: None,
                ..settled
            };
            if outcome == 2 {
                assert_eq!(
                    audit.replay(&unseen),
                    Ok(None),
                    "an output that nobody has is not compared"
                );
            }
        }
    });
}

#[test]
fn a_history_is_replayed_from_a_checkpoint_and_makes_the_next_one_by_rule() {
    with_audit(1, |audit| {
        audit.deploy_all();
        let mut log = Vec::new();
        let mut replays = Vec::new();
        for round in 0..12 {
            let task = audit
                .draft(round + 1, 0)
                .with(&encode(&[Step::Set(1, 3_000 + u16::from(round))]));
            let settled = audit.settled(&task, 1);
            let before = settled.receipt.moves[0].state_before;
            for entry in field(&settled.logs.as_array().unwrap()[0], "entries")
                .into_array()
                .unwrap()
            {
                log.push(entry);
            }
            replays.push((before, log.len(), settled));
        }
        let checkpoints = log.iter().filter(|entry| field(entry, "kind") == 2.into()).count();
        assert!(checkpoints >= 2, "the test is about them");
        for (_, _, settled) in &replays {
            assert_eq!(audit.replay(settled), Ok(None));
        }
        let at = log.iter().position(|entry| field(entry, "kind") == 2.into()).unwrap();
        let mut tip = replays[0].0;
        for entry in &log[..at] {
            tip = next_tip(&tip, entry);
        }
        let (_, end, _) = replays.iter().find(|(_, end, _)| *end == at + 1).unwrap();
        audit.load(0, tip, &log[at..*end], next_tip(&tip, &log[at])).unwrap();
        for (_, _, settled) in replays.iter().filter(|(_, end, _)| *end > at + 1) {
            assert_eq!(audit.replay(settled), Ok(None));
        }
    });
}

/// A task of two contracts with everything that can differ.
fn rich(audit: &mut Audit<'_>) -> Settled {
    let script = [
        Step::Set(1, 9),
        Step::Event(1),
        Step::Call(address(1), vec![Step::Set(2, 7)]),
    ];
    let task = audit.call(1, &script);
    audit.settled(&task, 1)
}

type Tampering = (&'static str, fn(&mut Settled));

#[test]
fn each_altered_field_is_named_and_leaves_the_states_where_they_were() {
    let alterations: [Tampering; 16] = [
        ("moves", |settled| settled.receipt.moves[0].state_before[0] ^= 1),
        ("moves", |settled| settled.receipt.moves[0].state_after[31] ^= 1),
        ("moves", |settled| settled.receipt.moves[1].state_after[0] ^= 1),
        ("moves", |settled| settled.receipt.moves[1].secret_contract[0] ^= 1),
        ("moves", |settled| settled.receipt.moves.reverse()),
        ("moves", |settled| settled.receipt.moves.truncate(1)),
        ("outputHash", |settled| settled.receipt.output_hash[5] ^= 1),
        ("gasUsed", |settled| settled.receipt.gas_used += 1),
        ("gasUsed", |settled| settled.receipt.gas_used -= 1),
        ("effectsHash", |settled| settled.receipt.effects_hash = [0; 32]),
        ("logs", |settled| settled.logs = Value::Array(Vec::new())),
        ("logs", |settled| settled.logs.as_array_mut().unwrap().reverse()),
        ("logs", |settled| drop(settled.logs.as_array_mut().unwrap().pop())),
        ("logs", alter_entry),
        ("output", |settled| settled.output.as_mut().unwrap()[0] ^= 1),
        ("output", |settled| settled.output = Some(Vec::new())),
    ];
    with_audit(2, |audit| {
        audit.deploy_all();
        let honest = rich(audit);
        for (position, (expected, alter)) in alterations.into_iter().enumerate() {
            let altered = audit.altered(&honest, alter);
            assert_eq!(
                audit.replay(&altered),
                Ok(Some(expected.into())),
                "alteration {position}"
            );
        }
        assert_eq!(audit.replay(&honest), Ok(None));
        let again = audit.replay(&honest);
        assert_eq!(again, Ok(Some("moves".into())), "the states have moved on");
    });
}

#[test]
fn a_failed_task_that_is_stated_to_have_committed_differs_in_its_status() {
    with_audit(1, |audit| {
        audit.deploy_all();
        let task = audit.call(1, &[Step::Revert]);
        let failed = audit.settled(&task, 2);
        for outcome in [1, 3] {
            let altered = audit.altered(&failed, |settled| {
                (settled.outcome, settled.receipt.status) = (outcome, ReceiptStatus::Committed);
            });
            assert_eq!(audit.replay(&altered), Ok(Some("status".into())));
        }
    });
}

#[test]
fn what_does_not_belong_together_is_refused_before_anything_runs() {
    with_audit(2, |audit| {
        audit.deploy_all();
        let honest = rich(audit);
        let cases: [Tampering; 8] = [
            ("receipt-of-another-task", |settled| settled.receipt.task_id[0] ^= 1),
            ("receipt-of-another-task", |settled| settled.receipt.record_hash[0] ^= 1),
            ("receipt-of-another-task", |settled| settled.receipt.epoch += 1),
            ("receipt-of-another-task", |settled| settled.epoch += 1),
            ("outcome-differs", |settled| settled.outcome = 2),
            ("outcome-differs", |settled| settled.outcome = 4),
            ("outcome-differs", |settled| settled.outcome = 0),
            ("receipt-of-another-task", |settled| {
                alter_task(settled, "record", |record| record[95] ^= 1)
            }),
        ];
        for (code, alter) in cases {
            let altered = audit.altered(&honest, alter);
            assert_eq!(audit.replay(&altered), Err(code.into()));
        }
        for (code, name) in [
            ("input-hash-differs", "input"),
            ("input-hash-differs", "userKey"),
            ("group-differs", "group"),
        ] {
            let altered = audit.altered(&honest, |settled| alter_task(settled, name, |value| value[0] ^= 1));
            let answered = audit.replay(&altered).unwrap_err();
            assert!(
                answered == code || (name == "group" && answered == "contract-keys-missing"),
                "{answered}"
            );
        }
        let untouched = audit.altered(&honest, |settled| {
            for (name, value) in settled.task.as_map_mut().unwrap() {
                if name.as_text() == Some("touches") {
                    *value = Value::Array(Vec::new());
                }
            }
        });
        assert_eq!(audit.replay(&untouched), Err("touches-differ".into()));
        assert_eq!(audit.replay(&honest), Ok(None));
    });
}

fn alter_task(settled: &mut Settled, name: &str, alter: impl Fn(&mut Vec<u8>)) {
    for (key, value) in settled.task.as_map_mut().unwrap() {
        if key.as_text() == Some(name) {
            alter(value.as_bytes_mut().unwrap());
        }
    }
}

fn leaf() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..4u8).prop_map(Step::Get),
        (0..4u8, prop_oneof![0..20u16, 3_000..3_100u16]).prop_map(|(key, number)| Step::Set(key, number)),
        (0..4u8).prop_map(Step::Remove),
        Just(Step::Random),
        Just(Step::Event(1)),
        Just(Step::Private(vec![], 2)),
        Just(Step::Revert),
        (0..4u8, 0..20u16)
            .prop_map(|(key, number)| Step::Call(address(1), vec![Step::Get(key), Step::Set(key, number)])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_a_worker_executes_replays(scripts in prop::collection::vec(prop::collection::vec(leaf(), 0..6), 1..8)) {
        with_audit(2, |audit| {
            audit.deploy_all();
            for (nonce, script) in scripts.iter().enumerate() {
                let task = audit.call(nonce as u8 + 1, script);
                let result = execute(&mut audit.worker, &task);
                let outcome = receipt(&result).status as u8;
                settle(&mut audit.worker, &task, &GROUP, false);
                let settled = audit.settled(&task, outcome);
                assert_eq!(audit.replay(&settled), Ok(None));
                assert_eq!(entries(&result, &address(0)).is_empty(), outcome == 2);
            }
        });
    }
}
