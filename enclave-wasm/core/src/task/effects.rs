//! The effects of one task while it runs, in order and within their limits.

use crate::format::{effect::Effect, limits};

/// More effects, or more data in them, than a task may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyEffects;

/// What the calls of a task have queued and emitted so far.
#[derive(Default)]
pub struct Effects {
    effects: Vec<Effect>,
    data: usize,
}

impl Effects {
    /// The place that the next effect takes.
    pub fn next_index(&self) -> u32 {
        // Far below 2^32: see `limits::EFFECTS`.
        u32::try_from(self.effects.len()).unwrap_or(u32::MAX)
    }

    /// Whether one more effect with so many bytes of data is allowed.
    ///
    /// # Errors
    /// [`TooManyEffects`].
    pub fn check_room(&self, data: usize) -> Result<(), TooManyEffects> {
        if self.effects.len() >= limits::EFFECTS || self.data.saturating_add(data) > limits::EFFECT_DATA {
            return Err(TooManyEffects);
        }
        Ok(())
    }

    /// # Errors
    /// [`TooManyEffects`]; nothing is added then.
    pub fn push(&mut self, effect: Effect) -> Result<(), TooManyEffects> {
        self.check_room(effect.data.len())?;
        self.data = self.data.saturating_add(effect.data.len());
        self.effects.push(effect);
        Ok(())
    }

    /// Forgets all but the first `count`: what a failed call queued does not stand.
    pub fn truncate(&mut self, count: usize) {
        self.effects.truncate(count);
        self.data = self.effects.iter().map(|effect| effect.data.len()).sum();
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.effects.len()
    }

    /// All of them.
    pub fn take(&mut self) -> Vec<Effect> {
        self.data = 0;
        std::mem::take(&mut self.effects)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::event::public_event;

    #[test]
    fn a_task_has_32_effects_with_64_kib_of_data_and_a_failed_call_gives_room_back() {
        let event = |size| public_event(&[1; 20], &[], &vec![0; size]);
        let mut effects = Effects::default();
        (0..32).for_each(|_| effects.push(event(0)).unwrap());
        assert_eq!(effects.push(event(0)), Err(TooManyEffects));
        effects.truncate(1);
        assert_eq!(effects.push(event(65_537)), Err(TooManyEffects));
        effects.push(event(65_536)).unwrap();
        assert_eq!(effects.push(event(1)), Err(TooManyEffects));
        effects.truncate(1);
        effects.push(event(1)).unwrap();
        assert_eq!(effects.next_index(), 2);
    }
}
