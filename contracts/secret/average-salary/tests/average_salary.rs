//! The average salary, natively.

use average_salary::{Answer, AverageSalary, Error, MAX_MEMBERS};
use enigma_contract::prelude::*;
use enigma_contract::testing::{Env, Outcome, address, calldata};

fn members(count: u64) -> Vec<Address> {
    (1..=count).map(address).collect()
}

fn founded(minimum: u32, count: u64) -> Env {
    let env = Env::new();
    let outcome = env.deploy::<AverageSalary>(&(minimum, members(count)));
    assert_eq!(outcome, Outcome::Returned(vec![]));
    env
}

fn submit(env: &Env, member: u64, salary: u64) -> Outcome {
    env.call::<AverageSalary>(address(member), &calldata("submit(uint64)", &salary))
}

fn publish(env: &Env, member: u64) -> Outcome {
    env.call::<AverageSalary>(address(member), &calldata("publish()", &()))
}

fn average(env: &Env, member: u64) -> Outcome {
    env.view::<AverageSalary>(address(member), &calldata("average()", &()))
}

#[test]
fn there_is_no_answer_about_fewer_than_the_minimum() {
    let env = founded(3, 5);
    submit(&env, 1, 1_000);
    submit(&env, 2, 2_000);
    submit(&env, 2, 2_500);
    let too_small = Error::GroupTooSmall { waiting: 2, minimum: 3 };
    assert!(publish(&env, 1).is_error(&too_small));
    assert!(average(&env, 1).is_error(&Error::NoAnswerYet));
}

#[test]
fn the_average_of_enough_members_is_rounded_down() {
    let env = founded(3, 5);
    for (member, salary) in [(1, 1_000), (2, 2_000), (3, 2_001)] {
        assert_eq!(submit(&env, member, salary), Outcome::Returned(vec![]));
    }
    assert_eq!(publish(&env, 4), Outcome::Returned(vec![]));
    let answer = Answer {
        people: 3,
        average: 1_667,
    };
    assert_eq!(average(&env, 5).result::<Answer>(), answer);
    assert_eq!(env.take_effects(), []);
}

#[test]
fn who_joins_later_does_not_change_the_answer_alone() {
    let env = founded(3, 7);
    for member in 1..=3 {
        submit(&env, member, 1_000);
    }
    publish(&env, 1);
    submit(&env, 4, 9_000_000);
    submit(&env, 1, 1_500);
    let too_small = Error::GroupTooSmall { waiting: 2, minimum: 3 };
    assert!(publish(&env, 1).is_error(&too_small));
    assert_eq!(average(&env, 1).result::<Answer>().average, 1_000);

    submit(&env, 5, 2_000);
    assert_eq!(publish(&env, 1), Outcome::Returned(vec![]));
    let answer = Answer {
        people: 5,
        average: (1_500 + 1_000 + 1_000 + 9_000_000 + 2_000) / 5,
    };
    assert_eq!(average(&env, 1).result::<Answer>(), answer);
}

#[test]
fn salaries_of_any_size_have_an_average() {
    let env = founded(3, 3);
    for member in 1..=3 {
        submit(&env, member, u64::MAX);
    }
    publish(&env, 1);
    assert_eq!(average(&env, 1).result::<Answer>().average, u64::MAX);
}

#[test]
fn outsiders_neither_submit_nor_publish_nor_ask() {
    let env = founded(3, 3);
    for outcome in [submit(&env, 9, 1), publish(&env, 9), average(&env, 9)] {
        assert!(outcome.is_error(&Error::NotAMember));
    }
    let listed = env.view::<AverageSalary>(address(9), &calldata("members()", &()));
    let (mut expected, (listed, minimum)) = (members(3), listed.result::<(Vec<Address>, u32)>());
    expected.sort_unstable();
    assert_eq!((listed, minimum), (expected, 3));
}

#[test]
fn a_group_has_enough_members_and_not_too_many() {
    let twice = vec![address(1), address(2), address(2)];
    for arguments in [
        (2, members(5)),
        (4, members(3)),
        (3, twice),
        (3, members(MAX_MEMBERS as u64 + 1)),
    ] {
        assert!(
            Env::new()
                .deploy::<AverageSalary>(&arguments)
                .is_error(&Error::BadGroup)
        );
    }
}
