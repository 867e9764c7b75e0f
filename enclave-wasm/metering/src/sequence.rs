//! The instruction sequences that metering puts into a body.
//!
//! All state is in three globals behind the module's own: `gas` (i64, what is left; below zero means exhausted), `stack`
//! (i32, slots left) and `fault` (i32, why a trap is metering's and not the contract's). A trap of ours is always
//! `unreachable`; who reads it looks at `gas` first, then at `fault`.

use wasm_encoder::{BlockType, Encode, Ieee32, Ieee64, Instruction as I};

use crate::limits;

/// `fault` after a call that did not fit into the stack limit.
pub const FAULT_STACK: i32 = 1;
/// `fault` after a grow beyond our own limit.
pub const FAULT_MEMORY: i32 = 2;
/// `fault` after a grow within our limit that the engine refused: the node's fault.
pub const FAULT_NODE: i32 = 3;

/// `stack` of a new instance.
pub(crate) const INITIAL_STACK: i32 = limits::STACK_SLOTS as i32;

const CANONICAL_NAN_32: u32 = 0x7fc0_0000;
const CANONICAL_NAN_64: u64 = 0x7ff8_0000_0000_0000;

/// Indices of metering's globals in the rewritten module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Globals {
    pub gas: u32,
    pub stack: u32,
    pub fault: u32,
}

