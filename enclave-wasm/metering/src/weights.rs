//! What each instruction costs.
//!
//! The base is the original's: 1 for a plain operation, 2 for a load or store, 4 for a multiplication, 16 for a division,
//! 8,192 for a page. What these leave out is priced by its time in the slowest tier that a first call meets, since a cheap
//! instruction that is slow is a denial of service.
//!
//! Measured with Node 26 `--liftoff-only`, loops of 50 equal instructions, metering included, in ns for one gas: stores
//! 0.03, table reads 0.15, 64-bit divisions 0.18 to 0.22, calls 0.3 to 0.4, chains of loads 0.3, `popcnt` 0.45, an empty loop
//! 0.63. Two classes stood out by their time and have their price from it: a float operation whose result is subnormal
//! (28 ns each, so 48), and a bulk operation of no size (85 ns each, so 128). No class is now above 0.7 ns for one gas.
//! A page that is grown and then touched all over is the exception: the machine's page faults cost more than its price.

use wasmparser::Operator;

use crate::function_facts::nan_result;

/// Gas of each class of instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weights {
    /// Constants, locals, globals, integer arithmetic, comparisons, selects.
    pub plain: u64,
    /// A load or a store.
    pub memory: u64,
    /// An integer multiplication, or a conversion between floats and integers.
    pub multiply: u64,
    /// An integer division or remainder.
    pub divide: u64,
    /// A float operation that can make a NaN, with its check; by the time of a subnormal result.
    pub float: u64,
    /// A branch, taken or not.
    pub branch: u64,
    /// A direct call, without what the callee does.
    pub call: u64,
    /// A call through a table.
    pub call_indirect: u64,
    /// Entering a function; each declared local costs `plain` more, since it is set to zero.
    pub entry: u64,
    /// Reading a table entry.
    pub table_get: u64,
    /// Writing a table entry, or making a function reference: calls into the engine.
    pub table_set: u64,
    /// A bulk operation, without its size: calls into the engine.
    pub bulk: u64,
    /// Bytes that a bulk operation on memory moves for one gas, as a shift.
    pub bulk_byte_shift: u32,
    /// Each entry that a bulk operation on a table moves.
    pub table_entry: u64,
    /// A grow of memory or a table, without its size: calls into the engine.
    pub grow: u64,
    /// Each page (64 KiB) of memory, at the start or by a grow: the machine sets it to zero when it is touched.
    pub page: u64,
}

impl Weights {
    /// The gas of one instruction, sizes not included.
    pub fn of(&self, operator: &Operator<'_>) -> u64 {
        use Operator as O;
        match operator {
            O::Nop | O::Block { .. } | O::Loop { .. } | O::Else | O::End => 0,
            O::If { .. } | O::Br { .. } | O::BrIf { .. } | O::BrTable { .. } | O::Return => self.branch,
            O::Call { .. } => self.call,
            O::CallIndirect { .. } => self.call_indirect,
            O::TableGet { .. } => self.table_get,
            O::TableSet { .. } | O::RefFunc { .. } => self.table_set,
            O::MemoryGrow { .. } | O::TableGrow { .. } => self.grow,
            O::MemoryCopy { .. }
            | O::MemoryFill { .. }
            | O::MemoryInit { .. }
            | O::TableCopy { .. }
            | O::TableFill { .. }
            | O::TableInit { .. }
            | O::DataDrop { .. }
            | O::ElemDrop { .. } => self.bulk,
            other if nan_result(other).is_some() => self.float,
            other if is_access(other) => self.memory,
            other if is_division(other) => self.divide,
            other if is_multiplication_or_conversion(other) => self.multiply,
            _ => self.plain,
        }
    }
}

fn is_access(operator: &Operator<'_>) -> bool {
    use Operator as O;
    matches!(
        operator,
        O::I32Load { .. }
            | O::I64Load { .. }
            | O::F32Load { .. }
            | O::F64Load { .. }
            | O::I32Load8S { .. }
            | O::I32Load8U { .. }
            | O::I32Load16S { .. }
            | O::I32Load16U { .. }
            | O::I64Load8S { .. }
            | O::I64Load8U { .. }
            | O::I64Load16S { .. }
            | O::I64Load16U { .. }
            | O::I64Load32S { .. }
            | O::I64Load32U { .. }
            | O::I32Store { .. }
            | O::I64Store { .. }
            | O::F32Store { .. }
            | O::F64Store { .. }
            | O::I32Store8 { .. }
            | O::I32Store16 { .. }
            | O::I64Store8 { .. }
            | O::I64Store16 { .. }
            | O::I64Store32 { .. }
    )
}

fn is_division(operator: &Operator<'_>) -> bool {
    use Operator as O;
    matches!(
        operator,
        O::I32DivS | O::I32DivU | O::I32RemS | O::I32RemU | O::I64DivS | O::I64DivU | O::I64RemS | O::I64RemU
    )
}

fn is_multiplication_or_conversion(operator: &Operator<'_>) -> bool {
    use Operator as O;
    matches!(
        operator,
        O::I32TruncF32S
            | O::I32TruncF32U
            | O::I32TruncF64S
            | O::I32TruncF64U
            | O::I64TruncF32S
            | O::I64TruncF32U
            | O::I64TruncF64S
            | O::I64TruncF64U
            | O::I32TruncSatF32S
            | O::I32TruncSatF32U
            | O::I32TruncSatF64S
            | O::I32TruncSatF64U
            | O::I64TruncSatF32S
            | O::I64TruncSatF32U
            | O::I64TruncSatF64S
            | O::I64TruncSatF64U
            | O::F32ConvertI64U
            | O::F64ConvertI64U
            | O::I32Mul
            | O::I64Mul
    )
}
