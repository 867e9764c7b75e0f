//! Typed calls of a deployed contract.

use super::bed::Bed;
use super::effect::Effect;
use super::env::Env;
use super::outcome::Outcome;
use crate::abi::{AbiType, encode};
use crate::contract::SecretContract;
use crate::error::{ContractError, with_selector};
use alloy_primitives::Address;
use core::fmt;
use core::marker::PhantomData;

/// Gas of a call where a test says nothing.
const GAS_LIMIT: u64 = 10_000_000;

/// Runs calldata as one kind of call.
type Run = fn(&Env, Address, &[u8]) -> Outcome;

/// A contract of a [`Bed`]. The client that `#[secret_contract]` makes of a contract's methods stands around it.
#[derive(Clone)]
pub struct Deployed {
    bed: Bed,
    address: Address,
    from: Address,
    call: Run,
    view: Run,
}

impl Deployed {
    pub(super) fn new<C: SecretContract>(bed: Bed, address: Address, from: Address) -> Self {
        Self {
            bed,
            address,
            from,
            call: Env::call::<C>,
            view: Env::view::<C>,
        }
    }

    /// The contract's address.
    pub fn contract_address(&self) -> Address {
        self.address
    }

    /// The call of a function by its selector; for the generated clients.
    #[doc(hidden)]
    pub fn call<A: AbiType, T>(&self, is_view: bool, selector: [u8; 4], arguments: &A) -> Call<T> {
        Call {
            contract: self.clone(),
            from: self.from,
            calldata: with_selector(selector, encode(arguments)),
            gas: GAS_LIMIT,
            touches: None,
            is_view,
            result: PhantomData,
        }
    }
}

impl fmt::Debug for Deployed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "contract at {}", self.address)
    }
}

/// A call that [`run`](Self::run) makes: a task, or a view where the method is one.
#[derive(Debug, Clone)]
#[must_use = "`run()` makes the call"]
pub struct Call<T> {
    contract: Deployed,
    from: Address,
    calldata: Vec<u8>,
    gas: u64,
    touches: Option<Vec<Address>>,
    is_view: bool,
    result: PhantomData<fn() -> T>,
}

impl<T> Call<T> {
    /// The account that orders the task, or signs the view's permit; without it the account that deployed the contract.
    pub fn from(self, account: Address) -> Self {
        Self { from: account, ..self }
    }

    /// The gas that the contract may use, without what every task costs; 10,000,000 without it.
    pub fn gas_limit(self, gas: u64) -> Self {
        Self { gas, ..self }
    }

    /// The other contracts that the task's record names; without it the task may call all.
    pub fn touching(self, contracts: &[Address]) -> Self {
        Self {
            touches: Some(contracts.to_vec()),
            ..self
        }
    }

    /// Makes a task of a view.
    pub fn as_task(self) -> Self {
        Self { is_view: false, ..self }
    }

    /// Makes the call.
    pub fn run(self) -> Ran<T> {
        let Deployed {
            bed,
            address,
            call,
            view,
            ..
        } = &self.contract;
        let touches = self.touches.as_deref();
        let kind = if self.is_view { view } else { call };
        let (runner, calldata) = (&bed.inner.runner, &self.calldata);
        let native = |env: &Env| kind(env, self.from, calldata);
        let run = |env: &Env| runner.run(env, self.is_view, self.gas, calldata, native);
        if self.is_view {
            bed.at(*address, self.from, self.gas, touches, run)
        } else {
            bed.task(*address, self.from, self.gas, touches, run)
        }
    }
}

/// How a call of a [`Bed`] went.
#[derive(Debug, Clone)]
#[must_use = "`value()` fails the test where the call failed"]
pub struct Ran<T> {
    /// How it ended.
    pub outcome: Outcome,
    /// The gas that it used, without what every task costs; none natively, where no gas is counted.
    pub gas_used: Option<u64>,
    /// What it logged, line by line.
    pub logs: Vec<String>,
    /// The calls of Ethereum and events that it left; none where it failed.
    pub effects: Vec<Effect>,
    result: PhantomData<fn() -> T>,
}

impl<T> Ran<T> {
    pub(super) fn new(outcome: Outcome, gas_used: Option<u64>, logs: Vec<String>, effects: Vec<Effect>) -> Self {
        Self {
            outcome,
            gas_used,
            logs,
            effects,
            result: PhantomData,
        }
    }

    /// Whether it returned.
    pub fn is_success(&self) -> bool {
        self.outcome.is_success()
    }

    /// The error that it reverted with.
    ///
    /// # Panics
    /// Where it did anything else.
    #[track_caller]
    pub fn error<E: ContractError>(&self) -> E {
        let error = match &self.outcome {
            Outcome::Reverted(data) => E::from_revert_data(data),
            _ => None,
        };
        error.unwrap_or_else(|| panic!("the call did not revert with such an error: {:?}", self.outcome))
    }
}

impl<T: AbiType> Ran<T> {
    /// The result.
    ///
    /// # Panics
    /// Where the call failed.
    #[track_caller]
    pub fn value(&self) -> T {
        self.outcome.result()
    }
}
