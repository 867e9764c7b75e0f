//! The swap with two private tokens, natively.

use enigma_contract::prelude::*;
use enigma_contract::testing::{Env, Outcome, address, calldata};
use private_token::PrivateToken;
use swap::{Error, Offer, Swap};

const GOLD: u64 = 101;
const SILVER: u64 = 102;
const MAKER: u64 = 1;
const TAKER: u64 = 2;

/// A swap, and two tokens: the maker has all gold, the taker all silver.
fn market() -> Env {
    let env = Env::new();
    env.deploy::<Swap>(&());
    for (token, owner) in [(GOLD, MAKER), (SILVER, TAKER)] {
        env.set_sender(address(owner));
        env.deploy_at::<PrivateToken>(address(token), &U256::from(1_000u64));
    }
    env
}

fn allow(env: &Env, owner: u64, token: u64, amount: u64) {
    let allow = calldata("approve(address,uint256)", &(env.self_address(), amount));
    env.call_at::<PrivateToken>(address(token), address(owner), &allow);
}

/// The maker offers 10 gold for 20 silver.
fn offer(env: &Env) -> B256 {
    let arguments = (address(GOLD), 10u64, address(SILVER), 20u64);
    let offer = calldata("offer(address,uint256,address,uint256)", &arguments);
    env.call::<Swap>(address(MAKER), &offer).result()
}

fn accept(env: &Env, sender: u64, id: B256) -> Outcome {
    env.call::<Swap>(address(sender), &calldata("accept(bytes32)", &id))
}

fn balance(env: &Env, token: u64, account: u64) -> u64 {
    let balance = env.call_at::<PrivateToken>(address(token), address(account), &calldata("balance()", &()));
    balance.result::<U256>().try_into().expect("a small balance")
}

/// Gold and silver of maker and taker.
fn balances(env: &Env) -> [u64; 4] {
    [(GOLD, MAKER), (SILVER, MAKER), (GOLD, TAKER), (SILVER, TAKER)]
        .map(|(token, account)| balance(env, token, account))
}

#[test]
fn both_tokens_move_in_one_task() {
    let env = market();
    allow(&env, MAKER, GOLD, 10);
    allow(&env, TAKER, SILVER, 20);
    let id = offer(&env);
    assert_eq!(accept(&env, TAKER, id), Outcome::Returned(vec![]));
    assert_eq!(balances(&env), [990, 20, 10, 980]);
    assert!(
        accept(&env, TAKER, id).is_error(&Error::NoSuchOffer),
        "an offer is accepted once"
    );
}

#[test]
fn where_the_second_token_refuses_the_first_does_not_move_either() {
    let env = market();
    allow(&env, MAKER, GOLD, 10);
    allow(&env, TAKER, SILVER, 19);
    let id = offer(&env);
    let payload = calldata("InsufficientAllowance()", &()).into();
    let refused = Error::TokenRefused {
        token: address(SILVER),
        ending: 1,
        payload,
    };
    assert!(accept(&env, TAKER, id).is_error(&refused));
    assert_eq!(balances(&env), [1_000, 0, 0, 1_000]);
    allow(&env, TAKER, SILVER, 20);
    assert_eq!(
        accept(&env, TAKER, id),
        Outcome::Returned(vec![]),
        "the offer still stands"
    );
}

#[test]
fn a_task_that_does_not_declare_both_tokens_moves_nothing() {
    let env = market();
    allow(&env, MAKER, GOLD, 10);
    allow(&env, TAKER, SILVER, 20);
    let id = offer(&env);
    env.set_touches(&[address(GOLD)]);
    let refused = Error::TokenRefused {
        token: address(SILVER),
        ending: 10,
        payload: Bytes::from_static(b"undeclared"),
    };
    assert!(accept(&env, TAKER, id).is_error(&refused));
    assert_eq!(balances(&env), [1_000, 0, 0, 1_000]);
}

#[test]
fn only_the_maker_cancels_an_offer() {
    let env = market();
    let id = offer(&env);
    let cancel = |sender: u64| env.call::<Swap>(address(sender), &calldata("cancel(bytes32)", &id));
    assert!(cancel(TAKER).is_error(&Error::NotTheMaker));
    assert_eq!(cancel(MAKER), Outcome::Returned(vec![]));
    assert!(accept(&env, TAKER, id).is_error(&Error::NoSuchOffer));
}

#[test]
fn whoever_knows_the_id_sees_the_terms_and_no_two_offers_share_one() {
    let env = market();
    let (id, other) = (offer(&env), offer(&env));
    assert_ne!(id, other);
    let terms = env.view::<Swap>(address(9), &calldata("terms(bytes32)", &id));
    let expected = Offer {
        maker: address(MAKER),
        give_token: address(GOLD),
        give_amount: U256::from(10u8),
        want_token: address(SILVER),
        want_amount: U256::from(20u8),
    };
    assert_eq!(terms.result::<Offer>(), expected);
}
