//! Whether an instance of a module can be put back to what it was when it was made.

use std::ops::Range;

use super::ModuleFacts;

/// A mutable global and the place of its initial value in the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MutableGlobal {
    pub index: u32,
    /// A constant expression, its `end` included.
    pub initial: Range<u64>,
}

impl ModuleFacts {
    /// Whether an instance is as new again once its memory and its globals are: no code changes a table or drops a segment.
    pub fn is_restorable(&self) -> bool {
        !self.imports_mutable_global && !self.functions.iter().any(|facts| facts.alters_tables_or_segments)
    }
}
