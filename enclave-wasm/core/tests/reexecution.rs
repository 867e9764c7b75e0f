//! Whatever happens between two executions of a task — others settled or undone, logs loaded anew from the start or from a
//! checkpoint — equal states before and an equal record give equal bytes. Else honest work could look like two statements about
//! one task, which costs a worker its stake.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::{BTreeMap, VecDeque};

use enigma_core::{
    crypto::keccak::keccak256,
    format::{bytes::KeyOwner, receipt::ReceiptStatus, task_record::TaskKind},
};
use proptest::prelude::*;
use support::{
    MODULE, Value, byte_field, field,
    network::{self, Node},
    script::{Scripted, Step, encode, value},
    task::{Draft, Task, entries, error_code, execute, load_log, next_tip, output, receipt, settle, state},
};

const GROUP: [u8; 20] = [0xa0; 20];
const CONTRACTS: u8 = 3;

type States = Vec<BTreeMap<u8, Vec<u8>>>;

#[derive(Debug, Clone)]
enum Action {
    Execute {
        called: u8,
        script: Vec<Step>,
    },
    /// Again what was executed before, if it is not pending.
    Repeat(usize),
    Settle {
        pending: usize,
        committed: bool,
    },
    /// Undoes what is pending and loads a contract's log anew.
    Reload {
        contract: u8,
        from_checkpoint: bool,
    },
}

fn owner(number: u8) -> KeyOwner {
    KeyOwner {
        secret_contract: [0xa0 + number; 20],
        code_hash: keccak256(&wat::parse_str(MODULE).unwrap()),
        group: GROUP,
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
        Just(Step::Ethereum {
            required: false,
            data: 1
        }),
    ]
}

fn script() -> impl Strategy<Value = Vec<Step>> {
    let step = leaf().prop_recursive(3, 12, 4, |inner| {
        let ending = prop_oneof![3 => Just(None), 1 => Just(Some(Step::Revert)), 1 => Just(Some(Step::Trap))];
        (0..CONTRACTS, prop::collection::vec(inner, 0..4), ending).prop_map(|(contract, mut script, ending)| {
            script.extend(ending);
            Step::Call(owner(contract).secret_contract, script)
        })
    });
    let ending = prop_oneof![6 => Just(None), 1 => Just(Some(Step::Revert)), 1 => Just(Some(Step::Ethereum { required: true, data: 2 }))];
    (prop::collection::vec(step, 0..5), ending).prop_map(|(mut script, ending)| {
        script.extend(ending);
        script
    })
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        5 => (0..CONTRACTS, script()).prop_map(|(called, script)| Action::Execute { called, script }),
        2 => (0..8usize).prop_map(Action::Repeat),
        3 => (0..4usize, prop::bool::weighted(0.7)).prop_map(|(pending, committed)| Action::Settle { pending, committed }),
        1 => (0..CONTRACTS, any::<bool>()).prop_map(|(contract, from_checkpoint)| Action::Reload { contract, from_checkpoint }),
    ]
}

/// What a script does to plain maps: the states afterwards, or none where it fails. `open` are the calls under way.
fn model(states: &States, script: &[Step], open: &[u8]) -> Option<States> {
    let mut states = states.clone();
    let own = usize::from(*open.last().unwrap());
    for step in script {
        match step {
            Step::Set(key, number) => drop(states[own].insert(*key, value(*number))),
            Step::Remove(key) => drop(states[own].remove(key)),
            Step::Revert | Step::Trap => return None,
            Step::Call(contract, script) => {
                let called = contract[0] - 0xa0;
                if !open.contains(&called) && open.len() < 4 {
                    let open = [open, &[called]].concat();
                    states = model(&states, script, &open).unwrap_or(states);
                }
            }
            _ => {}
        }
    }
    Some(states)
}

/// A task that waits for its settlement, and what was before it.
struct Pending {
    task: usize,
    required: bool,
    states_before: States,
    log_lengths: Vec<usize>,
}

