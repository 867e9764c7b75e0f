//! The calculator, natively.

use calculator::Operation::{self, Add, Divide, Multiply, Remainder, Subtract};
use calculator::{Calculator, Error};
use enigma_contract::prelude::*;
use enigma_contract::testing::{Env, Outcome, address, calldata};

fn calculate(left: I256, operation: Operation, right: I256) -> Outcome {
    let env = Env::new();
    env.deploy::<Calculator>(&());
    let data = calldata("calculate(int256,uint8,int256)", &(left, operation, right));
    let outcome = env.view::<Calculator>(address(1), &data);
    assert_eq!(
        env.call::<Calculator>(address(1), &data),
        outcome,
        "as a task and as a query"
    );
    outcome
}

fn small(left: i64, operation: Operation, right: i64) -> I256 {
    calculate(left.into(), operation, right.into()).result()
}

#[test]
fn it_knows_four_operations_and_the_remainder() {
    assert_eq!(small(7, Add, -9), I256::from(-2i64));
    assert_eq!(small(7, Subtract, -9), I256::from(16i64));
    assert_eq!(small(7, Multiply, -9), I256::from(-63i64));
    assert_eq!(small(63, Divide, -9), I256::from(-7i64));
    assert_eq!(small(65, Remainder, -9), I256::from(2i64));
}

#[test]
fn quotients_are_rounded_towards_zero() {
    for (left, right) in [(7, 2), (-7, 2), (7, -2), (-7, -2)] {
        assert_eq!(small(left, Divide, right), I256::from(left / right));
        assert_eq!(small(left, Remainder, right), I256::from(left % right));
    }
}

#[test]
fn it_uses_all_256_bits() {
    let half = I256::MAX - I256::MAX.checked_div(I256::from(2i64)).unwrap();
    assert_eq!(calculate(half, Add, half - I256::ONE).result::<I256>(), I256::MAX);
    assert_eq!(calculate(-I256::ONE, Subtract, I256::MAX).result::<I256>(), I256::MIN);
}

#[test]
fn nothing_is_divided_by_zero() {
    for operation in [Divide, Remainder] {
        assert!(calculate(I256::ONE, operation, I256::ZERO).is_error(&Error::DivisionByZero));
    }
}

#[test]
fn a_result_that_is_too_large_is_an_error_and_does_not_wrap_around() {
    let minus_one = -I256::ONE;
    for (left, operation, right) in [
        (I256::MAX, Add, I256::ONE),
        (I256::MIN, Subtract, I256::ONE),
        (I256::MAX, Multiply, I256::from(2i64)),
        (I256::MIN, Multiply, minus_one),
        (I256::MIN, Divide, minus_one),
        (I256::MIN, Remainder, minus_one),
    ] {
        let outcome = calculate(left, operation, right);
        assert!(outcome.is_error(&Error::Overflow), "{operation:?}");
    }
}
