//! Tasks over several contracts of a group: what they may call, what stands, and what they leave for Ethereum.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use enigma_core::{
    crypto::keccak::keccak256, format::effect::NO_EFFECTS, format::receipt::ReceiptStatus,
    format::task_record::TaskKind,
};
use support::{
    Value, byte_field, bytes, field,
    group::{GROUP, address, effect_kinds, length, owner, run, with_group},
    map,
    script::{Step, encode},
    task::{entries, error_code, execute, output, receipt, release, settle, state},
};

#[test]
fn every_contract_that_a_task_may_touch_gets_an_entry_so_that_nobody_learns_which_it_called() {
    with_group(3, |worker, group| {
        let before: Vec<Value> = (0..3).map(|number| state(worker, &address(number))).collect();
        let (result, _) = run(worker, group, 1, &[Step::Call(address(2), vec![Step::Set(1, 5)])]);
        let moves = receipt(&result).moves;
        let moved: Vec<[u8; 20]> = moves.iter().map(|one| one.secret_contract).collect();
        assert_eq!(moved, [address(0), address(1), address(2)]);
        for (number, one) in moves.iter().enumerate() {
            let number = number as u8;
            assert_eq!(byte_field(&before[usize::from(number)], "tip"), one.state_before);
            assert_eq!(byte_field(&state(worker, &address(number)), "tip"), one.state_after);
            let added = entries(&result, &address(number));
            assert_eq!((added.len(), byte_field(&added[0], "ciphertext").len()), (1, 64 + 40));
        }
    });
}

#[test]
fn a_callee_sees_its_caller_and_its_own_state_and_its_failure_takes_back_all_that_it_and_its_callees_did() {
    with_group(3, |worker, group| {
        let inner = Step::Call(address(2), vec![Step::Sender, Step::Set(1, 9), Step::Event(1)]);
        let failing = Step::Call(
            address(1),
            vec![Step::Set(1, 7), inner.clone(), Step::Event(2), Step::Revert],
        );
        let read = |number| Step::Call(address(number), vec![Step::Get(1)]);
        let script = [
            Step::Set(1, 3),
            Step::Event(0),
            failing,
            read(1),
            read(2),
            inner,
            read(2),
            Step::Get(1),
        ];
        let (result, output) = run(worker, group, 1, &script);
        let expected = [
            &[0][..],
            b"\x01reason",
            &[0, 255, 255],
            &[0, 255, 255],
            &[0],
            &address(0),
            &[0],
            &length(9),
            &length(3),
        ];
        assert_eq!(output, expected.concat());
        assert_eq!(effect_kinds(&result), [3, 3]);
    });
}

#[test]
fn undeclared_contracts_reentry_and_calls_too_deep_are_answered_to_the_caller() {
    with_group(5, |worker, group| {
        let refused = |reason: &str| [&[10], reason.as_bytes()].concat();
        let (_, output) = run(worker, group, 1, &[Step::Call([9; 20], vec![])]);
        assert_eq!(output, [vec![0], refused("undeclared")].concat());
        let (_, output) = run(worker, group, 2, &[Step::Call(address(0), vec![])]);
        assert_eq!(output, [vec![0], refused("reentry")].concat());
        let deepest = Step::Call(address(4), vec![]);
        let chain = (1..4)
            .rev()
            .fold(deepest, |inner, number| Step::Call(address(number), vec![inner]));
        let (_, output) = run(worker, group, 3, &[chain]);
        assert_eq!(output, [vec![0, 0, 0, 0], refused("depth")].concat());
    });
}

#[test]
fn touches_that_are_not_those_of_the_record_are_refused_without_a_receipt() {
    with_group(3, |worker, group| {
        let task = || group.call(1, &[]);
        let touch = |number: u8| {
            map(&[
                ("secretContract", bytes(address(number))),
                ("codeHash", bytes(owner(0).code_hash)),
            ])
        };
        for list in [vec![], vec![1], vec![2, 1], vec![1, 1, 2], vec![0, 1, 2]] {
            let touches = Value::Array(list.into_iter().map(touch).collect());
            assert_eq!(
                error_code(&execute(worker, &task().altered("touches", touches))),
                "touches-differ"
            );
        }
        let other_code = map(&[("secretContract", bytes(address(1))), ("codeHash", bytes([1; 32]))]);
        let touches = Value::Array(vec![other_code, touch(2)]);
        assert_eq!(
            error_code(&execute(worker, &task().altered("touches", touches))),
            "code-hash-differs"
        );
        assert!(execute(worker, &task()).as_map().unwrap().len() > 2);
    });
}

#[test]
fn behind_a_required_call_nothing_of_the_group_is_executed_until_it_is_settled() {
    with_group(2, |worker, group| {
        let required = group.call(
            1,
            &[
                Step::Set(1, 5),
                Step::Ethereum {
                    required: true,
                    data: 3,
                },
            ],
        );
        let behind = group.draft(2, 1).with(&encode(&[Step::Get(1)]));
        let first = execute(worker, &required);
        assert_eq!(effect_kinds(&first), [1]);
        assert_eq!(error_code(&execute(worker, &behind)), "calls-uncommitted");
        assert_eq!(error_code(&execute(worker, &required)), "task-pending");
        let tips = settle(worker, &required, &GROUP, false);
        assert_eq!(tips.len(), 2);
        assert_eq!(tips[0].1, receipt(&first).moves[0].state_before);
        assert_eq!(execute(worker, &required), first, "executed again, it is the same task");
        settle(worker, &required, &GROUP, true);
        let result = execute(worker, &behind);
        assert_eq!(output(worker, &behind, &result), [0, 255, 255]);
        assert_eq!(
            release(worker, &first, 3),
            Vec::<u8>::new(),
            "a failed callback shows no output"
        );
    });
}

