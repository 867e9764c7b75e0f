//! Active segments must fit at the start, so that making an instance cannot fail for a reason that lies in the contract.

use wasmparser::{ConstExpr, Data, DataKind, Element, ElementItems, ElementKind, Operator};

use crate::function_facts::position;
use crate::refusal::Refusal;
use crate::rule::Rule;

/// What memory and tables hold at the start.
#[derive(Default)]
pub(crate) struct SegmentBounds {
    /// Bytes of memory.
    pub memory_bytes: u64,
    /// Entries of each table.
    pub tables: Vec<u64>,
}

impl SegmentBounds {
    pub fn data(&self, data: &Data<'_>) -> Result<(), Refusal> {
        let DataKind::Active { offset_expr, .. } = &data.kind else {
            return Ok(());
        };
        fits(
            offset_expr,
            data.data.len() as u64,
            self.memory_bytes,
            data.range.start,
            "bytes of memory",
        )
    }

    pub fn element(&self, element: &Element<'_>) -> Result<(), Refusal> {
        let ElementKind::Active {
            table_index,
            offset_expr,
        } = &element.kind
        else {
            return Ok(());
        };
        let table = table_index.unwrap_or(0) as usize;
        let size = self.tables.get(table).copied().unwrap_or(0);
        let count = match &element.items {
            ElementItems::Functions(functions) => functions.count(),
            ElementItems::Expressions(_, expressions) => expressions.count(),
        };
        fits(
            offset_expr,
            u64::from(count),
            size,
            element.range.start,
            "table entries",
        )
    }
}

/// An offset that is not a constant comes from an imported global, which the contract's world does not have.
fn fits(offset: &ConstExpr<'_>, length: u64, size: u64, at: u64, unit: &str) -> Result<(), Refusal> {
    let mut operators = offset.get_operators_reader();
    let Ok(Operator::I32Const { value }) = operators.read() else {
        return Ok(());
    };
    let end = u64::from(value.cast_unsigned()).saturating_add(length);
    if end > size {
        let detail = format!("it ends at {end} of {size} {unit}");
        return Err(Refusal::new(Rule::SegmentOutOfBounds, position(at), detail));
    }
    Ok(())
}
