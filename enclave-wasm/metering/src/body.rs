//! Rewrites one function body.
//!
//! A *region* is a run of instructions that is entered only at its first and left only after its last, so that either all
//! of it runs or (after a trap) nothing that follows matters. Its whole cost is taken at its start: total gas is then the
//! sum over regions entered, which no engine can see differently.
//!
//! - A region ends where control may come in (`loop`, `else`, `end`) or go out (`if`, any branch, `return`).
//! - Gas is looked at on entering a function, at every `loop`, and after a charge that depends on a size. Every path that
//!   runs for long passes one of these; on the way gas may be below zero, so whoever ends a run looks once more.
//! - A body that calls is put inside one more block, which `return` and branches to the body's label then leave, so that
//!   the frame's slots are given back at one place. Depths stay as they are, since that block takes the body's place.
//! - LLVM keeps large locals on a stack of its own in memory, growing down to address 0. Where the name section names its
//!   pointer, a pointer that passed 0 is a stack overflow too, and not the access out of bounds that would follow.

use wasm_encoder::{BlockType, Encode, Instruction as I, ValType as Out};
use wasmparser::{FunctionBody, Operator, OperatorsReader, ValType};

use crate::function_facts::{FunctionFacts, is_sized, nan_result};
use crate::limits;
use crate::sequence::Globals;
use crate::weights::Weights;

/// What the rewriter knows of the module around the body.
pub(crate) struct Surroundings<'a> {
    pub module: &'a [u8],
    pub globals: Globals,
    pub weights: &'a Weights,
    pub memory_limit: i32,
    pub table_limits: &'a [i32],
    pub stack_pointer: Option<u32>,
}

/// Appends the rewritten body, size prefix included.
pub(crate) fn rewrite(
    around: &Surroundings<'_>,
    body: &FunctionBody<'_>,
    facts: &FunctionFacts,
    results: BlockType,
    out: &mut Vec<u8>,
) -> Result<(), wasmparser::Error> {
    let mut code = Vec::with_capacity(body.as_bytes().len().saturating_mul(5) / 4);
    let scratch = write_locals(body, facts, &mut code)?;
    let mut rewriter = Rewriter {
        around,
        scratch,
        code,
        region: Vec::new(),
        region_gas: 0,
        check: true,
        depth: 0,
        wrapped: facts.calls,
    };
    let entry = around.weights.entry;
    rewriter.region_gas = entry.saturating_add(around.weights.plain.saturating_mul(u64::from(facts.declared_locals)));
    let slots = facts.frame_slots.saturating_add(limits::FRAME_OVERHEAD_SLOTS);
    // Bounded by MAX_FRAME_SLOTS.
    let slots = i32::try_from(slots).unwrap_or(i32::MAX);
    if facts.calls {
        around.globals.enter_frame(&mut rewriter.region, slots);
        I::Block(results).encode(&mut rewriter.region);
    }
    rewriter.operators(body.get_operators_reader()?)?;
    let mut code = rewriter.code;
    if facts.calls {
        around.globals.leave_frame(&mut code, slots);
        I::End.encode(&mut code);
    }
    code.len().encode(out);
    out.extend_from_slice(&code);
    Ok(())
}

/// Indices of the scratch locals that a body has.
#[derive(Clone, Copy, Default)]
struct ScratchLocals {
    size: u32,
    f32: u32,
    f64: u32,
}

fn write_locals(
    body: &FunctionBody<'_>,
    facts: &FunctionFacts,
    code: &mut Vec<u8>,
) -> Result<ScratchLocals, wasmparser::Error> {
    let reader = body.get_locals_reader()?;
    let groups = reader.get_count();
    let mut added = Vec::new();
    let mut next = facts.locals;
    let mut add = |wanted: bool, kind: Out| {
        let index = next;
        if wanted {
            added.push(kind);
            next = next.saturating_add(1);
        }
        index
    };
    let scratch = ScratchLocals {
        size: add(facts.scratch.size, Out::I32),
        f32: add(facts.scratch.f32, Out::F32),
        f64: add(facts.scratch.f64, Out::F64),
    };
    let added_groups = u32::try_from(added.len()).unwrap_or(0);
    groups.saturating_add(added_groups).encode(code);
    let start = reader.original_position();
    let end = body.get_binary_reader_for_operators()?.original_position();
    let skip = |position: u64| usize::try_from(position.saturating_sub(body.range().start)).unwrap_or(usize::MAX);
    code.extend_from_slice(body.as_bytes().get(skip(start)..skip(end)).unwrap_or_default());
    for kind in added {
        1u32.encode(code);
        kind.encode(code);
    }
    Ok(scratch)
}