#[test]
fn an_undone_task_takes_all_later_ones_of_the_group_with_it_and_leaves_other_contracts_where_they_were() {
    with_group(2, |worker, group| {
        let (one, two) = (
            group.draft(1, 0).with(&encode(&[Step::Set(1, 5)])),
            group.draft(2, 1).with(&encode(&[Step::Set(1, 6)])),
        );
        let start: Vec<Value> = (0..2).map(|number| state(worker, &address(number))).collect();
        execute(worker, &one);
        execute(worker, &two);
        assert_eq!(settle(worker, &one, &GROUP, false).len(), 2);
        assert_eq!(
            (0..2).map(|number| state(worker, &address(number))).collect::<Vec<_>>(),
            start
        );
        assert!(settle(worker, &two, &GROUP, true).is_empty());
    });
}

#[test]
fn an_ordered_call_tells_its_sender_in_its_last_effect_how_it_ended() {
    with_group(1, |worker, group| {
        let order = |nonce, script: &[Step]| {
            group
                .draft(nonce, 0)
                .kind(TaskKind::OrderedCall)
                .public()
                .with(&encode(script))
        };
        let returned = order(1, &[Step::Event(1), Step::Return(8_192)]);
        let result = execute(worker, &returned);
        assert_eq!(
            (effect_kinds(&result), receipt(&result).status),
            (vec![3, 1], ReceiptStatus::Committed)
        );
        assert_eq!(
            (receipt(&result).output_hash, release(worker, &result, 1)),
            (keccak256(b""), vec![])
        );
        settle(worker, &returned, &GROUP, true);
        for (nonce, script) in [(2, vec![Step::Event(1), Step::Return(8_193)]), (3, vec![Step::Revert])] {
            let failed = order(nonce, &script);
            let result = execute(worker, &failed);
            assert_eq!(
                (effect_kinds(&result), receipt(&result).status),
                (vec![2], ReceiptStatus::Failed)
            );
            let callback = field(&result, "effects").into_array().unwrap().remove(0);
            assert_eq!(
                (byte_field(&callback, "source"), byte_field(&callback, "target")),
                (address(0).to_vec(), vec![1; 20])
            );
        }
        // A failed task waits for nothing: the next one runs at once.
        let posted = group
            .draft(4, 0)
            .kind(TaskKind::PostedCall)
            .public()
            .with(&encode(&[Step::Get(1)]));
        let result = execute(worker, &posted);
        assert_eq!(
            (receipt(&result).status, effect_kinds(&result)),
            (ReceiptStatus::Committed, vec![])
        );
    });
}

#[test]
fn a_public_input_in_an_ordinary_call_is_an_unusable_key() {
    with_group(1, |worker, group| {
        let result = execute(worker, &group.draft(1, 0).public().with(&encode(&[])));
        let receipt = receipt(&result);
        assert_eq!(
            (receipt.status, receipt.output_hash),
            (ReceiptStatus::Failed, keccak256(b""))
        );
        assert_eq!(receipt.effects_hash, NO_EFFECTS);
    });
}

#[test]
fn a_33rd_effect_and_a_low_order_recipient_trap_and_a_failed_task_has_no_effects() {
    with_group(1, |worker, group| {
        let (result, ending) = run(worker, group, 1, &vec![Step::Event(1); 32]);
        assert_eq!((effect_kinds(&result).len(), ending), (32, vec![0]));
        let (result, ending) = run(worker, group, 2, &vec![Step::Event(1); 33]);
        assert_eq!((effect_kinds(&result).len(), ending), (0, vec![6, 10]));
        let (_, ending) = run(worker, group, 3, &[Step::Private(vec![0; 32], 1)]);
        assert_eq!(ending, [6, 7]);
        let (result, _) = run(
            worker,
            group,
            4,
            &[Step::Private(vec![], 1), Step::Private(vec![9; 32], 1)],
        );
        assert_eq!(effect_kinds(&result), [3, 3]);
        let public = group
            .draft(5, 0)
            .kind(TaskKind::PostedCall)
            .public()
            .with(&encode(&[Step::Private(vec![], 1)]));
        assert!(
            effect_kinds(&execute(worker, &public)).is_empty(),
            "there is no user to tell"
        );
    });
}

#[test]
fn randomness_goes_on_over_a_contracts_calls_and_differs_between_contracts() {
    with_group(2, |worker, group| {
        let other = || Step::Call(address(1), vec![Step::Random]);
        let undone = Step::Call(address(1), vec![Step::Random, Step::Revert]);
        let (_, output) = run(
            worker,
            group,
            1,
            &[Step::Random, other(), undone, other(), Step::Random],
        );
        // ending, 8, ending, 8, "reverted", ending, 8, 8
        let drawn = [&output[1..9], &output[10..18], &output[26..34], &output[34..42]];
        let distinct: std::collections::BTreeSet<&[u8]> = drawn.into_iter().collect();
        assert_eq!(distinct.len(), 4);
        let (_, repeated) = run(worker, group, 2, &[Step::Random, other()]);
        assert_ne!(output[1..9], repeated[1..9], "another record has other randomness");
    });
}
