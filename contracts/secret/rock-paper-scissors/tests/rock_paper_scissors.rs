//! Rock, paper, scissors, natively.

use enigma_contract::testing::{Env, Outcome, address, calldata};
use rock_paper_scissors::{Error, Hand, RockPaperScissors, Standing};

const PATIENCE: u64 = 10;
const FIRST_BLOCK: u64 = 100;
const LAST_BLOCK: u64 = FIRST_BLOCK + PATIENCE;
const HANDS: [Hand; 3] = [Hand::Rock, Hand::Paper, Hand::Scissors];

fn opened() -> Env {
    let env = Env::new();
    at_block(&env, FIRST_BLOCK);
    assert_eq!(env.deploy::<RockPaperScissors>(&PATIENCE), Outcome::Returned(vec![]));
    env
}

fn at_block(env: &Env, block: u64) {
    env.set_block(block, 1_700_000_000);
}

fn challenge(env: &Env, challenger: u64, opponent: u64, hand: Hand) -> Outcome {
    let data = calldata("challenge(address,uint8)", &(address(opponent), hand));
    env.call::<RockPaperScissors>(address(challenger), &data)
}

fn answer(env: &Env, player: u64, game: u64, hand: Hand) -> Outcome {
    env.call::<RockPaperScissors>(address(player), &calldata("answer(uint64,uint8)", &(game, hand)))
}

fn claim(env: &Env, player: u64, game: u64) -> Outcome {
    env.call::<RockPaperScissors>(address(player), &calldata("claim(uint64)", &game))
}

fn standing(env: &Env, player: u64, game: u64) -> Outcome {
    env.view::<RockPaperScissors>(address(player), &calldata("standing(uint64)", &game))
}

/// How the game of these hands ends for the challenger.
fn played(challengers: Hand, opponents: Hand) -> Standing {
    let env = opened();
    assert_eq!(challenge(&env, 1, 2, challengers).result::<u64>(), 0);
    let for_opponent: Standing = answer(&env, 2, 0, opponents).result();
    assert_eq!(standing(&env, 2, 0).result::<Standing>(), for_opponent);
    let for_challenger: Standing = standing(&env, 1, 0).result();
    let pair = (for_challenger, for_opponent);
    assert!(matches!(
        pair,
        (Standing::Won, Standing::Lost) | (Standing::Lost, Standing::Won) | (Standing::Drawn, Standing::Drawn)
    ));
    for_challenger
}

#[test]
fn each_hand_beats_one_and_loses_to_another() {
    for hand in HANDS {
        assert_eq!(played(hand, hand), Standing::Drawn);
    }
    for (better, worse) in [
        (Hand::Rock, Hand::Scissors),
        (Hand::Paper, Hand::Rock),
        (Hand::Scissors, Hand::Paper),
    ] {
        assert_eq!(played(better, worse), Standing::Won);
        assert_eq!(played(worse, better), Standing::Lost);
    }
}

#[test]
fn the_opponent_is_told_nothing_before_the_answer() {
    let env = opened();
    challenge(&env, 1, 2, Hand::Rock);
    assert_eq!(standing(&env, 2, 0).result::<Standing>(), Standing::Open);
    assert_eq!(env.take_effects(), []);
}

#[test]
fn nobody_else_answers_claims_or_looks() {
    let env = opened();
    challenge(&env, 1, 2, Hand::Rock);
    for outcome in [
        answer(&env, 3, 0, Hand::Paper),
        answer(&env, 1, 0, Hand::Paper),
        claim(&env, 2, 0),
        standing(&env, 3, 0),
        answer(&env, 2, 1, Hand::Paper),
        standing(&env, 1, 1),
    ] {
        assert!(outcome.is_error(&Error::NotYourGame));
    }
    assert!(challenge(&env, 1, 1, Hand::Rock).is_error(&Error::OwnOpponent));
}

#[test]
fn an_opponent_answers_once() {
    let env = opened();
    challenge(&env, 1, 2, Hand::Rock);
    answer(&env, 2, 0, Hand::Scissors);
    assert!(answer(&env, 2, 0, Hand::Paper).is_error(&Error::GameOver));
    at_block(&env, LAST_BLOCK + 1);
    assert!(claim(&env, 1, 0).is_error(&Error::GameOver));
    assert_eq!(standing(&env, 2, 0).result::<Standing>(), Standing::Lost);
}

#[test]
fn an_opponent_who_does_not_answer_in_time_loses_once_it_is_claimed() {
    let env = opened();
    challenge(&env, 1, 2, Hand::Rock);
    at_block(&env, LAST_BLOCK);
    let last_block = LAST_BLOCK;
    assert!(claim(&env, 1, 0).is_error(&Error::TooEarly { last_block }));
    at_block(&env, LAST_BLOCK + 1);
    assert!(answer(&env, 2, 0, Hand::Paper).is_error(&Error::TooLate { last_block }));
    assert_eq!(claim(&env, 1, 0), Outcome::Returned(vec![]));
    assert_eq!(standing(&env, 1, 0).result::<Standing>(), Standing::Won);
    assert_eq!(standing(&env, 2, 0).result::<Standing>(), Standing::Lost);
}

#[test]
fn the_last_block_still_counts_and_games_do_not_mix() {
    let env = opened();
    assert_eq!(challenge(&env, 1, 2, Hand::Rock).result::<u64>(), 0);
    assert_eq!(challenge(&env, 2, 1, Hand::Rock).result::<u64>(), 1);
    at_block(&env, LAST_BLOCK);
    assert_eq!(answer(&env, 1, 1, Hand::Paper).result::<Standing>(), Standing::Won);
    assert_eq!(standing(&env, 1, 0).result::<Standing>(), Standing::Open);
    assert_eq!(answer(&env, 2, 0, Hand::Rock).result::<Standing>(), Standing::Drawn);
}

#[test]
fn there_are_three_hands() {
    let env = opened();
    let data = calldata("challenge(address,uint8)", &(address(2), 3u8));
    assert!(matches!(
        env.call::<RockPaperScissors>(address(1), &data),
        Outcome::Reverted(_)
    ));
}
