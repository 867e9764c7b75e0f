//! The engine, as the runtime hands it in.

use enigma_core::task::{engine::Engine, task_host::TaskHost};
use enigma_metering::{Entry, RunOutcome, TrapCode};
use wasm_bindgen::prelude::*;

use crate::running_task;

#[wasm_bindgen]
extern "C" {
    /// `ModuleCache` of `runtime/module-cache.ts`.
    pub type EngineObject;

    #[wasm_bindgen(method, catch)]
    fn compile(this: &EngineObject, instrumented: &[u8], rules: u32) -> Result<u32, JsValue>;
    #[wasm_bindgen(method)]
    fn release(this: &EngineObject, module: u32);
    #[wasm_bindgen(method, catch)]
    fn run(
        this: &EngineObject,
        module: u32,
        entry: &str,
        input: &[u8],
        gas_limit: u64,
    ) -> Result<OutcomeObject, JsValue>;

    /// `RunOutcome` of `runtime/engine/run-outcome.ts`.
    pub type OutcomeObject;
    #[wasm_bindgen(method, getter)]
    fn kind(this: &OutcomeObject) -> String;
    #[wasm_bindgen(method, getter)]
    fn data(this: &OutcomeObject) -> Option<Vec<u8>>;
    #[wasm_bindgen(method, getter, js_name = gasUsed)]
    fn gas_used(this: &OutcomeObject) -> Option<u64>;
    #[wasm_bindgen(method, getter)]
    fn trap(this: &OutcomeObject) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn reason(this: &OutcomeObject) -> Option<String>;
}

/// The engine behind the trait that the core knows.
pub struct JsEngine {
    object: EngineObject,
}

impl JsEngine {
    pub fn new(object: EngineObject) -> Self {
        Self { object }
    }
}

impl Engine for JsEngine {
    fn compile(&mut self, instrumented: &[u8], rules: u32) -> Result<u32, String> {
        self.object
            .compile(instrumented, rules)
            .map_err(|_| "the engine did not compile a valid module".into())
    }

    fn release(&mut self, module: u32) {
        self.object.release(module);
    }

    fn run(
        &mut self,
        module: u32,
        entry: Entry,
        input: &[u8],
        gas_limit: u64,
        host: TaskHost,
    ) -> (RunOutcome, Option<TaskHost>) {
        running_task::begin(host);
        let outcome = self.object.run(module, entry.name(), input, gas_limit);
        let host = running_task::end();
        let outcome = outcome.ok().and_then(|outcome| read_outcome(&outcome));
        (
            outcome.unwrap_or_else(|| RunOutcome::NodeFault {
                reason: "the engine gave no outcome".into(),
            }),
            host,
        )
    }
}

/// None for what is no outcome.
pub fn read_outcome(outcome: &OutcomeObject) -> Option<RunOutcome> {
    let kind = outcome.kind();
    if kind == "node-fault" {
        return Some(RunOutcome::NodeFault {
            reason: outcome.reason().unwrap_or_default(),
        });
    }
    let gas_used = outcome.gas_used()?;
    Some(match kind.as_str() {
        "returned" => RunOutcome::Returned {
            data: outcome.data()?,
            gas_used,
        },
        "reverted" => RunOutcome::Reverted {
            data: outcome.data()?,
            gas_used,
        },
        "panicked" => RunOutcome::Panicked {
            data: outcome.data()?,
            gas_used,
        },
        "out-of-gas" => RunOutcome::OutOfGas { gas_used },
        "out-of-memory" => RunOutcome::OutOfMemory { gas_used },
        "stack-overflow" => RunOutcome::StackOverflow { gas_used },
        "trapped" => RunOutcome::Trapped {
            trap: TrapCode::from_code(&outcome.trap()?)?,
            gas_used,
        },
        _ => return None,
    })
}
