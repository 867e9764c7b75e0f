//! The ballot, natively.

use enigma_contract::testing::{Effect, Env, Outcome, address, calldata};
use secret_ballot::{Error, MAX_OPTIONS, Published, SecretBallot};

const CREDITS: u32 = 100;
const CLOSING: u64 = 50;

fn options(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("option {number}")).collect()
}

fn opened() -> Env {
    let env = Env::new();
    env.set_sender(address(1));
    let voters = vec![address(2), address(3), address(4)];
    let outcome = env.deploy::<SecretBallot>(&(options(3), CREDITS, CLOSING, voters));
    assert_eq!(outcome, Outcome::Returned(vec![]));
    env
}

fn vote(env: &Env, voter: u64, votes: &[i32]) -> Outcome {
    env.call::<SecretBallot>(address(voter), &calldata("vote(int32[])", &votes.to_vec()))
}

fn publish(env: &Env) -> Outcome {
    env.call::<SecretBallot>(address(9), &calldata("publish()", &()))
}

fn at_block(env: &Env, block: u64) {
    env.set_block(block, 1_700_000_000);
}

#[test]
fn votes_cost_their_square() {
    let env = opened();
    assert_eq!(vote(&env, 2, &[6, -8, 0]), Outcome::Returned(vec![]));
    let too_expensive = |cost| Error::TooExpensive { cost, credits: CREDITS };
    assert!(vote(&env, 2, &[6, -8, 1]).is_error(&too_expensive(101)));
    assert!(vote(&env, 2, &[11, 0, 0]).is_error(&too_expensive(121)));
    let most = 3 * (1u128 << 62);
    assert!(vote(&env, 2, &[i32::MIN; 3]).is_error(&too_expensive(most)));
    let cost = env.view::<SecretBallot>(address(9), &calldata("cost(int32[])", &vec![3i32, -4]));
    assert_eq!(cost.result::<u128>(), 25);
}

#[test]
fn only_voters_vote_and_only_on_the_options_there_are() {
    let env = opened();
    assert!(vote(&env, 9, &[1, 0, 0]).is_error(&Error::NotAVoter));
    for votes in [&[][..], &[1, 1], &[1, 1, 1, 1]] {
        assert!(vote(&env, 2, votes).is_error(&Error::WrongLength { options: 3 }));
    }
}

#[test]
fn the_last_ballot_of_each_voter_counts() {
    let env = opened();
    vote(&env, 2, &[9, 0, 0]);
    vote(&env, 2, &[1, 2, -3]);
    vote(&env, 3, &[0, 7, 7]);
    at_block(&env, CLOSING);
    assert_eq!(publish(&env), Outcome::Returned(vec![]));
    let totals = Published {
        totals: vec![1, 9, 4],
        ballots: 2,
    };
    assert_eq!(env.take_effects(), [Effect::event(env.self_address(), &totals)]);
}

#[test]
fn there_is_no_result_before_the_closing_block_and_no_vote_after_it() {
    let env = opened();
    at_block(&env, CLOSING - 1);
    assert!(publish(&env).is_error(&Error::VotingOpen));
    assert_eq!(vote(&env, 2, &[1, 1, 1]), Outcome::Returned(vec![]));
    at_block(&env, CLOSING);
    assert!(vote(&env, 3, &[1, 1, 1]).is_error(&Error::VotingClosed));
    assert_eq!(publish(&env), Outcome::Returned(vec![]));
    assert!(publish(&env).is_error(&Error::AlreadyPublished));
}

#[test]
fn a_vote_leaves_nothing_that_others_could_see() {
    let env = opened();
    vote(&env, 2, &[1, 2, 3]);
    assert_eq!(env.take_effects(), []);
}

#[test]
fn a_voter_reads_the_own_ballot_and_nobody_elses() {
    let env = opened();
    vote(&env, 2, &[1, -2, 3]);
    let my_ballot = |voter| env.view::<SecretBallot>(address(voter), &calldata("myBallot()", &()));
    assert_eq!(my_ballot(2).result::<Vec<i32>>(), [1, -2, 3]);
    assert!(my_ballot(3).is_error(&Error::DidNotVote));
    let terms = env.view::<SecretBallot>(address(3), &calldata("terms()", &()));
    assert_eq!(terms.result::<(Vec<String>, u32)>(), (options(3), CREDITS));
}

#[test]
fn a_ballot_has_a_few_options() {
    for count in [0, MAX_OPTIONS + 1] {
        let arguments = (options(count), CREDITS, CLOSING, vec![address(2)]);
        let outcome = Env::new().deploy::<SecretBallot>(&arguments);
        assert!(outcome.is_error(&Error::BadNumberOfOptions));
    }
}
