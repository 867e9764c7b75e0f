//! The millionaires, natively.

use enigma_contract::prelude::*;
use enigma_contract::testing::{Env, Outcome, address, calldata};
use millionaires::{Error, Millionaires};

fn worth(amount: u64) -> U256 {
    U256::from(amount)
}

#[test]
fn nobody_is_richest_before_anyone_registers() {
    let env = Env::new();
    let millionaires = Millionaires::new(&mut env.context());
    assert_eq!(millionaires.richest(), Err(Error::NoMillionaires));
    assert_eq!(millionaires.count(), 0);
}

#[test]
fn the_one_with_most_is_richest() {
    let env = Env::new();
    let mut millionaires = Millionaires::new(&mut env.context());
    millionaires.add_millionaire(&env.context_of(address(1)), worth(1_000_000));
    millionaires.add_millionaire(&env.context_of(address(2)), worth(3_000_000));
    millionaires.add_millionaire(&env.context_of(address(3)), worth(2_000_000));
    assert_eq!(millionaires.richest(), Ok(address(2)));
    assert_eq!(millionaires.count(), 3);
}

#[test]
fn a_person_counts_once_and_may_become_poorer() {
    let env = Env::new();
    let mut millionaires = Millionaires::new(&mut env.context());
    millionaires.add_millionaire(&env.context_of(address(1)), worth(5));
    millionaires.add_millionaire(&env.context_of(address(2)), worth(9));
    millionaires.add_millionaire(&env.context_of(address(2)), worth(4));
    assert_eq!(millionaires.richest(), Ok(address(1)));
    assert_eq!(millionaires.count(), 2);
}

#[test]
fn of_two_equally_rich_people_the_higher_address_wins() {
    let env = Env::new();
    let mut millionaires = Millionaires::new(&mut env.context());
    millionaires.add_millionaire(&env.context_of(address(1)), U256::MAX);
    millionaires.add_millionaire(&env.context_of(address(2)), U256::MAX);
    assert_eq!(millionaires.richest(), Ok(address(1).max(address(2))));
}

#[test]
fn a_task_reaches_it_by_calldata() {
    let env = Env::new();
    assert_eq!(env.deploy::<Millionaires>(&()), Outcome::Returned(vec![]));
    assert!(
        env.call::<Millionaires>(address(1), &calldata("richest()", &()))
            .is_error(&Error::NoMillionaires)
    );
    let added = env.call::<Millionaires>(address(1), &calldata("addMillionaire(uint256)", &worth(7)));
    assert_eq!(added, Outcome::Returned(vec![]));
    assert_eq!(
        env.call::<Millionaires>(address(9), &calldata("richest()", &()))
            .result::<Address>(),
        address(1)
    );
    assert_eq!(
        env.call::<Millionaires>(address(9), &calldata("count()", &()))
            .result::<u64>(),
        1
    );
}
