//! The auction, natively.

use auction::{Auction, Erc20, Error, MAX_BIDDERS};
use enigma_contract::prelude::*;
use enigma_contract::testing::{Effect, Env, Outcome, address, calldata};

const TOKEN: u64 = 90;
const SELLER: u64 = 91;
const CASHIER: u64 = 92;
const CLOSING_BLOCK: u64 = 100;

fn opened() -> Env {
    let env = Env::new();
    env.set_block(10, 1_700_000_000);
    let arguments = (address(TOKEN), address(SELLER), address(CASHIER), CLOSING_BLOCK);
    assert_eq!(env.deploy::<Auction>(&arguments), Outcome::Returned(vec![]));
    env
}

fn credit(env: &Env, sender: u64, bidder: u64, amount: u64) -> Outcome {
    let data = calldata("credit(address,uint256)", &(address(bidder), amount));
    env.call::<Auction>(address(sender), &data)
}

fn bid(env: &Env, bidder: u64, price: u64) -> Outcome {
    env.call::<Auction>(address(bidder), &calldata("bid(uint256)", &price))
}

fn finish(env: &Env) -> Outcome {
    env.set_block(CLOSING_BLOCK, 1_700_001_000);
    env.call::<Auction>(address(77), &calldata("finish()", &()))
}

fn transfer(to: u64, amount: u64) -> EthereumCall {
    Erc20::at(address(TOKEN)).transfer(address(to), U256::from(amount))
}

/// The required calls that were queued, and the others.
fn calls(env: &Env) -> (Vec<Effect>, Vec<Effect>) {
    let effects = env.take_effects();
    effects
        .into_iter()
        .filter(|effect| !matches!(effect, Effect::Event { .. }))
        .partition(|effect| matches!(effect, Effect::Required { .. }))
}

#[test]
fn the_highest_bid_wins_and_everybody_gets_the_rest_of_the_deposit() {
    let env = opened();
    for (bidder, deposit, price) in [(1, 100, 40), (2, 100, 60), (3, 50, 50)] {
        assert_eq!(credit(&env, CASHIER, bidder, deposit), Outcome::Returned(vec![]));
        assert_eq!(bid(&env, bidder, price), Outcome::Returned(vec![]));
    }
    assert_eq!(finish(&env), Outcome::Returned(vec![]));
    let source = env.self_address();
    let (required, refunds) = calls(&env);
    assert_eq!(required, [Effect::required(source, transfer(SELLER, 60))]);
    assert_eq!(refunds.len(), 3);
    for (bidder, rest) in [(1, 100), (2, 40), (3, 50)] {
        assert!(refunds.contains(&Effect::attempted(source, transfer(bidder, rest))));
    }
    assert!(finish(&env).is_error(&Error::AlreadyFinished));
}

#[test]
fn among_equal_bids_the_earlier_one_wins() {
    for order in [[1, 2], [2, 1]] {
        let env = opened();
        for bidder in order {
            credit(&env, CASHIER, bidder, 10);
            bid(&env, bidder, 10);
        }
        finish(&env);
        let (_, refunds) = calls(&env);
        assert_eq!(refunds, [Effect::attempted(env.self_address(), transfer(order[1], 10))]);
    }
}

#[test]
fn the_end_is_told_with_winner_and_price_and_no_losing_bid() {
    let env = opened();
    credit(&env, CASHIER, 1, 10);
    bid(&env, 1, 4);
    finish(&env);
    let effects = env.take_effects();
    let Some(Effect::Event { topics, data, .. }) = effects.last() else {
        panic!("{effects:?}")
    };
    assert_eq!(topics[1][12..], address(1)[..]);
    assert_eq!(data[..], enigma_contract::abi::encode(&4u64)[..]);
}

#[test]
fn without_bids_the_deposits_go_back_and_nobody_is_paid() {
    let env = opened();
    credit(&env, CASHIER, 1, 10);
    assert_eq!(finish(&env), Outcome::Returned(vec![]));
    let (required, refunds) = calls(&env);
    assert_eq!(required, []);
    assert_eq!(refunds, [Effect::attempted(env.self_address(), transfer(1, 10))]);
}

#[test]
fn only_what_the_cashier_vouched_for_can_be_bid() {
    let env = opened();
    assert!(credit(&env, 1, 1, 100).is_error(&Error::NotTheCashier));
    let too_small = Error::DepositTooSmall { deposit: U256::ZERO };
    assert!(bid(&env, 1, 5).is_error(&too_small));
    credit(&env, CASHIER, 1, 3);
    credit(&env, CASHIER, 1, 4);
    assert_eq!(bid(&env, 1, 7), Outcome::Returned(vec![]));
    let too_small = Error::DepositTooSmall {
        deposit: U256::from(7u8),
    };
    assert!(bid(&env, 1, 8).is_error(&too_small));
    assert!(bid(&env, 1, 0).is_error(&Error::NoPrice));
    let own = env.view::<Auction>(address(1), &calldata("myBid()", &()));
    assert_eq!(own.result::<U256>(), U256::from(7u8));
}

#[test]
fn bids_end_and_the_end_begins_with_the_closing_block() {
    let env = opened();
    credit(&env, CASHIER, 1, 10);
    env.set_block(CLOSING_BLOCK - 1, 0);
    assert_eq!(bid(&env, 1, 1), Outcome::Returned(vec![]));
    let early = env.call::<Auction>(address(77), &calldata("finish()", &()));
    assert!(early.is_error(&Error::BiddingOpen));
    env.set_block(CLOSING_BLOCK, 0);
    assert!(bid(&env, 1, 2).is_error(&Error::BiddingClosed));
    assert_eq!(finish(&env), Outcome::Returned(vec![]));
    assert!(credit(&env, CASHIER, 1, 10).is_error(&Error::AlreadyFinished));
}

#[test]
fn as_many_bidders_as_can_be_paid_back_in_one_task_take_part() {
    let env = opened();
    for bidder in 0..MAX_BIDDERS as u64 {
        assert_eq!(credit(&env, CASHIER, 1_000 + bidder, 10), Outcome::Returned(vec![]));
    }
    assert!(credit(&env, CASHIER, 1, 10).is_error(&Error::TooManyBidders));
    assert_eq!(
        credit(&env, CASHIER, 1_000, 5),
        Outcome::Returned(vec![]),
        "more for one of them"
    );
    bid(&env, 1_000, 1);
    assert_eq!(finish(&env), Outcome::Returned(vec![]));
    assert_eq!(env.take_effects().len(), MAX_BIDDERS + 2);
}
