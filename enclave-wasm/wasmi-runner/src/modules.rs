//! Translated modules under numbers, so that one contract can call another.

use enigma_metering::{Entry, HostFunctions, RunOutcome};

use crate::PreparedModule;

/// Modules that may run and call one another by number.
#[derive(Default)]
pub struct Modules {
    prepared: Vec<PreparedModule>,
}

impl Modules {
    /// Translates a module and answers its number, counted from 0.
    ///
    /// # Errors
    /// The reason, where the rules are not known or wasmi refuses the module.
    pub fn compile(&mut self, instrumented: &[u8], rules: u32) -> Result<u32, String> {
        let number = u32::try_from(self.prepared.len()).map_err(|_| "too many modules".to_string())?;
        self.prepared.push(PreparedModule::new(instrumented, rules)?);
        Ok(number)
    }

    /// Runs an entry point of a module in a fresh instance.
    pub fn run(
        &self,
        number: u32,
        entry: Entry,
        input: &[u8],
        gas_limit: u64,
        host: &mut dyn HostFunctions,
    ) -> RunOutcome {
        match self.get(number) {
            Some(module) => module.run_among(self, entry, input, gas_limit, host),
            None => RunOutcome::NodeFault {
                reason: format!("no module {number}"),
            },
        }
    }

    pub(crate) fn get(&self, number: u32) -> Option<&PreparedModule> {
        self.prepared.get(usize::try_from(number).ok()?)
    }
}
