//! A contract that calls, is called and emits in every way that a contract can, well and badly, for tests of whatever runs
//! contracts. With the probe as the one that is called, every ending of a call can be had.

#![forbid(unsafe_code)]

mod outside;

use enigma_contract::prelude::*;

/// What the enclave remembers.
#[contract_storage]
pub struct Messenger {
    runs: Item<u64>,
}

/// Why a call was refused.
#[contract_error]
pub enum Error {
    /// Refused without a reason.
    Refused,
}

/// An event with an argument of each kind: indexed, indexed as a hash, and not indexed.
#[contract_event]
pub struct Ping {
    #[indexed]
    pub sender: Address,
    #[indexed]
    pub text: String,
    pub number: u64,
}

/// An event of any size.
#[contract_event]
pub struct Blob {
    pub data: Bytes,
}

/// Another messenger, or a probe.
#[secret_interface]
pub trait Other {
    /// Counts its calls.
    fn count_run() -> u64;
    /// Draws a random number.
    fn draw() -> u64;
    /// Passes a call on.
    fn relay(path: Vec<Address>, calldata: Bytes) -> (u8, Bytes);
}

#[secret_contract(events(Ping, Blob))]
impl Messenger {
    /// Starts with no run counted.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts its calls.
    pub fn count_run(&mut self) -> u64 {
        self.runs.update(|runs| runs + 1);
        self.runs.get_or_default()
    }

    /// How many runs were counted.
    #[view]
    pub fn runs(&self) -> u64 {
        self.runs.get_or_default()
    }

    /// The sender, and the contract's own address.
    #[view]
    pub fn parties(&self, ctx: &Context) -> (Address, Address) {
        (ctx.sender(), ctx.self_address())
    }

    /// The gas that is left.
    #[view]
    pub fn gas_left(&self, ctx: &Context) -> u64 {
        ctx.gas_left()
    }

    /// A random number.
    pub fn draw(&mut self, ctx: &mut Context) -> u64 {
        ctx.random()
    }

    /// A random number, one that another messenger draws, and another of its own.
    pub fn draw_with(&mut self, ctx: &mut Context, other: Address) -> Result<(u64, u64, u64), CallError> {
        let first = ctx.random();
        let theirs = Other::at(other).draw().call(ctx)?;
        Ok((first, theirs, ctx.random()))
    }

    // --- calls and events, left for Ethereum ---

    /// Queues a required call.
    pub fn require_call(&mut self, ctx: &mut Context, target: Address, value: U256, calldata: Bytes) {
        self.count_run();
        ctx.require(EthereumCall::new(target, calldata).value(value));
    }

    /// Queues a best-effort call.
    pub fn attempt_call(&mut self, ctx: &mut Context, target: Address, value: U256, calldata: Bytes) {
        self.count_run();
        ctx.attempt(EthereumCall::new(target, calldata).value(value));
    }

    /// Emits an event.
    pub fn emit_ping(&mut self, ctx: &mut Context, text: String, number: u64) {
        let sender = ctx.sender();
        ctx.emit(Ping { sender, text, number });
    }

    /// Emits an event to the user.
    pub fn emit_private_ping(&mut self, ctx: &mut Context, text: String, number: u64) {
        let sender = ctx.sender();
        ctx.emit_private(Ping { sender, text, number }, Recipient::User);
    }

    /// Emits an event to a key; one of low order traps.
    pub fn emit_private_ping_to(&mut self, ctx: &mut Context, key: B256, text: String, number: u64) {
        let sender = ctx.sender();
        ctx.emit_private(Ping { sender, text, number }, Recipient::Key(key));
    }

    /// Emits so many events; more than 32 trap.
    pub fn emit_many(&mut self, ctx: &mut Context, count: u32) {
        self.count_run();
        for _ in 0..count {
            ctx.emit(Blob { data: Bytes::new() });
        }
    }

