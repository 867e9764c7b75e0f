//! The private token, natively.

use enigma_contract::prelude::*;
use enigma_contract::testing::{Env, Outcome, address, calldata};
use private_token::{Error, PrivateToken};

fn issued() -> Env {
    let env = Env::new();
    env.set_sender(address(1));
    env.deploy::<PrivateToken>(&U256::from(100u8));
    env
}

fn call(env: &Env, sender: u64, signature: &str, arguments: &impl AbiType) -> Outcome {
    env.call::<PrivateToken>(address(sender), &calldata(signature, arguments))
}

fn balance(env: &Env, account: u64) -> U256 {
    env.view::<PrivateToken>(address(account), &calldata("balance()", &()))
        .result()
}

fn transfer(env: &Env, from: u64, to: u64, amount: u64) -> Outcome {
    call(env, from, "transfer(address,uint256)", &(address(to), amount))
}

fn transfer_from(env: &Env, spender: u64, from: u64, to: u64, amount: u64) -> Outcome {
    let arguments = (address(from), address(to), amount);
    call(env, spender, "transferFrom(address,address,uint256)", &arguments)
}

#[test]
fn the_deployer_has_all_tokens_at_first() {
    let env = issued();
    assert_eq!((balance(&env, 1), balance(&env, 2)), (U256::from(100u8), U256::ZERO));
    let total = env.view::<PrivateToken>(address(9), &calldata("totalSupply()", &()));
    assert_eq!(total.result::<U256>(), U256::from(100u8));
}

#[test]
fn a_transfer_moves_tokens_and_tells_nobody() {
    let env = issued();
    assert_eq!(transfer(&env, 1, 2, 30), Outcome::Returned(vec![]));
    assert_eq!(
        (balance(&env, 1), balance(&env, 2)),
        (U256::from(70u8), U256::from(30u8))
    );
    assert!(transfer(&env, 2, 3, 31).is_error(&Error::InsufficientBalance));
    assert_eq!(transfer(&env, 2, 2, 30), Outcome::Returned(vec![]));
    assert_eq!(balance(&env, 2), U256::from(30u8), "to oneself nothing moves");
    assert_eq!(env.take_effects(), []);
}

#[test]
fn a_spender_moves_what_was_allowed_and_no_more() {
    let env = issued();
    call(&env, 1, "approve(address,uint256)", &(address(5), 20u64));
    assert!(transfer_from(&env, 5, 1, 2, 21).is_error(&Error::InsufficientAllowance));
    assert_eq!(transfer_from(&env, 5, 1, 2, 15), Outcome::Returned(vec![]));
    assert_eq!(balance(&env, 2), U256::from(15u8));
    let left = env.view::<PrivateToken>(address(1), &calldata("allowance(address)", &address(5)));
    assert_eq!(left.result::<U256>(), U256::from(5u8));
    assert!(transfer_from(&env, 6, 1, 2, 1).is_error(&Error::InsufficientAllowance));
}

#[test]
fn an_allowance_of_more_than_the_balance_is_left_as_it_was_by_a_failed_transfer() {
    let env = issued();
    call(&env, 1, "approve(address,uint256)", &(address(5), 500u64));
    assert!(transfer_from(&env, 5, 1, 2, 101).is_error(&Error::InsufficientBalance));
    assert_eq!(transfer_from(&env, 5, 1, 2, 100), Outcome::Returned(vec![]));
}