/// An enclave and what should be in it.
struct World<'w, 'a> {
    worker: &'w mut Node<'a, Scripted>,
    keys: Vec<[u8; 32]>,
    tasks: Vec<(Task, u8, Vec<Step>)>,
    states: States,
    logs: Vec<Vec<(Value, [u8; 32])>>,
    pending: VecDeque<Pending>,
    /// Everything that was ever stated, by record, and states before.
    stated: BTreeMap<(usize, Vec<[u8; 32]>), Value>,
}

impl World<'_, '_> {
    fn draft(&self, nonce: u8, called: u8) -> Draft {
        let others: Vec<KeyOwner> = (0..CONTRACTS).filter(|number| *number != called).map(owner).collect();
        Draft::call(nonce, owner(called), self.keys[usize::from(called)]).touching(&others)
    }

    fn tip(&self, contract: usize) -> [u8; 32] {
        self.logs[contract].last().map_or([0; 32], |(_, tip)| *tip)
    }

    fn act(&mut self, action: &Action) {
        match action {
            Action::Execute { called, script } => {
                let nonce = self.tasks.len() as u8 + 1;
                let task = self.draft(nonce, *called).with(&encode(script));
                self.tasks.push((task, *called, script.clone()));
                self.execute(self.tasks.len() - 1);
            }
            Action::Repeat(task) => {
                if !self.tasks.is_empty() {
                    self.execute(task % self.tasks.len());
                }
            }
            Action::Settle { pending, committed } => {
                if !self.pending.is_empty() {
                    self.settle(pending % self.pending.len(), *committed);
                }
            }
            Action::Reload {
                contract,
                from_checkpoint,
            } => {
                if !self.pending.is_empty() {
                    self.settle(0, false);
                }
                self.reload(usize::from(*contract), *from_checkpoint);
            }
        }
    }

    fn execute(&mut self, index: usize) {
        let (task, called, script) = &self.tasks[index];
        let result = execute(self.worker, task);
        if self.pending.iter().any(|pending| pending.task == index) {
            return assert_eq!(error_code(&result), "task-pending");
        }
        if self.pending.iter().any(|pending| pending.required) {
            return assert_eq!(error_code(&result), "calls-uncommitted");
        }
        let receipt = receipt(&result);
        let befores: Vec<[u8; 32]> = receipt.moves.iter().map(|one| one.state_before).collect();
        let before = self.stated.entry((index, befores)).or_insert_with(|| result.clone());
        assert_eq!(*before, result, "the same record on the same states");
        let after = model(&self.states, script, &[*called]);
        assert_eq!(after.is_some(), receipt.status == ReceiptStatus::Committed);
        let Some(after) = after else {
            assert!(receipt.moves.iter().all(|one| one.state_before == one.state_after));
            return;
        };
        self.pending.push_back(Pending {
            task: index,
            required: script
                .iter()
                .any(|step| matches!(step, Step::Ethereum { required: true, .. })),
            states_before: std::mem::replace(&mut self.states, after),
            log_lengths: self.logs.iter().map(Vec::len).collect(),
        });
        for one in &receipt.moves {
            let contract = usize::from(one.secret_contract[0] - 0xa0);
            assert_eq!(self.tip(contract), one.state_before);
            let added = entries(&result, &one.secret_contract);
            let count = added.len();
            for (position, entry) in added.into_iter().enumerate() {
                // Tips between the entries of one task are never asked for.
                let tip = if position + 1 == count {
                    one.state_after
                } else {
                    next_tip(&self.tip(contract), &entry)
                };
                assert_eq!(next_tip(&self.tip(contract), &entry), tip);
                self.logs[contract].push((entry, tip));
            }
        }
    }