    /// Emits so many events with so many bytes each; the data of one has 64 more, and its topic 32.
    pub fn emit_large(&mut self, ctx: &mut Context, size: u32, count: u32) {
        for _ in 0..count {
            let data = vec![0xab; size as usize].into();
            ctx.emit(Blob { data });
        }
    }

    /// Calls Ethereum, emits publicly and privately, calls again and emits again, in this order.
    pub fn leave_everything(&mut self, ctx: &mut Context, target: Address) {
        let sender = ctx.sender();
        let ping = |number| Ping {
            sender,
            text: "order".into(),
            number,
        };
        ctx.require(EthereumCall::new(target, [1]));
        ctx.emit(ping(2));
        ctx.emit_private(ping(3), Recipient::User);
        ctx.attempt(EthereumCall::new(target, [4]));
        ctx.emit(ping(5));
    }

    // --- other contracts ---

    /// Counts this run, then calls another contract with at most this gas: the ending of the call and its payload.
    pub fn call_other(&mut self, ctx: &mut Context, contract: Address, calldata: Bytes, gas: u64) -> (u8, Bytes) {
        self.count_run();
        outside::call(ctx, contract, calldata, gas)
    }

    /// Counts this run, calls another contract, and reverts whatever it answered.
    pub fn call_and_revert(&mut self, ctx: &mut Context, contract: Address, calldata: Bytes) -> Result<(), Error> {
        self.count_run();
        outside::call(ctx, contract, calldata, u64::MAX);
        Err(Error::Refused)
    }

    /// Counts this run and those of two other contracts, or panics.
    pub fn count_runs_of(&mut self, ctx: &mut Context, first: Address, second: Address) -> (u64, u64, u64) {
        let own = self.count_run();
        let count = |ctx: &mut Context, other| Other::at(other).count_run().call(ctx).expect("the contract counts");
        (own, count(ctx, first), count(ctx, second))
    }

    /// Counts a run of another contract, and returns its error as its own.
    pub fn count_run_of(&mut self, ctx: &mut Context, other: Address) -> Result<u64, CallError> {
        Other::at(other).count_run().call(ctx)
    }

    /// Counts this run and passes the call on along a path of messengers; the last one calls the last address with the calldata.
    /// The ending of that call and its payload, or of the first that was refused. An empty path returns zero.
    pub fn relay(&mut self, ctx: &mut Context, path: Vec<Address>, calldata: Bytes) -> (u8, Bytes) {
        self.count_run();
        match path.split_first() {
            None => (0, Bytes::new()),
            Some((last, [])) => outside::call(ctx, *last, calldata, u64::MAX),
            Some((next, rest)) => {
                let answer = Other::at(*next).relay(rest.to_vec(), calldata).call(ctx);
                answer.unwrap_or_else(|error| (error.ending(), error.payload()))
            }
        }
    }

    // --- views that are none: each traps ---

    /// Writes.
    #[view]
    pub fn view_that_writes(&self) {
        Self::default().count_run();
    }

    /// Removes.
    #[view]
    pub fn view_that_removes(&self) {
        Self::default().runs.remove();
    }

    /// Emits.
    #[view]
    pub fn view_that_emits(&self) {
        Self::default().emit_many(&mut Context::current(), 1);
    }

    /// Emits privately.
    #[view]
    pub fn view_that_emits_privately(&self) {
        Self::default().emit_private_ping(&mut Context::current(), String::new(), 0);
    }

    /// Calls Ethereum.
    #[view]
    pub fn view_that_calls_ethereum(&self) {
        Context::current().attempt(EthereumCall::new(Address::ZERO, []));
    }

    /// Calls another contract, which is refused: the ending of the call and its payload.
    #[view]
    pub fn view_that_calls_other(&self, contract: Address, calldata: Bytes) -> (u8, Bytes) {
        outside::call(&mut Context::current(), contract, calldata, u64::MAX)
    }
}
