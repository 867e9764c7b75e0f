//! A test bed: contracts that are deployed and called by typed calls, as in the network.

use super::accounts::{ACCOUNTS, Accounts};
use super::call::{Deployed, Ran};
use super::effect::Effect;
use super::env::Env;
use super::mock_host::MockSnapshot;
use super::outcome::Outcome;
use super::runner::Runner;
use crate::abi::{AbiType, encode};
use crate::contract::SecretContract;
use alloy_primitives::{Address, B256, keccak256};
use std::cell::Cell;
use std::rc::Rc;

/// Gas of a task where a test says nothing, without what every task costs.
const GAS_LIMIT: u64 = 10_000_000;
/// Seconds between blocks.
const BLOCK_TIME: u64 = 12;

/// A contract that tests can deploy; `#[secret_contract]` implements it.
pub trait Testable: SecretContract {
    /// The crate's name, by which its compiled module is found.
    const PACKAGE: &'static str;
    /// The crate's folder.
    const FOLDER: &'static str;
    /// Its methods as calls of a deployed contract.
    type Client: From<Deployed>;
    /// What its constructor takes: a tuple.
    type Arguments: AbiType;
}

/// Deploys contracts and calls them, each call a task of its own in a block of its own, or a view.
///
/// ```
/// # use enigma_contract::prelude::*;
/// use enigma_contract::testing::Bed;
/// # #[contract_storage]
/// # pub struct Counter { owner: Item<Address>, count: Item<u64> }
/// # #[contract_error]
/// # pub enum Error { NotOwner { caller: Address } }
/// # #[secret_contract]
/// # impl Counter {
/// #     pub fn new(ctx: &mut Context, start: u64) -> Self {
/// #         let mut counter = Self::default(); counter.owner.set(ctx.sender()); counter.count.set(start); counter
/// #     }
/// #     pub fn increment(&mut self, by: u64) { self.count.update(|count| count + by); }
/// #     #[view]
/// #     pub fn value(&self, ctx: &Context) -> Result<u64, Error> {
/// #         require!(self.owner.get() == Some(ctx.sender()), Error::NotOwner { caller: ctx.sender() });
/// #         Ok(self.count.get_or_default())
/// #     }
/// # }
/// # fn main() {
///
/// let bed = Bed::new();
/// let (alice, bob) = (bed.accounts().alice, bed.accounts().bob);
/// let counter = bed.deploy::<Counter>(alice, (5,));
/// counter.increment(2).from(bob).run().value();
/// assert_eq!(counter.value().run().value(), 7);
/// assert_eq!(counter.value().from(bob).run().error::<Error>(), Error::NotOwner { caller: bob });
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Bed {
    pub(super) inner: Rc<Inner>,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) env: Env,
    pub(super) runner: Runner,
    /// Tasks so far.
    tasks: Cell<u64>,
    epoch: Cell<u64>,
    block: Cell<u64>,
    time: Cell<u64>,
    seed: Cell<B256>,
}

/// What a bed goes back to: states, block, time, epoch and randomness.
#[derive(Debug, Clone)]
pub struct Snapshot {
    host: MockSnapshot,
    tasks: u64,
    epoch: u64,
    block: u64,
    time: u64,
    seed: B256,
}

impl Default for Bed {
    fn default() -> Self {
        Self::new()
    }
}

impl Bed {
    /// A bed without contracts, the same in every run: epoch 1, block 1, at 1,700,000,000 seconds.
    pub fn new() -> Self {
        let inner = Inner {
            env: Env::new(),
            runner: Runner::of_environment(),
            tasks: 0.into(),
            epoch: 1.into(),
            block: 1.into(),
            time: 1_700_000_000.into(),
            seed: B256::ZERO.into(),
        };
        Self { inner: Rc::new(inner) }
    }

    /// The accounts by name.
    pub fn accounts(&self) -> Accounts {
        ACCOUNTS
    }

