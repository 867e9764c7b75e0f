//! What metering must know about one function body before it can rewrite it.

use wasmparser::{FuncValidator, FunctionBody, Operator, ValType, WasmModuleResources};

use crate::limits;
use crate::rule::Rule;

/// Facts of one function body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FunctionFacts {
    /// Index of the function's type.
    pub type_index: u32,
    /// Parameters and declared locals.
    pub locals: u32,
    /// Declared locals alone: what the engine has to set to zero.
    pub declared_locals: u32,
    /// Parameters, locals and the highest operand stack.
    pub frame_slots: u32,
    /// Deepest nesting of blocks, the body itself included.
    pub nesting: u32,
    /// Whether it calls any function, so that calls can nest through it.
    pub calls: bool,
    /// Whether it may change what neither memory nor globals show: a table, or which segments are left.
    pub alters_tables_or_segments: bool,
    /// Which scratch locals the rewritten body needs.
    pub scratch: Scratch,
}

/// Scratch locals of a rewritten body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scratch {
    /// For the size of a bulk operation or a grow.
    pub size: bool,
    /// For an `f32` that may be a NaN.
    pub f32: bool,
    /// For an `f64` that may be a NaN.
    pub f64: bool,
}

/// A body was refused: by the validator, or by a bound.
pub(crate) enum BodyError {
    Invalid(wasmparser::Error),
    Broken(Rule, usize, String),
}

impl From<wasmparser::Error> for BodyError {
    fn from(error: wasmparser::Error) -> Self {
        BodyError::Invalid(error)
    }
}

/// Validates a body and collects its facts.
pub(crate) fn inspect<T: WasmModuleResources>(
    validator: &mut FuncValidator<T>,
    body: &FunctionBody<'_>,
    type_index: u32,
) -> Result<FunctionFacts, BodyError> {
    let params = validator.len_locals();
    let mut reader = body.get_binary_reader();
    validator.read_locals(&mut reader)?;
    let locals = validator.len_locals();
    let mut facts = FunctionFacts {
        type_index,
        locals,
        declared_locals: locals.saturating_sub(params),
        ..FunctionFacts::default()
    };
    let mut height = 0;
    let mut operators = wasmparser::OperatorsReader::new(reader);
    while !operators.eof() {
        let (operator, offset) = operators.read_with_offset()?;
        validator.op(offset, &operator)?;
        height = height.max(validator.operand_stack_height());
        facts.nesting = facts.nesting.max(validator.control_stack_height());
        note(&mut facts, &operator, position(offset))?;
        if facts.nesting > limits::MAX_NESTING {
            let detail = format!("more than {} blocks are open", limits::MAX_NESTING);
            return Err(BodyError::Broken(Rule::NestingTooDeep, position(offset), detail));
        }
    }
    operators.finish()?;
    facts.frame_slots = locals.saturating_add(height);
    if facts.frame_slots > limits::MAX_FRAME_SLOTS {
        let detail = format!(
            "a frame has {} slots, at most {} are allowed",
            facts.frame_slots,
            limits::MAX_FRAME_SLOTS
        );
        return Err(BodyError::Broken(
            Rule::FrameTooLarge,
            position(body.range().start),
            detail,
        ));
    }
    Ok(facts)
}

fn note(facts: &mut FunctionFacts, operator: &Operator<'_>, offset: usize) -> Result<(), BodyError> {
    facts.alters_tables_or_segments |= alters_tables_or_segments(operator);
    match operator {
        Operator::Call { .. } | Operator::CallIndirect { .. } => facts.calls = true,
        Operator::BrTable { targets } if targets.len() > limits::MAX_BRANCH_TARGETS => {
            let detail = format!(
                "{} targets, at most {} are allowed",
                targets.len(),
                limits::MAX_BRANCH_TARGETS
            );
            return Err(BodyError::Broken(Rule::BranchTableTooLarge, offset, detail));
        }
        sized if is_sized(sized) => facts.scratch.size = true,
        other => match nan_result(other) {
            Some(ValType::F32) => facts.scratch.f32 = true,
            Some(ValType::F64) => facts.scratch.f64 = true,
            _ => {}
        },
    }
    Ok(())
}

/// Operations that change a table, or drop a segment.
fn alters_tables_or_segments(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::TableSet { .. }
            | Operator::TableGrow { .. }
            | Operator::TableFill { .. }
            | Operator::TableCopy { .. }
            | Operator::TableInit { .. }
            | Operator::ElemDrop { .. }
            | Operator::DataDrop { .. }
    )
}

/// Operations whose cost depends on the number on top of the operand stack.
pub(crate) fn is_sized(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::MemoryGrow { .. }
            | Operator::MemoryCopy { .. }
            | Operator::MemoryFill { .. }
            | Operator::MemoryInit { .. }
            | Operator::TableGrow { .. }
            | Operator::TableCopy { .. }
            | Operator::TableFill { .. }
            | Operator::TableInit { .. }
    )
}

/// The type of the result of an operation that may make a NaN whose bits WebAssembly leaves open.
///
/// `abs`, `neg` and `copysign` only touch the sign bit, and loads, constants and reinterpretations keep all bits, so these
/// are deterministic as they are.
pub(crate) fn nan_result(operator: &Operator<'_>) -> Option<ValType> {
    use Operator as O;
    match operator {
        O::F32Add
        | O::F32Sub
        | O::F32Mul
        | O::F32Div
        | O::F32Sqrt
        | O::F32Min
        | O::F32Max
        | O::F32Ceil
        | O::F32Floor
        | O::F32Trunc
        | O::F32Nearest
        | O::F32DemoteF64 => Some(ValType::F32),
        O::F64Add
        | O::F64Sub
        | O::F64Mul
        | O::F64Div
        | O::F64Sqrt
        | O::F64Min
        | O::F64Max
        | O::F64Ceil
        | O::F64Floor
        | O::F64Trunc
        | O::F64Nearest
        | O::F64PromoteF32 => Some(ValType::F64),
        _ => None,
    }
}

/// A position in the module; modules are far smaller than `usize`.
pub(crate) fn position(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}
