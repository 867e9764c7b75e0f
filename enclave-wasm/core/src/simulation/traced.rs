//! Running a call again where somebody watches: on the states that it ran on, by modules that tell which function runs.

use enigma_metering::instrument_traced;

use super::{Block, Order, RULES, Simulation, SimulationError};
use crate::{
    format::bytes::{Address, Hash},
    task::engine::Engine,
};

impl Simulation {
    /// Runs a call again as it ran at `position`, in that block, and leaves everything as it is: the gas that it uses, by which the
    /// caller can tell that it was the same run.
    ///
    /// # Errors
    /// [`SimulationError::HistoryGone`] where the states of that time are not known any more, and what [`Self::execute`] answers.
    pub fn trace(
        &mut self,
        tracer: &mut dyn Engine,
        order: &Order<'_>,
        position: u64,
        block: Block,
    ) -> Result<u64, SimulationError> {
        if !self.history.rewind(position, &mut self.contracts) {
            return Err(SimulationError::HistoryGone);
        }
        let now = std::mem::replace(&mut self.block, block);
        let gas = self.run_traced(tracer, order);
        self.block = now;
        self.history.replay(position, &mut self.contracts);
        gas
    }

    fn run_traced(&mut self, tracer: &mut dyn Engine, order: &Order<'_>) -> Result<u64, SimulationError> {
        let touched = self.prepare(order)?;
        let ran = self.load_traced(tracer, &touched).and_then(|()| {
            self.run(tracer, order, &touched, |module| {
                module.compiled.and_then(|_| module.traced.ok_or("module-refused"))
            })
        });
        let gas = ran.map(|ran| {
            self.put_back(&touched, ran.stores.discard());
            ran.gas_used
        });
        self.drop_deployed(order);
        gas
    }

    /// Instruments and compiles the modules of these contracts for the tracer, where that was not done before.
    fn load_traced(&mut self, tracer: &mut dyn Engine, touched: &[Address]) -> Result<(), SimulationError> {
        for address in touched {
            let code_hash: Hash = match self.contracts.get(address) {
                Some(contract) => contract.owner.code_hash,
                None => return Err(SimulationError::ContractUnknown(*address)),
            };
            let module = self.modules.get_mut(&code_hash).ok_or(SimulationError::ModuleUnknown)?;
            if module.traced.is_some() || module.compiled.is_err() {
                continue;
            }
            let fault = |reason: String| SimulationError::Engine(reason);
            let traced = instrument_traced(&module.bytes, RULES).map_err(|refusal| fault(refusal.sentence()))?;
            module.traced = Some(tracer.compile(&traced, RULES).map_err(fault)?);
        }
        Ok(())
    }
}