    /// Deploys a contract with the arguments of its constructor, a tuple. The account is the sender of calls that name none.
    ///
    /// # Panics
    /// Where the constructor fails.
    pub fn deploy<C: Testable + 'static>(&self, from: Address, arguments: C::Arguments) -> C::Client {
        let (client, ran) = self.try_deploy::<C>(from, arguments);
        ran.value();
        client
    }

    /// Deploys a contract, and tells how its constructor ended. Where it failed, the client is of no use.
    pub fn try_deploy<C: Testable + 'static>(&self, from: Address, arguments: C::Arguments) -> (C::Client, Ran<()>) {
        let address = self.next_address();
        let arguments = encode(&arguments);
        let runner = &self.inner.runner;
        let ran = self.task(address, from, GAS_LIMIT, None, |env| {
            runner.deploy::<C>(env, &arguments)
        });
        let deployed = Deployed::new::<C>(self.clone(), address, from);
        (deployed.into(), ran)
    }

    /// Sets the seed of the randomness of all later tasks.
    pub fn set_seed(&self, seed: B256) {
        self.inner.seed.set(seed);
    }

    /// The number of the block of the next task.
    pub fn block_number(&self) -> u64 {
        self.inner.block.get()
    }

    /// Lets blocks pass, of 12 seconds each.
    pub fn mine(&self, blocks: u64) {
        self.inner.block.update(|block| block + blocks);
        self.increase_time(blocks * BLOCK_TIME);
    }

    /// The time of the block of the next task, in seconds since 1970-01-01 UTC.
    pub fn now(&self) -> u64 {
        self.inner.time.get()
    }

    /// Lets seconds pass.
    pub fn increase_time(&self, seconds: u64) {
        self.inner.time.update(|time| time + seconds);
    }

    /// Sets the time of the block of the next task, in seconds since 1970-01-01 UTC.
    pub fn set_time(&self, time: u64) {
        self.inner.time.set(time);
    }

    /// The epoch of the next task.
    pub fn epoch(&self) -> u64 {
        self.inner.epoch.get()
    }

    /// Begins the next epoch.
    pub fn advance_epoch(&self) {
        self.inner.epoch.update(|epoch| epoch + 1);
    }

    /// What [`revert`](Self::revert) goes back to.
    pub fn snapshot(&self) -> Snapshot {
        let inner = &self.inner;
        Snapshot {
            host: inner.env.host.whole_snapshot(),
            tasks: inner.tasks.get(),
            epoch: inner.epoch.get(),
            block: inner.block.get(),
            time: inner.time.get(),
            seed: inner.seed.get(),
        }
    }

    /// Goes back to a snapshot: what is done again gives the same.
    pub fn revert(&self, to: &Snapshot) {
        let inner = &self.inner;
        inner.env.host.revert(&to.host);
        inner.tasks.set(to.tasks);
        inner.epoch.set(to.epoch);
        inner.block.set(to.block);
        inner.time.set(to.time);
        inner.seed.set(to.seed);
    }

    fn next_address(&self) -> Address {
        let number = self.inner.tasks.get().to_be_bytes();
        Address::from_slice(&keccak256([b"contract", &number[..]].concat())[12..])
    }

    /// Does something as a task, and moves on to the next block.
    pub(super) fn task<T>(
        &self,
        contract: Address,
        from: Address,
        gas: u64,
        touches: Option<&[Address]>,
        run: impl FnOnce(&Env) -> (Outcome, Option<u64>),
    ) -> Ran<T> {
        let ran = self.at(contract, from, gas, touches, run);
        self.inner.tasks.update(|tasks| tasks + 1);
        self.mine(1);
        ran
    }

    /// Does something with the facts of the next task.
    pub(super) fn at<T>(
        &self,
        contract: Address,
        from: Address,
        gas: u64,
        touches: Option<&[Address]>,
        run: impl FnOnce(&Env) -> (Outcome, Option<u64>),
    ) -> Ran<T> {
        let Inner {
            env,
            runner: _,
            tasks,
            epoch,
            block,
            time,
            seed,
        } = &*self.inner;
        let id = keccak256([b"task", &tasks.get().to_be_bytes()[..]].concat());
        env.set_self_address(contract);
        env.set_task_id(id);
        env.set_epoch(epoch.get());
        env.set_block(block.get(), time.get());
        env.set_gas_left(gas);
        env.set_sender(from);
        env.set_seed(keccak256([seed.get(), id].concat()));
        match touches {
            Some(touches) => env.set_touches(touches),
            None => env.forget_touches(),
        }
        let (outcome, gas_used) = run(env);
        let logs = env.take_logs();
        let effects: Vec<Effect> = env.take_effects();
        Ran::new(outcome, gas_used, logs, effects)
    }
}
