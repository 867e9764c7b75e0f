//! The enclave's WebAssembly surface: thin glue between `enigma-core` and the JavaScript of `runtime/`.
//!
//! Inward there is one door, [`answer`], that takes a frame of the host. Outward the enclave calls the processor and the engine
//! it was started with. While a contract runs, the engine calls back into [`host_calls`]; no borrow is held across any call
//! into JavaScript, so calling back at the wrong moment gets an error instead of a panic.
#![forbid(unsafe_code)]

mod engine;
mod hardware;
pub mod host_calls;
mod running_task;
#[cfg(feature = "debug")]
pub mod simulation;

use std::cell::RefCell;

use enigma_core::ecall::{Enclave, frame};
use wasm_bindgen::prelude::*;

use crate::{
    engine::{EngineObject, JsEngine},
    hardware::{HardwareObject, JsHardware},
};

type MeasuredEnclave = Enclave<JsHardware, JsEngine>;

thread_local! {
    static ENCLAVE: RefCell<Option<MeasuredEnclave>> = const { RefCell::new(None) };
}

/// Starts the enclave on a processor and an engine. To be called once.
#[wasm_bindgen]
pub fn start(hardware: HardwareObject, engine: EngineObject) {
    ENCLAVE.replace(Some(Enclave::new(JsHardware::new(hardware), JsEngine::new(engine))));
}

/// Answers one frame, without its length prefix.
#[wasm_bindgen]
pub fn answer(frame: &[u8]) -> Vec<u8> {
    match ENCLAVE.take() {
        None => frame::busy(),
        Some(mut enclave) => {
            let answer = frame::answer_frame(&mut enclave, frame);
            ENCLAVE.replace(Some(enclave));
            answer
        }
    }
}

/// The interface and prices of a version of the rules, as JSON for the engine; none for an unknown version.
#[wasm_bindgen(js_name = hostPrices)]
pub fn host_prices(rules: u32) -> Option<String> {
    enigma_metering::schedule(rules).map(|schedule| schedule.host_json())
}
