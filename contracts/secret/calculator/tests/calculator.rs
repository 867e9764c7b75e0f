//! The calculator, natively.

use calculator::{Calculator, Error};
use enigma_contract::prelude::*;
use enigma_contract::testing::{Env, Outcome, address, calldata};

fn calculate(function: &str, left: I256, right: I256) -> Outcome {
    let env = Env::new();
    env.deploy::<Calculator>(&());
    let data = calldata(&format!("{function}(int256,int256)"), &(left, right));
    let outcome = env.view::<Calculator>(address(1), &data);
    assert_eq!(
        env.call::<Calculator>(address(1), &data),
        outcome,
        "as a task and as a query"
    );
    outcome
}

fn small(function: &str, left: i64, right: i64) -> I256 {
    calculate(function, left.into(), right.into()).result()
}

#[test]
fn it_knows_four_operations_and_the_remainder() {
    assert_eq!(small("add", 7, -9), I256::from(-2i64));
    assert_eq!(small("subtract", 7, -9), I256::from(16i64));
    assert_eq!(small("multiply", 7, -9), I256::from(-63i64));
    assert_eq!(small("divide", 63, -9), I256::from(-7i64));
    assert_eq!(small("remainder", 65, -9), I256::from(2i64));
}

#[test]
fn quotients_are_rounded_towards_zero() {
    for (left, right) in [(7, 2), (-7, 2), (7, -2), (-7, -2)] {
        assert_eq!(small("divide", left, right), I256::from(left / right));
        assert_eq!(small("remainder", left, right), I256::from(left % right));
    }
}

#[test]
fn it_uses_all_256_bits() {
    let half = I256::MAX - I256::MAX.checked_div(I256::from(2i64)).unwrap();
    assert_eq!(calculate("add", half, half - I256::ONE).result::<I256>(), I256::MAX);
    assert_eq!(calculate("subtract", -I256::ONE, I256::MAX).result::<I256>(), I256::MIN);
}

#[test]
fn nothing_is_divided_by_zero() {
    for function in ["divide", "remainder"] {
        assert!(calculate(function, I256::ONE, I256::ZERO).is_error(&Error::DivisionByZero));
    }
}

#[test]
fn a_result_that_is_too_large_is_an_error_and_does_not_wrap_around() {
    let minus_one = -I256::ONE;
    for (function, left, right) in [
        ("add", I256::MAX, I256::ONE),
        ("subtract", I256::MIN, I256::ONE),
        ("multiply", I256::MAX, I256::from(2i64)),
        ("multiply", I256::MIN, minus_one),
        ("divide", I256::MIN, minus_one),
        ("remainder", I256::MIN, minus_one),
    ] {
        assert!(
            calculate(function, left, right).is_error(&Error::Overflow),
            "{function}"
        );
    }
}
