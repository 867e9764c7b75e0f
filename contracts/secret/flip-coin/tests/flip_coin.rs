//! The coin, natively.

use enigma_contract::prelude::*;
use enigma_contract::testing::{Env, Outcome, address, calldata};
use flip_coin::{FlipCoin, Score, Side};

fn opened() -> Env {
    let env = Env::new();
    env.deploy::<FlipCoin>(&());
    env
}

fn flip(env: &Env, player: u64, guess: Side) -> (bool, Side) {
    env.call::<FlipCoin>(address(player), &calldata("flip(uint8)", &guess))
        .result()
}

fn score(env: &Env, player: u64) -> Score {
    env.view::<FlipCoin>(address(player), &calldata("score()", &()))
        .result()
}

#[test]
fn a_guess_is_right_where_it_is_the_side_that_is_up() {
    let env = opened();
    for guess in [Side::Heads, Side::Tails].repeat(10) {
        let (is_right, side) = flip(&env, 1, guess);
        assert_eq!(is_right, guess == side);
    }
}

#[test]
fn both_sides_come_up_about_equally_often() {
    let env = opened();
    let tails = (0..400).filter(|_| flip(&env, 1, Side::Heads).1 == Side::Tails).count();
    // Four standard deviations around 200; the seed of the test is always the same.
    assert!((160..=240).contains(&tails), "{tails} of 400");
}

#[test]
fn the_coin_comes_from_the_task_and_not_from_the_guess() {
    let sides = |seed: u8, guess: Side| -> Vec<Side> {
        let env = opened();
        env.set_seed(B256::repeat_byte(seed));
        (0..32).map(|_| flip(&env, 1, guess).1).collect()
    };
    assert_eq!(sides(1, Side::Heads), sides(1, Side::Tails));
    assert_ne!(sides(1, Side::Heads), sides(2, Side::Heads));
}

#[test]
fn everybody_has_a_score_of_their_own() {
    let env = opened();
    let wins = (0..20).filter(|_| flip(&env, 1, Side::Heads).0).count() as u64;
    flip(&env, 2, Side::Heads);
    assert_eq!(score(&env, 1), Score { flips: 20, wins });
    assert_eq!(score(&env, 2).flips, 1);
    assert_eq!(score(&env, 3), Score::default());
}

#[test]
fn a_coin_has_two_sides() {
    let outcome = opened().call::<FlipCoin>(address(1), &calldata("flip(uint8)", &2u8));
    assert!(matches!(outcome, Outcome::Reverted(_)));
}
