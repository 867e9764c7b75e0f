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
    let mut enabled = allowed();
    while let Some(at) = failure(module, enabled) {
        let advancing = candidates
            .iter()
            .find(|(feature, _)| failure(module, enabled | *feature).is_none_or(|next| next > at));
        match advancing {
            Some((_, rule)) if at >= error.offset() => return *rule,
            // Something before it is refused too, for another reason: that one is let through to come here.
            Some((feature, _)) => enabled |= *feature,
            None => break,
        }
    }
    match Validator::new_with_features(WasmFeatures::all()).validate_all(module) {
        Ok(_) => Rule::FeatureOther,
        Err(_) => Rule::Malformed,
    }
}

/// Where validation with these features fails.
fn failure(module: &[u8], features: WasmFeatures) -> Option<u64> {
    let outcome = Validator::new_with_features(features).validate_all(module);
    outcome.err().map(|error| error.offset())
}