struct Rewriter<'a> {
    around: &'a Surroundings<'a>,
    scratch: ScratchLocals,
    code: Vec<u8>,
    /// Instructions of the region under way, held back until its cost is known.
    region: Vec<u8>,
    region_gas: u64,
    /// Whether the region under way looks at gas once it is charged.
    check: bool,
    /// Blocks open inside the body.
    depth: u32,
    wrapped: bool,
}

impl Rewriter<'_> {
    fn operators(&mut self, mut operators: OperatorsReader<'_>) -> Result<(), wasmparser::Error> {
        while !operators.eof() {
            let start = operators.original_position();
            let operator = operators.read()?;
            let end = operators.original_position();
            self.operator(&operator, start, end);
        }
        Ok(())
    }

    fn operator(&mut self, operator: &Operator<'_>, start: u64, end: u64) {
        let weights = self.around.weights;
        self.region_gas = self.region_gas.saturating_add(weights.of(operator));
        if is_sized(operator) {
            self.sized(operator, start, end);
            return;
        }
        match operator {
            Operator::Return if self.wrapped => I::Br(self.depth).encode(&mut self.region),
            _ => self.copy(start, end),
        }
        match operator {
            Operator::GlobalSet { global_index } if Some(*global_index) == self.around.stack_pointer => {
                self.around.globals.check_stack_pointer(&mut self.region, *global_index);
            }
            Operator::Block { .. } => self.depth = self.depth.saturating_add(1),
            Operator::Loop { .. } => {
                self.depth = self.depth.saturating_add(1);
                self.close(true);
            }
            Operator::If { .. } => {
                self.depth = self.depth.saturating_add(1);
                self.close(false);
            }
            Operator::End => {
                self.depth = self.depth.saturating_sub(1);
                self.close(false);
            }
            Operator::Else
            | Operator::Br { .. }
            | Operator::BrIf { .. }
            | Operator::BrTable { .. }
            | Operator::Return
            | Operator::Unreachable => self.close(false),
            other => self.canonicalise(other),
        }
    }

    /// Puts out the region under way, cost first, and begins the next one.
    fn close(&mut self, next_checks: bool) {
        if self.region_gas > 0 {
            self.around.globals.charge(&mut self.code, self.region_gas);
        }
        if self.check {
            self.around.globals.check(&mut self.code);
        }
        self.code.append(&mut self.region);
        self.region_gas = 0;
        self.check = next_checks;
    }

    fn copy(&mut self, start: u64, end: u64) {
        let range = usize::try_from(start).unwrap_or(usize::MAX)..usize::try_from(end).unwrap_or(usize::MAX);
        self.region
            .extend_from_slice(self.around.module.get(range).unwrap_or_default());
    }

    fn canonicalise(&mut self, operator: &Operator<'_>) {
        let globals = self.around.globals;
        match nan_result(operator) {
            Some(ValType::F32) => globals.canonicalise_f32(&mut self.region, self.scratch.f32),
            Some(ValType::F64) => globals.canonicalise_f64(&mut self.region, self.scratch.f64),
            _ => {}
        }
    }

    /// An operation on so many bytes, entries or pages as the operand stack says: charged before it runs.
    fn sized(&mut self, operator: &Operator<'_>, start: u64, end: u64) {
        let globals = self.around.globals;
        let weights = self.around.weights;
        let size = self.scratch.size;
        I::LocalSet(size).encode(&mut self.region);
        let grow = match operator {
            Operator::MemoryGrow { .. } => Some((weights.page, self.around.memory_limit, I::MemorySize(0))),
            Operator::TableGrow { table } => {
                let limit = self.around.table_limits.get(*table as usize).copied().unwrap_or(0);
                Some((weights.table_entry, limit, I::TableSize(*table)))
            }
            _ => None,
        };
        if let Some((unit, limit, current)) = &grow {
            // The limit first: what can never be had is out of memory, whatever it would have cost.
            globals.check_grow(&mut self.region, size, *limit, current);
            globals.charge_units(&mut self.region, size, *unit);
        } else if matches!(
            operator,
            Operator::MemoryCopy { .. } | Operator::MemoryFill { .. } | Operator::MemoryInit { .. }
        ) {
            globals.charge_bytes(&mut self.region, size, weights.bulk_byte_shift);
        } else {
            globals.charge_units(&mut self.region, size, weights.table_entry);
        }
        I::LocalGet(size).encode(&mut self.region);
        self.copy(start, end);
        if grow.is_some() {
            globals.check_grown(&mut self.region, size);
        }
    }
}
