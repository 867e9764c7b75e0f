//! Simulated contracts for unit tests, in the debug package only.

use enigma_core::{
    format::bytes::{Address, Hash, Network},
    simulation::{self, Block, Order, OrderKind, SimulationError},
};
use wasm_bindgen::prelude::*;

use crate::engine::{EngineObject, JsEngine};

/// `enigma_core::simulation` for JavaScript. Bytes of a wrong length are errors; so is everything that was not run, with the code
/// at the beginning of its message, before a colon.
#[wasm_bindgen]
pub struct Simulation {
    core: simulation::Simulation,
    engine: JsEngine,
    tracer: JsEngine,
}

#[wasm_bindgen]
impl Simulation {
    /// Makes a simulation: `engine` and `tracer` are a `ModuleCache` each; `seed` has 32 bytes, `enigma` 20.
    #[wasm_bindgen(constructor)]
    pub fn new(
        seed: &[u8],
        chain_id: u64,
        enigma: &[u8],
        engine: EngineObject,
        tracer: EngineObject,
    ) -> Result<Simulation, JsError> {
        let network = Network {
            chain_id,
            enigma: fixed(enigma)?,
        };
        Ok(Self {
            core: simulation::Simulation::new(fixed(seed)?, network),
            engine: JsEngine::new(engine),
            tracer: JsEngine::new(tracer),
        })
    }

    /// Sets the block of what is run from now on.
    #[wasm_bindgen(js_name = setBlock)]
    pub fn set_block(&mut self, epoch: u64, number: u64, timestamp: u64) {
        self.core.set_block(Block {
            epoch,
            number,
            timestamp,
        });
    }

    /// Loads a module: its code hash.
    pub fn load(&mut self, module: &[u8]) -> Result<Vec<u8>, JsError> {
        let (code_hash, _) = self.core.load(&mut self.engine, module).map_err(failure)?;
        Ok(code_hash.to_vec())
    }

    /// The names of a module's functions, by index.
    #[wasm_bindgen(js_name = functionNames)]
    pub fn function_names(&self, code_hash: &[u8]) -> Result<Vec<String>, JsError> {
        Ok(self.core.function_names(&fixed(code_hash)?))
    }

    /// Deploys a module at an address, in a group (its own address for a group of its own): the report's bytes.
    #[allow(
        clippy::too_many_arguments,
        reason = "one crossing with plain values is the cheapest"
    )]
    pub fn deploy(
        &mut self,
        code_hash: &[u8],
        contract: &[u8],
        group: &[u8],
        input: &[u8],
        sender: &[u8],
        nonce: u64,
        gas_limit: u64,
    ) -> Result<Vec<u8>, JsError> {
        let order = deployment(code_hash, contract, group, input, sender, nonce, gas_limit)?;
        self.run(&order)
    }

    /// Calls a contract, or asks it as a view: the report's bytes. `touches` holds addresses, one after the other.
    #[allow(
        clippy::too_many_arguments,
        reason = "one crossing with plain values is the cheapest"
    )]
    pub fn call(
        &mut self,
        contract: &[u8],
        input: &[u8],
        sender: &[u8],
        nonce: u64,
        gas_limit: u64,
        touches: &[u8],
        view: bool,
    ) -> Result<Vec<u8>, JsError> {
        let order = call_of(contract, input, sender, nonce, gas_limit, touches, view)?;
        self.run(&order)
    }

    /// Runs a call again by the tracer, as it ran at `position` in that block: the gas that it used.
    #[allow(
        clippy::too_many_arguments,
        reason = "one crossing with plain values is the cheapest"
    )]
    #[wasm_bindgen(js_name = traceCall)]
    pub fn trace_call(
        &mut self,
        contract: &[u8],
        input: &[u8],
        sender: &[u8],
        nonce: u64,
        gas_limit: u64,
        touches: &[u8],
        view: bool,
        at: TracePlace,
    ) -> Result<u64, JsError> {
        let order = call_of(contract, input, sender, nonce, gas_limit, touches, view)?;
        self.trace(&order, &at)
    }

    /// The same for a deployment.
    #[allow(
        clippy::too_many_arguments,
        reason = "one crossing with plain values is the cheapest"
    )]
    #[wasm_bindgen(js_name = traceDeployment)]
    pub fn trace_deployment(
        &mut self,
        code_hash: &[u8],
        contract: &[u8],
        group: &[u8],
        input: &[u8],
        sender: &[u8],
        nonce: u64,
        gas_limit: u64,
        at: TracePlace,
    ) -> Result<u64, JsError> {
        let order = deployment(code_hash, contract, group, input, sender, nonce, gas_limit)?;
        self.trace(&order, &at)
    }

    /// The place in history of what is run next.
    pub fn position(&self) -> u64 {
        self.core.position()
    }

    pub fn snapshot(&mut self, number: u32) {
        self.core.snapshot(number);
    }

    pub fn revert(&mut self, number: u32) -> Result<(), JsError> {
        self.core.revert(number).map_err(failure)
    }

    pub fn forget(&mut self, number: u32) {
        self.core.forget(number);
    }

    fn run(&mut self, order: &Order<'_>) -> Result<Vec<u8>, JsError> {
        let report = self.core.execute(&mut self.engine, order).map_err(failure)?;
        Ok(report.encode())
    }

    fn trace(&mut self, order: &Order<'_>, at: &TracePlace) -> Result<u64, JsError> {
        let traced = self.core.trace(&mut self.tracer, order, at.position, at.block);
        traced.map_err(failure)
    }
}