    fn settle(&mut self, position: usize, committed: bool) {
        let task = &self.tasks[self.pending[position].task].0;
        settle(self.worker, task, &GROUP, committed);
        if committed {
            self.pending.drain(..=position);
            return;
        }
        let undone = self.pending.drain(position..).next().unwrap();
        self.states = undone.states_before;
        for (log, length) in self.logs.iter_mut().zip(undone.log_lengths) {
            log.truncate(length);
        }
    }

    fn reload(&mut self, contract: usize, from_checkpoint: bool) {
        let log = &self.logs[contract];
        let kind = |index: usize| field(&log[index].0, "kind");
        let starts = |index: &usize| kind(*index) == 2.into() && kind(index - 1) == 1.into();
        let last = (1..log.len()).rev().find(starts).filter(|_| from_checkpoint);
        let (start, before) = last.map_or((0, [0; 32]), |index| (index, log[index - 1].1));
        let entries: Vec<Value> = log[start..].iter().map(|(entry, _)| entry.clone()).collect();
        load_log(
            self.worker,
            &owner(contract as u8),
            before,
            &entries,
            self.tip(contract),
        )
        .unwrap();
    }

    /// What the enclave has is what it should have.
    fn check(&mut self) {
        while let Some(position) = self.pending.len().checked_sub(1) {
            self.settle(position, true);
        }
        for number in 0..CONTRACTS {
            let known = state(self.worker, &owner(number).secret_contract);
            let log = &self.logs[usize::from(number)];
            assert_eq!(byte_field(&known, "tip"), self.tip(usize::from(number)));
            assert_eq!(field(&known, "length"), (log.len() as u64).into());
            let read = self.draft(250, number).with(&encode(&[0, 1, 2, 3].map(Step::Get)));
            let result = execute(self.worker, &read);
            let length = |key: u8| match self.states[usize::from(number)].get(&key) {
                Some(value) => (value.len() as u16).to_be_bytes(),
                None => [255; 2],
            };
            let expected = [0, 1, 2, 3].map(length).concat();
            assert_eq!(output(self.worker, &read, &result)[1..], expected);
            settle(self.worker, &read, &GROUP, false);
        }
    }
}

fn run(actions: &[Action]) {
    let owners: Vec<KeyOwner> = (0..CONTRACTS).map(owner).collect();
    let module = wat::parse_str(MODULE).unwrap();
    network::with_worker(Scripted::default(), &module, &owners, |worker, keys| {
        let mut logs = Vec::new();
        for (number, key) in keys.iter().enumerate() {
            let number = number as u8;
            let deployment = Draft::call(200 + number, owner(number), *key)
                .kind(TaskKind::Deploy)
                .with(&[]);
            let result = execute(worker, &deployment);
            settle(worker, &deployment, &GROUP, true);
            let entry = entries(&result, &owner(number).secret_contract).remove(0);
            logs.push(vec![(entry, receipt(&result).moves[0].state_after)]);
        }
        let mut world = World {
            worker,
            keys: keys.to_vec(),
            tasks: Vec::new(),
            states: vec![BTreeMap::new(); usize::from(CONTRACTS)],
            logs,
            pending: VecDeque::new(),
            stated: BTreeMap::new(),
        };
        actions.iter().for_each(|action| world.act(action));
        world.check();
    });
}

#[test]
fn a_checkpoint_comes_once_the_deltas_outgrow_the_state_and_a_log_is_loaded_from_it() {
    let write = |number| Action::Execute {
        called: 0,
        script: vec![Step::Set(1, number)],
    };
    let commit = || Action::Settle {
        pending: 7,
        committed: true,
    };
    let reload = || Action::Reload {
        contract: 0,
        from_checkpoint: true,
    };
    let mut actions: Vec<Action> = (0..8).flat_map(|round| [write(3_000 + round), commit()]).collect();
    actions.extend([reload(), write(7), commit(), reload(), Action::Repeat(0)]);
    run(&actions);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn honest_execution_states_one_thing_about_a_record_on_the_same_states(actions in prop::collection::vec(action(), 1..30)) {
        run(&actions);
    }
}
