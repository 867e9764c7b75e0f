//! The test bed: typed calls of deployed contracts, each a task of its own.

use enigma_contract::Refusal as NotMade;
use enigma_contract::prelude::*;
use enigma_contract::testing::{Bed, Effect, Outcome, address};
use proptest::prelude::*;

/// Notes what it can know of a task.
#[contract_storage]
pub struct Witness {
    deployer: Item<Address>,
    raised: Item<u64>,
}

/// Why the witness refuses.
#[contract_error]
#[allow(missing_docs)]
pub enum Refusal {
    NotTheDeployer { caller: Address },
    Zero,
}

/// Another witness.
#[secret_interface]
pub trait OtherWitness {
    /// Raises its number.
    fn raise(by: u64) -> u64;
}

#[secret_contract]
#[allow(missing_docs)]
impl Witness {
    pub fn new(ctx: &mut Context, start: u64) -> Result<Self, Refusal> {
        require!(start > 0, Refusal::Zero);
        let mut witness = Self::default();
        witness.deployer.set(ctx.sender());
        witness.raised.set(start);
        Ok(witness)
    }

    pub fn raise(&mut self, by: u64) -> u64 {
        self.raised.update(|raised| raised + by);
        self.raised.get_or_default()
    }

    pub fn raise_other(&mut self, ctx: &mut Context, other: Address, by: u64) -> Result<u64, CallError> {
        self.raise(1);
        OtherWitness::at(other).raise(by).call(ctx)
    }

    pub fn draw(&mut self, ctx: &mut Context) -> (B256, B256) {
        (ctx.random(), ctx.task_id())
    }

    pub fn facts(&mut self, ctx: &Context) -> (u64, u64, u64, u64) {
        (ctx.epoch(), ctx.block_number(), ctx.timestamp(), ctx.gas_left())
    }

    pub fn pay(&mut self, ctx: &mut Context, target: Address) {
        debug!("paying {target}");
        ctx.require(EthereumCall::new(target, [1, 2]));
    }

    #[view]
    pub fn raised(&self, ctx: &Context) -> Result<u64, Refusal> {
        let caller = ctx.sender();
        require!(self.deployer.get() == Some(caller), Refusal::NotTheDeployer { caller });
        Ok(self.raised.get_or_default())
    }
}

#[test]
fn calls_are_of_the_deployer_unless_they_name_another() {
    let bed = Bed::new();
    let (alice, bob) = (bed.accounts().alice, bed.accounts().bob);
    let witness = bed.deploy::<Witness>(alice, (5,));
    assert_eq!(witness.raise(2).from(bob).run().value(), 7);
    assert_eq!(witness.raised().run().value(), 7);
    let refused = witness.raised().from(bob).run();
    assert_eq!(refused.error::<Refusal>(), Refusal::NotTheDeployer { caller: bob });
    assert!(!refused.is_success());
}

#[test]
fn a_constructor_that_fails_leaves_nothing() {
    let bed = Bed::new();
    let (witness, ran) = bed.try_deploy::<Witness>(bed.accounts().alice, (0,));
    assert_eq!(ran.error::<Refusal>(), Refusal::Zero);
    let caller = bed.deploy::<Witness>(bed.accounts().alice, (1,));
    let called = caller.raise_other(witness.contract_address(), 1).run();
    assert!(!called.is_success());
}

#[test]
fn every_task_has_a_block_an_id_and_randomness_of_its_own() {
    let bed = Bed::new();
    let witness = bed.deploy::<Witness>(bed.accounts().alice, (5,));
    let (first, second) = (witness.draw().run().value(), witness.draw().run().value());
    assert_ne!(first.0, second.0);
    assert_ne!(first.1, second.1);
    let (epoch, block, time, gas) = witness.facts().run().value();
    bed.mine(10);
    bed.advance_epoch();
    bed.increase_time(100);
    let later = witness.facts().gas_limit(123_456).run().value();
    assert_eq!(later, (epoch + 1, block + 11, time + 11 * 12 + 100, 123_456));
    assert_eq!(gas, 10_000_000);
}

#[test]
fn contracts_call_those_that_the_task_touches() {
    let bed = Bed::new();
    let alice = bed.accounts().alice;
    let (one, other) = (bed.deploy::<Witness>(alice, (10,)), bed.deploy::<Witness>(alice, (20,)));
    let there = other.contract_address();
    assert_ne!(one.contract_address(), there);
    assert_eq!(one.raise_other(there, 5).run().value(), 25);
    assert_eq!(one.raise_other(there, 5).touching(&[there]).run().value(), 30);
    let undeclared = one.raise_other(there, 5).touching(&[]).run();
    assert_eq!(undeclared.error::<CallError>(), CallError::Refused(NotMade::Undeclared));
    assert_eq!((one.raised().run().value(), other.raised().run().value()), (12, 30));
}

#[test]
fn what_a_task_logs_and_leaves_for_ethereum_is_in_its_report() {
    let bed = Bed::new();
    let witness = bed.deploy::<Witness>(bed.accounts().alice, (5,));
    let target = address(77);
    let ran = witness.pay(target).run();
    assert_eq!(ran.logs, [format!("paying {target}")]);
    let call = EthereumCall::new(target, [1, 2]);
    assert_eq!(ran.effects, [Effect::required(witness.contract_address(), call)]);
    assert!(witness.raise(1).run().effects.is_empty());
}

#[test]
fn a_snapshot_brings_everything_back() {
    let bed = Bed::new();
    let witness = bed.deploy::<Witness>(bed.accounts().alice, (5,));
    let snapshot = bed.snapshot();
    let run = || {
        let drawn = witness.draw().run().value();
        (drawn, witness.raise(3).run().value(), witness.facts().run().value())
    };
    let first = run();
    bed.advance_epoch();
    bed.set_time(2_000_000_000);
    assert_ne!(run(), first);
    bed.revert(&snapshot);
    assert_eq!(run(), first);
}

#[test]
fn a_view_can_be_asked_by_a_task() {
    let bed = Bed::new();
    let witness = bed.deploy::<Witness>(bed.accounts().alice, (5,));
    let block = bed.block_number();
    assert_eq!(witness.raised().as_task().run().value(), 5);
    assert_eq!(bed.block_number(), block + 1);
    let ran = witness.raised().run();
    assert_eq!(ran.value(), 5);
    assert_eq!(bed.block_number(), block + 1);
}

#[test]
fn a_panic_undoes_a_task() {
    let bed = Bed::new();
    let witness = bed.deploy::<Witness>(bed.accounts().alice, (u64::MAX,));
    let ran = witness.raise(1).run();
    assert_eq!(ran.outcome, Outcome::Panicked("attempt to add with overflow".into()));
    assert_eq!(witness.raised().run().value(), u64::MAX);
}

proptest! {
    /// Fuzzing is a loop over inputs that proptest draws and shrinks.
    #[test]
    fn whatever_is_added_is_there(numbers in prop::collection::vec(0..1_000_000_u64, 0..8)) {
        let bed = Bed::new();
        let witness = bed.deploy::<Witness>(bed.accounts().alice, (1,));
        for number in &numbers {
            witness.raise(*number).run().value();
        }
        prop_assert_eq!(witness.raised().run().value(), 1 + numbers.iter().sum::<u64>());
    }
}
