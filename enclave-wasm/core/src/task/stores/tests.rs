use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

type Model = Vec<BTreeMap<Vec<u8>, Vec<u8>>>;

#[derive(Debug, Clone)]
enum Step {
    Put(Vec<u8>, Option<Vec<u8>>),
    Begin(usize),
    End(bool),
}

fn key() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(0..3u8, 0..3)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (key(), proptest::option::of(key())).prop_map(|(key, value)| Step::Put(key, value)),
        1 => (0..3usize).prop_map(Step::Begin),
        1 => any::<bool>().prop_map(Step::End),
    ];
    proptest::collection::vec(step, 0..60)
}

fn start() -> Vec<State> {
    (0..3u8)
        .map(|number| {
            let mut state = State::default();
            state.put(vec![number], Some(vec![number; 2]));
            state.put(vec![0, 1], Some(vec![number]));
            state
        })
        .collect()
}

fn contents(state: &State) -> BTreeMap<Vec<u8>, Vec<u8>> {
    state
        .entries()
        .map(|(key, value)| (key.to_vec(), value.to_vec()))
        .collect()
}

/// Runs the steps on the stores and on whole copies, one for each open call.
fn run(steps: &[Step]) -> (Stores, Model) {
    let mut stores = Stores::new(start());
    let mut model: Model = start().iter().map(contents).collect();
    let mut saved: Vec<Model> = Vec::new();
    for step in steps {
        match step {
            Step::Put(key, value) => {
                stores.put(key, value.clone());
                let running = stores.open_calls().next_back().unwrap();
                match value {
                    Some(value) => drop(model[running].insert(key.clone(), value.clone())),
                    None => drop(model[running].remove(key)),
                }
            }
            Step::Begin(store) if !stores.open_calls().any(|open| open == *store) => {
                stores.begin(*store);
                saved.push(model.clone());
            }
            Step::Begin(_) => {}
            Step::End(kept) => {
                stores.end(*kept);
                match saved.pop() {
                    Some(before) if !kept => model = before,
                    _ => {}
                }
            }
        }
    }
    while !saved.is_empty() {
        stores.end(true);
        saved.pop();
    }
    (stores, model)
}

#[test]
fn changes_that_fit_no_log_entry_are_not_made() {
    let mut stores = Stores::new(vec![State::default()]);
    let value = || Some(vec![7; 65_536]);
    for key in 0..15 {
        stores.put(&[key], value());
    }
    assert!(!stores.is_too_much());
    stores.put(&[0], value());
    stores.put(&[1], None);
    stores.put(&[1], value());
    assert!(!stores.is_too_much(), "what is written again counts once");
    stores.put(&[15], value());
    assert!(stores.is_too_much());
    assert_eq!(stores.view().unwrap().get(&[15]), None);
    assert!(delta::encode(&stores.keep().remove(0).delta).unwrap().len() <= limits::DELTA);
}

#[test]
fn a_call_that_changed_too_much_leaves_its_caller_and_the_next_call_room() {
    let mut stores = Stores::new(vec![State::default(), State::default()]);
    for _ in 0..2 {
        stores.begin(1);
        (0..16).for_each(|key| stores.put(&[key], Some(vec![7; 65_536])));
        assert!(stores.is_too_much());
        stores.end(false);
        assert!(!stores.is_too_much());
    }
    stores.begin(1);
    (0..15).for_each(|key| stores.put(&[key], Some(vec![7; 65_536])));
    assert!(!stores.is_too_much());
}

#[test]
fn a_state_beyond_its_limit_is_too_much() {
    let mut state = State::default();
    for key in 0..127u8 {
        state.put(vec![key], Some(vec![0; 65_536]));
    }
    let mut stores = Stores::new(vec![state]);
    assert!(!stores.is_too_much());
    stores.put(&[127], Some(vec![0; 65_536]));
    assert!(stores.is_too_much());
    stores.put(&[127], None);
    assert!(!stores.is_too_much());
}

proptest! {
    #[test]
    fn calls_are_kept_and_undone_as_copies_of_all_states_would_be(steps in steps()) {
        let (stores, model) = run(&steps);
        let kept = stores.keep();
        for ((kept, expected), before) in kept.into_iter().zip(&model).zip(start()) {
            prop_assert_eq!(&contents(&kept.state), expected);
            let mut replayed = before;
            let start = contents(&replayed);
            replayed.apply(kept.delta);
            prop_assert_eq!(&contents(&replayed), expected);
            let mut undone = kept.state;
            undone.apply(kept.undo);
            prop_assert_eq!(contents(&undone), start);
        }
    }

    #[test]
    fn discarding_restores_all_states_with_calls_still_open(steps in steps(), opened in any::<bool>()) {
        let (mut stores, _) = run(&steps);
        if opened {
            stores.begin(2);
            stores.put(b"x", Some(vec![1]));
        }
        let states: Model = stores.discard().iter().map(contents).collect();
        prop_assert_eq!(states, start().iter().map(contents).collect::<Model>());
    }

    #[test]
    fn a_delta_is_never_larger_than_what_was_counted(steps in steps()) {
        let (stores, _) = run(&steps);
        let counted: Vec<usize> = stores.stores.iter().map(|store| store.changed).collect();
        for (kept, counted) in stores.keep().into_iter().zip(counted) {
            prop_assert!(delta::encode(&kept.delta).unwrap().len() <= counted);
        }
    }
}