/// When something ran.
#[wasm_bindgen]
pub struct TracePlace {
    position: u64,
    block: Block,
}

#[wasm_bindgen]
impl TracePlace {
    #[wasm_bindgen(constructor)]
    pub fn new(position: u64, epoch: u64, number: u64, timestamp: u64) -> TracePlace {
        let block = Block {
            epoch,
            number,
            timestamp,
        };
        Self { position, block }
    }
}

fn deployment<'a>(
    code_hash: &[u8],
    contract: &[u8],
    group: &[u8],
    input: &'a [u8],
    sender: &[u8],
    nonce: u64,
    gas_limit: u64,
) -> Result<Order<'a>, JsError> {
    let code_hash: Hash = fixed(code_hash)?;
    Ok(Order {
        kind: OrderKind::Deploy {
            code_hash,
            group: fixed(group)?,
        },
        contract: fixed(contract)?,
        input,
        sender: fixed(sender)?,
        nonce,
        gas_limit,
        touches: Vec::new(),
    })
}

fn call_of<'a>(
    contract: &[u8],
    input: &'a [u8],
    sender: &[u8],
    nonce: u64,
    gas_limit: u64,
    touches: &[u8],
    view: bool,
) -> Result<Order<'a>, JsError> {
    let touches: Result<Vec<Address>, JsError> = touches.chunks(20).map(fixed).collect();
    Ok(Order {
        kind: if view { OrderKind::View } else { OrderKind::Call },
        contract: fixed(contract)?,
        input,
        sender: fixed(sender)?,
        nonce,
        gas_limit,
        touches: touches?,
    })
}

fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], JsError> {
    <[u8; N]>::try_from(bytes).map_err(|_| JsError::new("argument: bytes of the wrong length"))
}

fn failure(error: SimulationError) -> JsError {
    JsError::new(&match error {
        SimulationError::ModuleUnknown => "module-unknown: no such module was loaded".to_string(),
        SimulationError::ContractUnknown(_) => "contract-unknown: there is no contract at the address".to_string(),
        SimulationError::ContractExists(_) => "contract-exists: there is a contract at the address".to_string(),
        SimulationError::TouchesInvalid => "touches-invalid: not what a call of this contract may touch".to_string(),
        SimulationError::HistoryGone => "history-gone: the states of that time are not known any more".to_string(),
        SimulationError::SnapshotUnknown => "snapshot-unknown: there is no such snapshot".to_string(),
        SimulationError::Engine(reason) => format!("engine-fault: {reason}"),
    })
}
