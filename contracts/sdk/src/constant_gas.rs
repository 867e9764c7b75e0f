//! Calls that cost the same whatever they do, and answers of one length: what `#[constant_gas]` and `#[pad_output]` expand to.

use crate::host::{Host, host};

/// No contract has so much gas: burning it ends the task out of gas.
const ALL: u64 = u64::MAX;

/// A call that costs a fixed amount of gas.
#[derive(Debug)]
pub struct ConstantGas {
    /// The gas that must be left at its end.
    floor: u64,
}

impl ConstantGas {
    /// Begins a call that costs `cost`; where that is not left, the task ends out of gas at once.
    pub fn begin(cost: u64) -> Self {
        let floor = host().gas_left().checked_sub(cost).unwrap_or_else(|| out_of_gas());
        panics::set_floor(floor);
        Self { floor }
    }

    /// Ends it: burns what is left of its cost.
    ///
    /// The answer moves to a block of its own first: it is the newest of the heap and has no spare room, so that handing it over and
    /// freeing it costs the same however it was made.
    pub fn end(self, reply: Result<Vec<u8>, Vec<u8>>) -> Result<Vec<u8>, Vec<u8>> {
        let reply = match reply {
            Ok(result) => Ok(exact(&result)),
            Err(error) => Err(exact(&error)),
        };
        burn_down_to(self.floor);
        reply
    }
}

fn exact(bytes: &[u8]) -> Vec<u8> {
    let mut copy = Vec::with_capacity(bytes.len());
    copy.extend_from_slice(bytes);
    copy
}

fn burn_down_to(floor: u64) {
    let left = host().gas_left();
    host().burn_gas(left.checked_sub(floor).unwrap_or(ALL));
}

fn out_of_gas() -> ! {
    host().burn_gas(ALL);
    unreachable!("the host ends a task that burns more gas than there is")
}

/// Pads an answer with zeros to a multiple of `class` bytes, at least one; that of a revert behind its selector.
pub fn pad_output(mut reply: Result<Vec<u8>, Vec<u8>>, class: usize) -> Result<Vec<u8>, Vec<u8>> {
    let (bytes, head) = match &mut reply {
        Ok(result) => (result, 0),
        Err(error) => (error, SELECTOR),
    };
    let padded = bytes.len().saturating_sub(head).max(1).next_multiple_of(class);
    bytes.resize(head + padded, 0);
    reply
}

/// Bytes of an error's selector.
const SELECTOR: usize = 4;

/// Whether `#[pad_output]` takes this class: the ABI speaks in words.
pub const fn is_class(bytes: usize) -> bool {
    bytes > 0 && bytes.is_multiple_of(32)
}

/// A panic ends the task from wherever it happens: its hook burns what is left of the call's cost.
#[cfg(target_arch = "wasm32")]
pub(crate) mod panics {
    use core::cell::Cell;

    thread_local! {
        static FLOOR: Cell<Option<u64>> = const { Cell::new(None) };
    }

    pub(super) fn set_floor(floor: u64) {
        FLOOR.set(Some(floor));
    }

    /// Burns what is left of the cost of the call that panics, if it has a fixed one.
    pub(crate) fn settle() {
        if let Some(floor) = FLOOR.get() {
            super::burn_down_to(floor);
        }
    }
}

/// Natively no gas is counted but what is burnt, and a panic unwinds.
#[cfg(not(target_arch = "wasm32"))]
mod panics {
    pub(super) fn set_floor(_floor: u64) {}
}
