//! The counter, natively.

use counter::{Counter, Error};
use enigma_contract::testing::{Env, Outcome, address, calldata};

const OWNER: u64 = 1;

fn started(start: u64) -> Env {
    let env = Env::new();
    env.set_sender(address(OWNER));
    assert_eq!(env.deploy::<Counter>(&start), Outcome::Returned(vec![]));
    env
}

fn call(env: &Env, sender: u64, signature: &str, number: u64) -> Outcome {
    env.call::<Counter>(address(sender), &calldata(signature, &number))
}

fn value(env: &Env, account: u64) -> Outcome {
    env.view::<Counter>(address(account), &calldata("value()", &()))
}

#[test]
fn it_starts_where_its_owner_wants() {
    assert_eq!(value(&started(5), OWNER).result::<u64>(), 5);
}

#[test]
fn everybody_raises_it() {
    let env = started(5);
    for sender in 1..=3 {
        assert_eq!(
            call(&env, sender, "increment(uint64)", sender),
            Outcome::Returned(vec![])
        );
    }
    assert_eq!(value(&env, OWNER).result::<u64>(), 5 + 1 + 2 + 3);
}

#[test]
fn it_stops_at_the_largest_number() {
    let env = started(u64::MAX - 1);
    assert_eq!(call(&env, 2, "increment(uint64)", 7), Outcome::Returned(vec![]));
    assert_eq!(value(&env, OWNER).result::<u64>(), u64::MAX);
}

#[test]
fn only_its_owner_reads_and_resets_it() {
    let env = started(5);
    let refused = Error::NotOwner { caller: address(2) };
    assert!(value(&env, 2).is_error(&refused));
    assert!(call(&env, 2, "reset(uint64)", 0).is_error(&refused));
    assert_eq!(call(&env, OWNER, "reset(uint64)", 9), Outcome::Returned(vec![]));
    assert_eq!(value(&env, OWNER).result::<u64>(), 9);
}