impl Globals {
    fn emit(self, out: &mut Vec<u8>, instructions: &[I<'_>]) {
        for instruction in instructions {
            instruction.encode(out);
        }
    }

    /// Takes a fixed amount, without a look at what is left.
    pub fn charge(self, out: &mut Vec<u8>, gas: u64) {
        // Bounded by the size of a function body, so far below i64::MAX.
        let gas = i64::try_from(gas).unwrap_or(i64::MAX);
        self.emit(
            out,
            &[
                I::GlobalGet(self.gas),
                I::I64Const(gas),
                I::I64Sub,
                I::GlobalSet(self.gas),
            ],
        );
    }

    /// Traps where gas is below zero.
    pub fn check(self, out: &mut Vec<u8>) {
        self.emit(
            out,
            &[
                I::GlobalGet(self.gas),
                I::I64Const(0),
                I::I64LtS,
                I::If(BlockType::Empty),
                I::Unreachable,
                I::End,
            ],
        );
    }

    /// Takes an amount for the size in local `size`: so many gas for each unit.
    pub fn charge_units(self, out: &mut Vec<u8>, size: u32, gas: u64) {
        let gas = i64::try_from(gas).unwrap_or(i64::MAX);
        self.emit(
            out,
            &[
                I::GlobalGet(self.gas),
                I::LocalGet(size),
                I::I64ExtendI32U,
                I::I64Const(gas),
                I::I64Mul,
                I::I64Sub,
                I::GlobalSet(self.gas),
            ],
        );
        self.check(out);
    }

    /// Takes one gas for each 2^shift bytes of the size in local `size`.
    pub fn charge_bytes(self, out: &mut Vec<u8>, size: u32, shift: u32) {
        self.emit(
            out,
            &[
                I::GlobalGet(self.gas),
                I::LocalGet(size),
                I::I64ExtendI32U,
                I::I64Const(i64::from(shift)),
                I::I64ShrU,
                I::I64Sub,
                I::GlobalSet(self.gas),
            ],
        );
        self.check(out);
    }

    /// The body of `enigma_charge`, size prefix included.
    pub fn charge_function(self, out: &mut Vec<u8>) {
        let mut body = Vec::new();
        // No locals.
        0u32.encode(&mut body);
        self.emit(
            &mut body,
            &[
                I::GlobalGet(self.gas),
                I::LocalGet(0),
                I::I64ExtendI32U,
                I::I64Sub,
                I::GlobalSet(self.gas),
                I::GlobalGet(self.gas),
                I::I64Const(0),
                I::I64LtS,
                I::End,
            ],
        );
        body.len().encode(out);
        out.extend_from_slice(&body);
    }

    /// The body of `enigma_restore`, size prefix included: `own` are the module's mutable globals with the instructions of their
    /// initial values.
    pub fn restore_function(self, own: &[(u32, Vec<u8>)], out: &mut Vec<u8>) {
        let mut body = Vec::new();
        // No locals.
        0u32.encode(&mut body);
        for (index, initial) in own {
            body.extend_from_slice(initial);
            I::GlobalSet(*index).encode(&mut body);
        }
        self.emit(
            &mut body,
            &[
                I::I64Const(0),
                I::GlobalSet(self.gas),
                I::I32Const(INITIAL_STACK),
                I::GlobalSet(self.stack),
                I::I32Const(0),
                I::GlobalSet(self.fault),
                I::End,
            ],
        );
        body.len().encode(out);
        out.extend_from_slice(&body);
    }

    fn trap(self, out: &mut Vec<u8>, fault: i32) {
        self.emit(
            out,
            &[
                I::If(BlockType::Empty),
                I::I32Const(fault),
                I::GlobalSet(self.fault),
                I::Unreachable,
                I::End,
            ],
        );
    }

    /// Takes a frame's slots and traps where they are not left.
    pub fn enter_frame(self, out: &mut Vec<u8>, slots: i32) {
        self.emit(
            out,
            &[
                I::GlobalGet(self.stack),
                I::I32Const(slots),
                I::I32Sub,
                I::GlobalSet(self.stack),
                I::GlobalGet(self.stack),
                I::I32Const(0),
                I::I32LtS,
            ],
        );
        self.trap(out, FAULT_STACK);
    }

    /// Gives a frame's slots back.
    pub fn leave_frame(self, out: &mut Vec<u8>, slots: i32) {
        self.emit(
            out,
            &[
                I::GlobalGet(self.stack),
                I::I32Const(slots),
                I::I32Add,
                I::GlobalSet(self.stack),
            ],
        );
    }

    /// Traps where LLVM's stack pointer has passed address 0.
    pub fn check_stack_pointer(self, out: &mut Vec<u8>, pointer: u32) {
        self.emit(out, &[I::GlobalGet(pointer), I::I32Const(0), I::I32LtS]);
        self.trap(out, FAULT_STACK);
    }

    /// Traps where a grow by the size in local `size` would pass `limit`; `current` puts the present size on the stack.
    pub fn check_grow(self, out: &mut Vec<u8>, size: u32, limit: i32, current: &I<'_>) {
        self.emit(
            out,
            &[
                I::LocalGet(size),
                I::I32Const(limit),
                current.clone(),
                I::I32Sub,
                I::I32GtU,
            ],
        );
        self.trap(out, FAULT_MEMORY);
    }

    /// Traps as a fault of the node where a grow within the limit answered -1. Leaves the answer on the stack.
    pub fn check_grown(self, out: &mut Vec<u8>, scratch: u32) {
        self.emit(out, &[I::LocalTee(scratch), I::I32Const(-1), I::I32Eq]);
        self.trap(out, FAULT_NODE);
        self.emit(out, &[I::LocalGet(scratch)]);
    }

    /// Replaces an `f32` NaN on the stack by the canonical one.
    pub fn canonicalise_f32(self, out: &mut Vec<u8>, scratch: u32) {
        let nan = I::F32Const(Ieee32::new(CANONICAL_NAN_32));
        self.emit(out, &[I::LocalTee(scratch), nan]);
        self.select_self(out, scratch, I::F32Eq);
    }

    /// Replaces an `f64` NaN on the stack by the canonical one.
    pub fn canonicalise_f64(self, out: &mut Vec<u8>, scratch: u32) {
        let nan = I::F64Const(Ieee64::new(CANONICAL_NAN_64));
        self.emit(out, &[I::LocalTee(scratch), nan]);
        self.select_self(out, scratch, I::F64Eq);
    }

    /// Picks the first of two operands where the scratch local equals itself, that is, where it is no NaN.
    fn select_self(self, out: &mut Vec<u8>, scratch: u32, equal: I<'_>) {
        self.emit(out, &[I::LocalGet(scratch), I::LocalGet(scratch), equal, I::Select]);
    }
}
