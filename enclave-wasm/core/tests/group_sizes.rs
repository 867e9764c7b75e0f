//! How large the changes and states of a group's contracts may become, and how they travel.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use enigma_core::format::receipt::ReceiptStatus;
use support::{
    Value, byte_field, field,
    group::{GROUP, address, length, owner, run, with_group},
    script::Step,
    task::{Task, entries, error_code, execute, execute_batch, load_log, next_tip, output, receipt, settle, state},
};

#[test]
fn a_callee_that_changes_too_much_ends_out_of_memory_and_its_caller_goes_on() {
    with_group(2, |worker, group| {
        let fill = |keys: &[u8]| keys.iter().map(|key| Step::Fill(*key)).collect::<Vec<_>>();
        let script = [
            Step::Call(address(1), fill(&[1, 2])),
            Step::Call(address(1), fill(&[1])),
            Step::Set(1, 5),
        ];
        let (result, output) = run(worker, group, 1, &script);
        assert_eq!(
            (output, receipt(&result).status),
            (vec![0, 4, 0], ReceiptStatus::Committed)
        );
    });
}

#[test]
fn tasks_behind_results_that_fill_an_answer_wait_so_that_no_answer_outgrows_its_frame() {
    with_group(2, |worker, group| {
        let fill = |nonce: u8| {
            group.call(
                nonce,
                &[Step::Fill(nonce), Step::Call(address(1), vec![Step::Fill(nonce)])],
            )
        };
        // Each appends 2 MiB and the keys and nonces around them: the fourth goes beyond 8 MiB.
        let tasks: Vec<Task> = (1..=6).map(fill).collect();
        let results = execute_batch(worker, &tasks.iter().collect::<Vec<_>>());
        let (executed, waiting) = results.split_at(4);
        assert!(
            executed
                .iter()
                .all(|result| receipt(result).status == ReceiptStatus::Committed)
        );
        for (result, task) in waiting.iter().zip(&tasks[4..]) {
            assert_eq!(
                (error_code(result), byte_field(result, "taskId")),
                ("batch-full".into(), task.id.to_vec())
            );
        }
        assert_eq!(field(&state(worker, &address(0)), "pending"), 4.into());
        let later = execute_batch(worker, &[&tasks[4], &tasks[5]]);
        assert_eq!(
            receipt(&later[0]).moves[0].state_before,
            receipt(&executed[3]).moves[0].state_after
        );
        assert_eq!(receipt(&later[1]).status, ReceiptStatus::Committed);
    });
}

#[test]
fn a_task_that_would_leave_more_than_8_mib_of_state_ends_out_of_memory() {
    with_group(1, |worker, group| {
        for nonce in 1..=8 {
            assert_eq!(run(worker, group, nonce, &[Step::Fill(nonce)]).1, [0]);
        }
        let (result, ending) = run(worker, group, 9, &[Step::Fill(9)]);
        assert_eq!((ending, receipt(&result).status), (vec![4], ReceiptStatus::Failed));
        let (_, smaller) = run(worker, group, 10, &[Step::Set(1, 5)]);
        assert_eq!(smaller, [0], "the state is as it was before");
    });
}

#[test]
fn a_large_state_is_cut_into_parts_of_a_checkpoint_and_loaded_from_them_page_by_page() {
    with_group(1, |worker, group| {
        for nonce in 1..=2 {
            let (result, ending) = run(worker, group, nonce, &[Step::Fill(nonce)]);
            assert_eq!((ending, entries(&result, &address(0)).len()), (vec![0], 1));
        }
        run(worker, group, 3, &[Step::Set(1, 5_000)]);
        // What is overwritten makes the deltas outgrow the state.
        let (result, _) = run(worker, group, 4, &[Step::Set(1, 5_001)]);
        let added = entries(&result, &address(0));
        let one = receipt(&result).moves[0];
        let (before, after) = (one.state_before, one.state_after);
        assert!(added.len() == 3 && added.iter().skip(1).all(|entry| field(entry, "kind") == 2.into()));
        settle(worker, &group.call(4, &[]), &GROUP, true);
        let chain = |from: [u8; 32], entries: &[Value]| entries.iter().fold(from, |tip, entry| next_tip(&tip, entry));
        let start = next_tip(&before, &added[0]);
        let (first, rest) = added[1..].split_at(1);
        let middle = chain(start, first);
        assert_eq!(
            load_log(worker, &owner(0), middle, rest, after).unwrap_err(),
            "log-entry-unreadable"
        );
        load_log(worker, &owner(0), start, first, middle).unwrap();
        load_log(worker, &owner(0), middle, rest, after).unwrap();
        let read = group.call(5, &[Step::Get(1)]);
        let result = execute(worker, &read);
        assert_eq!(output(worker, &read, &result), [vec![0], length(5_001)].concat());
        assert_eq!(receipt(&result).moves[0].state_before, after);
    });
}
