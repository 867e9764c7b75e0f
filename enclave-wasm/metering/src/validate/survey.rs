//! All broken rules of a module instead of the first: reading goes on wherever what follows can still be judged.

use super::{Checker, check_header};
use crate::function_facts::position;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::world::World;

/// Most broken rules that [`survey`] tells.
pub const MAX_SURVEYED: usize = 100;

/// Every rule that a module breaks, as far as reading goes on behind a broken one: the first in each function, import, export,
/// segment and section, at most [`MAX_SURVEYED`]. Empty for a valid module; the first is the one that [`validate`] answers.
pub fn survey(module: &[u8]) -> Vec<Refusal> {
    if let Err(refusal) = check_header(module) {
        return vec![refusal];
    }
    let mut checker = Checker::new(module, World::SecretContract);
    checker.surveyed = Some(Vec::new());
    let last = checker.module().err();
    let mut found = checker.surveyed.unwrap_or_default();
    found.extend(last);
    found
}

impl Checker<'_> {
    /// Keeps a broken rule behind which reading can go on.
    pub(super) fn note(&mut self, outcome: Result<(), Refusal>) -> Result<(), Refusal> {
        let Err(refusal) = outcome else { return Ok(()) };
        match &mut self.surveyed {
            Some(found) if found.len().saturating_add(1) < MAX_SURVEYED => {
                found.push(refusal);
                Ok(())
            }
            _ => Err(refusal),
        }
    }

    pub(super) fn note_bound(&mut self, rule: Rule, found: usize, limit: usize, offset: u64) -> Result<(), Refusal> {
        self.note(bound(rule, found, limit, offset))
    }
}

pub(super) fn bound(rule: Rule, found: usize, limit: usize, offset: u64) -> Result<(), Refusal> {
    if found > limit {
        return Err(Refusal::new(
            rule,
            position(offset),
            format!("{found}, at most {limit} are allowed"),
        ));
    }
    Ok(())
}
