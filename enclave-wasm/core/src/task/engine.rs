//! What runs instrumented modules: V8 inside the measured package, an interpreter in native tests.

use enigma_metering::{Entry, RunOutcome};

use super::task_host::TaskHost;

/// A WebAssembly engine that keeps compiled modules under numbers of its own.
pub trait Engine {
    /// Compiles an instrumented module for a version of the rules.
    ///
    /// # Errors
    /// A sentence without secrets: the node is at fault, since the module was validated.
    fn compile(&mut self, instrumented: &[u8], rules: u32) -> Result<u32, String>;

    /// Forgets a compiled module.
    fn release(&mut self, module: u32);

    /// Runs `entry` in a fresh instance. The host is handed over and back, because an engine outside this program calls it
    /// while no reference into it can live; none comes back only if the engine lost it.
    fn run(
        &mut self,
        module: u32,
        entry: Entry,
        input: &[u8],
        gas_limit: u64,
        host: TaskHost,
    ) -> (RunOutcome, Option<TaskHost>);
}
