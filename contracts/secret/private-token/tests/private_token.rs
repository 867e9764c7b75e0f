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
    assert!(transfer(&env, 1, 2, 30).result::<bool>());
    assert_eq!(
        (balance(&env, 1), balance(&env, 2)),
        (U256::from(70u8), U256::from(30u8))
    );
    assert_eq!(env.take_effects(), []);
}

#[test]
fn a_transfer_of_more_than_there_is_moves_nothing_and_is_no_error() {
    let env = issued();
    transfer(&env, 1, 2, 30);
    assert!(!transfer(&env, 2, 3, 31).result::<bool>());
    assert_eq!((balance(&env, 2), balance(&env, 3)), (U256::from(30u8), U256::ZERO));
}

#[test]
fn a_transfer_to_oneself_moves_nothing() {
    let env = issued();
    transfer(&env, 1, 2, 30);
    assert!(transfer(&env, 2, 2, 30).result::<bool>());
    assert!(!transfer(&env, 2, 2, 31).result::<bool>());
    assert_eq!(balance(&env, 2), U256::from(30u8));
    let zero = env.view::<PrivateToken>(Address::ZERO, &calldata("balance()", &()));
    assert_eq!(zero.result::<U256>(), U256::ZERO);
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

#[test]
fn a_balance_is_read_by_its_owner_and_by_whom_the_owner_lets() {
    let env = issued();
    let balance_of_owner = |reader: u64| {
        let data = calldata("balanceOf(address)", &address(1));
        env.view::<PrivateToken>(address(reader), &data)
    };
    assert_eq!(balance_of_owner(1).result::<U256>(), U256::from(100u8));
    assert!(balance_of_owner(7).is_error(&Error::NotAReader));
    call(&env, 1, "setReader(address,bool)", &(address(7), true));
    assert_eq!(balance_of_owner(7).result::<U256>(), U256::from(100u8));
    assert!(balance_of_owner(8).is_error(&Error::NotAReader));
    call(&env, 1, "setReader(address,bool)", &(address(7), false));
    assert!(balance_of_owner(7).is_error(&Error::NotAReader));
}

#[test]
fn all_balances_together_are_always_the_supply() {
    let env = issued();
    let transfers = [
        (1, 2, 60),
        (2, 3, 70),
        (2, 2, 10),
        (2, 3, 25),
        (3, 1, 25),
        (1, 1, 200),
        (3, 2, 1),
    ];
    for (from, to, amount) in transfers {
        transfer(&env, from, to, amount);
        let zero = env.view::<PrivateToken>(Address::ZERO, &calldata("balance()", &()));
        let all: U256 = (1..=3).map(|account| balance(&env, account)).sum();
        assert_eq!(all + zero.result::<U256>(), U256::from(100u8));
    }
}
