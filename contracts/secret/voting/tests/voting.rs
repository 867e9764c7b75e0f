//! The vote, natively.

use enigma_contract::prelude::*;
use enigma_contract::testing::{Effect, Env, Outcome, address, calldata};
use voting::{Ballot, Error, Voting};

const CHAIR: u64 = 1;
const BALLOT: u64 = 50;

fn opened() -> Env {
    let env = Env::new();
    env.set_sender(address(CHAIR));
    let voters = vec![address(2), address(3), address(4)];
    let outcome = env.deploy::<Voting>(&(address(BALLOT), U256::from(7u8), voters));
    assert_eq!(outcome, Outcome::Returned(vec![]));
    env
}

fn vote(env: &Env, voter: u64, approve: bool) -> Outcome {
    env.call::<Voting>(address(voter), &calldata("vote(bool)", &approve))
}

fn close(env: &Env, sender: u64) -> Outcome {
    env.call::<Voting>(address(sender), &calldata("close()", &()))
}

#[test]
fn each_voter_votes_once() {
    let env = opened();
    assert_eq!(vote(&env, 2, true), Outcome::Returned(vec![]));
    assert!(vote(&env, 2, false).is_error(&Error::AlreadyVoted));
    assert!(vote(&env, 9, true).is_error(&Error::NotAVoter));
    assert!(vote(&env, CHAIR, true).is_error(&Error::NotAVoter));
}

#[test]
fn only_the_voter_gets_a_receipt_of_the_ballot() {
    let env = opened();
    vote(&env, 2, true);
    let [
        Effect::PrivateEvent {
            recipient,
            data,
            source,
        },
    ] = &env.take_effects()[..]
    else {
        panic!("one private event")
    };
    assert_eq!((*recipient, *source), (Recipient::User, env.self_address()));
    let counted = calldata("Counted(uint256,address,bool)", &());
    assert_eq!(data[..4], counted[..4]);
    assert_eq!(
        data[32..],
        enigma_contract::abi::encode(&(U256::from(7u8), address(2), true))
    );
}

#[test]
fn the_result_is_reported_to_ethereum_and_published_when_the_chair_closes_the_vote() {
    let env = opened();
    for (voter, approve) in [(2, true), (3, false), (4, true)] {
        vote(&env, voter, approve);
    }
    env.take_effects();
    assert!(close(&env, 2).is_error(&Error::NotTheChair));
    assert_eq!(close(&env, CHAIR), Outcome::Returned(vec![]));
    let effects = env.take_effects();
    let report = Ballot::at(address(BALLOT)).report(U256::from(7u8), U256::from(2u8), U256::from(1u8));
    assert_eq!(
        report.calldata(),
        calldata("report(uint256,uint256,uint256)", &(7u8, 2u8, 1u8))
    );
    assert_eq!(effects[0], Effect::required(env.self_address(), report));
    assert!(matches!(&effects[1..], [Effect::Event { .. }]));
    assert!(close(&env, CHAIR).is_error(&Error::VotingClosed));
    assert!(vote(&env, 2, true).is_error(&Error::VotingClosed));
}

#[test]
fn views_tell_an_account_its_own_ballot_and_the_result_only_at_the_end() {
    let env = opened();
    vote(&env, 3, false);
    let view = |account: u64, data: &[u8]| env.view::<Voting>(address(account), data);
    assert!(!view(3, &calldata("myVote()", &())).result::<bool>());
    assert!(view(2, &calldata("myVote()", &())).is_error(&Error::DidNotVote));
    assert!(view(2, &calldata("hasVoted(address)", &address(3))).result::<bool>());
    assert!(!view(2, &calldata("hasVoted(address)", &address(4))).result::<bool>());
    assert!(view(2, &calldata("result()", &())).is_error(&Error::VotingOpen));
    close(&env, CHAIR);
    assert_eq!(
        view(2, &calldata("result()", &())).result::<(U256, U256)>(),
        (U256::ZERO, U256::ONE)
    );
}
