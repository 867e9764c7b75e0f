//! Items and maps.

use enigma_contract::prelude::*;
use enigma_contract::testing::{Env, address};

#[contract_storage]
struct State {
    owner: Item<Address>,
    total: Item<u64>,
    names: Map<u32, String>,
    scores: Map<(Address, u32), u64>,
}

fn names(state: &State) -> Vec<(u32, String)> {
    state.names.iter().collect()
}

#[test]
fn an_item_is_absent_until_it_is_set() {
    let env = Env::new();
    let mut state = State::default();
    assert_eq!(state.owner.get(), None);
    assert!(!state.owner.is_set());
    state.owner.set(address(1));
    assert_eq!(state.owner.get(), Some(address(1)));
    assert_eq!(state.owner.take(), Some(address(1)));
    assert!(!state.owner.is_set());
    assert!(env.store().is_empty());
}

#[test]
fn update_begins_with_the_default() {
    let _env = Env::new();
    let mut state = State::default();
    state.total.update(|total| total + 5);
    state.total.update(|total| total + 5);
    assert_eq!(state.total.get_or_default(), 10);
    state.names.update(3, |name| name + "x");
    state.names.update(3, |name| name + "y");
    assert_eq!(state.names.get(&3), Some("xy".into()));
}

#[test]
fn a_map_stores_replaces_and_removes() {
    let _env = Env::new();
    let mut state = State::default();
    assert!(state.names.is_empty());
    assert_eq!(state.names.insert(1, "one".into()), None);
    assert_eq!(state.names.insert(1, "uno".into()), Some("one".into()));
    state.names.set(2, "two".into());
    assert!(state.names.contains(&2) && !state.names.contains(&3));
    state.names.remove(&2);
    state.names.remove(&2);
    assert_eq!(state.names.take(&1), Some("uno".into()));
    assert!(state.names.is_empty());
}

#[test]
fn a_map_is_walked_in_key_order_and_never_into_its_neighbours() {
    let _env = Env::new();
    let mut state = State::default();
    state.total.set(1);
    state.scores.set((address(1), 1), 1);
    for number in [300, 2, 70_000, 0, u32::MAX] {
        state.names.set(number, number.to_string());
    }
    assert_eq!(state.names.keys().collect::<Vec<_>>(), [0, 2, 300, 70_000, u32::MAX]);
    assert_eq!(state.names.values().next(), Some("0".into()));
    assert_eq!(state.names.iter_after(&300).next(), Some((70_000, "70000".into())));
    assert_eq!(state.names.iter_after(&u32::MAX).next(), None);
    assert_eq!(names(&state).len(), 5);
    state.names.clear();
    assert!(state.names.is_empty() && state.total.is_set() && !state.scores.is_empty());
}

#[test]
fn the_entries_of_one_first_part_are_walked_alone() {
    let _env = Env::new();
    let mut state = State::default();
    for person in 0..4 {
        for round in 0..person {
            state
                .scores
                .set((address(u64::from(person)), round), u64::from(10 * person + round));
        }
    }
    let of_two: Vec<_> = state
        .scores
        .iter_prefix(&address(2))
        .map(|(key, score)| (key.1, score))
        .collect();
    assert_eq!(of_two, [(0, 20), (1, 21)]);
    assert_eq!(state.scores.iter_prefix(&address(9)).count(), 0);
    assert_eq!(state.scores.iter().count(), 6);
}

#[test]
fn fields_lie_at_their_position_followed_by_the_key_and_hold_abi_encoded_values() {
    let env = Env::new();
    let mut state = State::default();
    state.names.set(258, "x".into());
    state.total.set(7);
    let store: Vec<_> = env.store().into_iter().collect();
    assert_eq!(store[0], (vec![1], enigma_contract::abi::encode(&7u64)));
    assert_eq!(
        store[1],
        (vec![2, 0, 0, 1, 2], enigma_contract::abi::encode(&"x".to_string()))
    );
}

#[test]
fn debug_output_does_not_tell_what_is_stored() {
    let _env = Env::new();
    let mut state = State::default();
    state.total.set(424_242);
    assert_eq!(format!("{:?}", state.total), "Item at 1");
    assert_eq!(format!("{:?}", state.names), "Map at 2");
}

#[test]
#[should_panic(expected = "longer than 1024")]
fn a_key_of_more_than_1024_bytes_is_refused() {
    #[contract_storage]
    struct Texts {
        by_name: Map<String, bool>,
    }
    let _env = Env::new();
    Texts::default().by_name.set("x".repeat(1_022), true);
}

#[test]
#[should_panic(expected = "begin it with `let env")]
fn a_contract_without_an_environment_says_how_to_make_one() {
    State::default().total.set(1);
}
