//! Why a module is not a valid secret contract, as data.

use crate::names;
use crate::rule::Rule;

/// One broken rule: which, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The rule that is broken.
    pub rule: Rule,
    /// The demangled name of the function in which it is broken, where the module names it.
    pub function: Option<String>,
    /// The byte offset in the module as submitted.
    pub offset: usize,
    /// What exactly was found.
    pub detail: String,
}

impl Refusal {
    pub(crate) fn new(rule: Rule, offset: usize, detail: impl Into<String>) -> Self {
        Self {
            rule,
            function: None,
            offset,
            detail: detail.into(),
        }
    }

    /// Adds the name of the function with this index in the module's index space.
    pub(crate) fn in_function(mut self, module: &[u8], index: u32) -> Self {
        self.function = Some(names::function_name(module, index));
        self
    }

    /// The stable code of the rule, as in the project's error registry.
    pub fn code(&self) -> &'static str {
        self.rule.code()
    }

    /// The whole refusal in one sentence.
    pub fn sentence(&self) -> String {
        let place = match &self.function {
            Some(name) => format!(" in function `{name}`"),
            None => String::new(),
        };
        format!(
            "{}{place} at byte {:#x}: {}.",
            self.rule.sentence(),
            self.offset,
            self.detail
        )
    }

    /// How to make a module that keeps the rule.
    pub fn hint(&self) -> &'static str {
        self.rule.hint()
    }
}

impl core::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "{}: {} {}", self.code(), self.sentence(), self.hint())
    }
}

impl core::error::Error for Refusal {}
