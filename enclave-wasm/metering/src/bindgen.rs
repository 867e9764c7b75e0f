//! The surface for JavaScript: the client, the gateway and the compile step check a module before anyone pays for it.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::json;
use crate::refusal::Refusal;
use crate::validate::{ModuleFacts, survey, validate};

/// Checks a module and answers with one JSON object: `{"ok":true,"facts":{…}}` or `{"ok":false,"refusal":{"code",
/// "function","offset","sentence","hint"}}`, where `function` is null outside functions.
#[wasm_bindgen]
pub fn check_module(module: &[u8]) -> String {
    match validate(module) {
        Ok(facts) => format!("{{\"ok\":true,\"facts\":{}}}", facts_json(&facts)),
        Err(refusal) => format!("{{\"ok\":false,\"refusal\":{}}}", refusal_json(&refusal)),
    }
}

/// Every broken rule of a module, as a JSON array of refusals in the form of [`check_module`]; empty for a valid module.
#[wasm_bindgen]
pub fn survey_module(module: &[u8]) -> String {
    let refusals: Vec<String> = survey(module).iter().map(refusal_json).collect();
    format!("[{}]", refusals.join(","))
}

/// Interface and prices of a version of the rules, as the engines take them, or nothing where it is not known.
#[wasm_bindgen]
pub fn host_prices(rules: u32) -> Option<String> {
    crate::schedule(rules).map(|schedule| schedule.host_json())
}

/// The instrumented module.
///
/// # Errors
/// The refusal as JSON, as in [`check_module`].
#[wasm_bindgen]
pub fn instrument_module(module: &[u8], rules: u32) -> Result<Vec<u8>, String> {
    crate::instrument(module, rules).map_err(|refusal| refusal_json(&refusal))
}

/// The instrumented module that also tells `enigma:trace` which functions it enters and leaves, at the same gas.
///
/// # Errors
/// The refusal as JSON, as in [`check_module`].
#[wasm_bindgen]
pub fn instrument_traced(module: &[u8], rules: u32) -> Result<Vec<u8>, String> {
    crate::instrument_traced(module, rules).map_err(|refusal| refusal_json(&refusal))
}

fn facts_json(facts: &ModuleFacts) -> String {
    format!(
        "{{\"moduleBytes\":{},\"codeBytes\":{},\"customBytes\":{},\"functions\":{},\"initialPages\":{},\"maximumPages\":{},\"largestFrame\":{},\"imports\":{},\"exports\":{}}}",
        facts.module_bytes,
        facts.code_bytes,
        facts.custom_bytes,
        facts.functions.len(),
        facts.initial_pages,
        facts.maximum_pages,
        facts.largest_frame,
        list(&facts.imports),
        list(&facts.exports)
    )
}

fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| json::string(name)).collect();
    format!("[{}]", quoted.join(","))
}

fn refusal_json(refusal: &Refusal) -> String {
    let function = refusal
        .function
        .as_deref()
        .map_or_else(|| "null".to_string(), json::string);
    format!(
        "{{\"code\":{},\"function\":{function},\"offset\":{},\"sentence\":{},\"hint\":{}}}",
        json::string(refusal.code()),
        refusal.offset,
        json::string(&refusal.sentence()),
        json::string(refusal.hint())
    )
}
