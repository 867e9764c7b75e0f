//! Which WebAssembly features a contract may use, and the name of one that it may not.

use wasmparser::{BinaryReaderError, Validator, WasmFeatures};

use crate::rule::Rule;

/// The features of Rust's `wasm32-unknown-unknown` target, all of them deterministic on every engine once NaNs are
/// canonicalised.
pub(crate) fn allowed() -> WasmFeatures {
    WasmFeatures::MUTABLE_GLOBAL
        | WasmFeatures::SATURATING_FLOAT_TO_INT
        | WasmFeatures::SIGN_EXTENSION
        | WasmFeatures::REFERENCE_TYPES
        | WasmFeatures::MULTI_VALUE
        | WasmFeatures::BULK_MEMORY
        | WasmFeatures::FLOATS
        | WasmFeatures::GC_TYPES
}

/// Finds out why the validator refused a module.
///
/// Validates again with one more feature at a time: the one that lets the validator come further is the culprit. Only a
/// module that is refused anyway pays for this.
pub(crate) fn culprit(module: &[u8], error: &BinaryReaderError) -> Rule {
    let exceptions = WasmFeatures::EXCEPTIONS | WasmFeatures::LEGACY_EXCEPTIONS;
    let references = WasmFeatures::FUNCTION_REFERENCES | WasmFeatures::GC;
    let others = WasmFeatures::EXTENDED_CONST | WasmFeatures::STACK_SWITCHING | WasmFeatures::CUSTOM_PAGE_SIZES;
    let candidates = [
        (WasmFeatures::SIMD | WasmFeatures::RELAXED_SIMD, Rule::FeatureSimd),
        (
            WasmFeatures::THREADS | WasmFeatures::SHARED_EVERYTHING_THREADS,
            Rule::FeatureThreads,
        ),
        (WasmFeatures::TAIL_CALL, Rule::FeatureTailCalls),
        (exceptions, Rule::FeatureExceptions),
        (WasmFeatures::MEMORY64, Rule::FeatureMemory64),
        (WasmFeatures::MULTI_MEMORY, Rule::FeatureMultiMemory),
        (WasmFeatures::WIDE_ARITHMETIC, Rule::FeatureWideArithmetic),
        (references, Rule::FeatureGc),
        (others, Rule::FeatureOther),
    ];
    for (feature, rule) in candidates {
        match Validator::new_with_features(allowed() | feature).validate_all(module) {
            Ok(_) => return rule,
            Err(further) if further.offset() > error.offset() => return rule,
            Err(_) => {}
        }
    }
    match Validator::new_with_features(WasmFeatures::all()).validate_all(module) {
        Ok(_) => Rule::FeatureOther,
        Err(_) => Rule::Malformed,
    }
}
