//! The facts of the task that is being executed.

use crate::host::{Host, host};
use crate::integer::U256;
use alloy_primitives::{Address, B256, FixedBytes};

/// What a contract may know of the task that it works on, all taken from the task's record on Ethereum, and the task's
/// random stream.
///
/// A method takes `ctx: &Context` to read, or `ctx: &mut Context` to draw random values, call other contracts, queue calls of
/// Ethereum or emit events; a `#[view]` can only read.
#[derive(Debug)]
pub struct Context {
    _made_by_the_sdk: (),
}

impl Context {
    /// The context of the running task; for the generated entry points and the test environment.
    #[doc(hidden)]
    pub fn current() -> Self {
        Self { _made_by_the_sdk: () }
    }

    /// The Ethereum account that ordered the task, the secret contract that called this one, or the account that signed a
    /// view's permit.
    pub fn sender(&self) -> Address {
        host().sender()
    }

    /// The address of this secret contract.
    pub fn self_address(&self) -> Address {
        host().self_address()
    }

    /// The id of the task.
    pub fn task_id(&self) -> B256 {
        host().task_id()
    }

    /// The epoch named by the task's record.
    pub fn epoch(&self) -> u64 {
        host().epoch()
    }

    /// The number of the Ethereum block that holds the task's record.
    pub fn block_number(&self) -> u64 {
        host().block_number()
    }

    /// The time of that block in seconds since 1970-01-01 UTC.
    pub fn timestamp(&self) -> u64 {
        host().block_timestamp()
    }

    /// The gas that is left.
    pub fn gas_left(&self) -> u64 {
        host().gas_left()
    }

    /// Burns exactly so much gas, on top of the price of the call itself; more than is left ends the task out of gas.
    ///
    /// For calls that always cost the same see `#[constant_gas]`.
    pub fn burn_gas(&self, amount: u64) {
        host().burn_gas(amount);
    }

    /// A random value that nobody outside the enclave can foresee, drawn from the task's own stream: executing the
    /// task again gives the same.
    ///
    /// For integers every value is equally likely. For a number in a range see [`random_below`](Self::random_below).
    pub fn random<T: Random>(&mut self) -> T {
        T::draw(self)
    }

    /// `length` random bytes, at most 65,536; more end the task.
    pub fn random_bytes(&mut self, length: u32) -> Vec<u8> {
        host().random(length)
    }

    /// A random number below `bound`, each equally likely.
    ///
    /// # Panics
    /// Where `bound` is zero.
    pub fn random_below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0, "no number is below zero");
        // Numbers of the last, incomplete run of `bound` values are drawn again, or small results would be likelier.
        let excess = (u64::MAX % bound + 1) % bound;
        loop {
            let number: u64 = self.random();
            if number <= u64::MAX - excess {
                return number % bound;
            }
        }
    }

    /// A line for the developer. The release enclave charges for it and drops it.
    pub fn debug_log(&self, message: impl AsRef<str>) {
        host().debug_log(message.as_ref().as_bytes());
    }
}

/// A line for the developer, from anywhere in a contract.
pub fn debug_log(message: &str) {
    host().debug_log(message.as_bytes());
}

/// A type of which random values can be drawn.
pub trait Random {
    /// Draws one.
    fn draw(ctx: &mut Context) -> Self;
}

impl<const N: usize> Random for [u8; N] {
    fn draw(ctx: &mut Context) -> Self {
        let bytes = ctx.random_bytes(N as u32);
        let mut array = [0; N];
        array.copy_from_slice(&bytes);
        array
    }
}

impl<const N: usize> Random for FixedBytes<N> {
    fn draw(ctx: &mut Context) -> Self {
        Self(ctx.random())
    }
}

impl Random for U256 {
    fn draw(ctx: &mut Context) -> Self {
        Self::from_be_bytes(ctx.random::<[u8; 32]>())
    }
}

impl Random for bool {
    fn draw(ctx: &mut Context) -> Self {
        ctx.random::<[u8; 1]>()[0] & 1 == 1
    }
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        impl Random for $integer {
            fn draw(ctx: &mut Context) -> Self {
                Self::from_be_bytes(ctx.random())
            }
        }
    )*};
}

integers!(u8 u16 u32 u64 u128 i8 i16 i32 i64 i128);
