//! The rules of a valid contract module: one code, one sentence and one fix for each.

macro_rules! rules {
    ($($name:ident => $code:literal, $sentence:literal, $hint:literal;)*) => {
        /// A rule that every secret-contract module keeps.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Rule { $(#[doc = $sentence] $name,)* }

        impl Rule {
            /// Every rule there is.
            pub const ALL: &'static [Rule] = &[$(Rule::$name,)*];

            /// The stable code, as in the project's error registry.
            pub fn code(self) -> &'static str {
                match self { $(Rule::$name => $code,)* }
            }

            /// What is wrong with a module that breaks it, without a full stop.
            pub fn sentence(self) -> &'static str {
                match self { $(Rule::$name => $sentence,)* }
            }

            /// The fix.
            pub fn hint(self) -> &'static str {
                match self { $(Rule::$name => $hint,)* }
            }
        }
    };
}

rules! {
    NotWasm => "module-not-wasm", "The file is not a WebAssembly module",
        "Deploy the .wasm file that the contract's build writes.";
    IsComponent => "module-is-component", "The file is a WebAssembly component, not a core module",
        "Deploy the core module that cargo builds, before it is made a component.";
    Malformed => "module-malformed", "The module is not valid WebAssembly",
        "Build the contract again; if a tool changed the module afterwards, leave that tool out.";
    TooLarge => "module-too-large", "The module is larger than 1 MiB",
        "Build with opt-level \"z\" and run wasm-opt -Oz.";
    FeatureSimd => "module-feature-simd", "The module uses SIMD, which contracts may not",
        "Build without -C target-feature=+simd128 or +relaxed-simd.";
    FeatureThreads => "module-feature-threads", "The module uses threads, atomics or shared memory, which contracts may not",
        "Build without -C target-feature=+atomics.";
    FeatureTailCalls => "module-feature-tail-calls", "The module uses tail calls, which contracts may not",
        "Build without -C target-feature=+tail-call.";
    FeatureExceptions => "module-feature-exceptions", "The module uses exceptions, which contracts may not",
        "Build with panic = \"abort\" and without -C target-feature=+exception-handling.";
    FeatureMemory64 => "module-feature-memory64", "The module uses 64-bit memory, which contracts may not",
        "Build for the target wasm32-unknown-unknown.";
    FeatureMultiMemory => "module-feature-multi-memory", "The module uses more than one memory, which contracts may not",
        "Build without -C target-feature=+multimemory.";
    FeatureGc => "module-feature-gc", "The module uses garbage-collected or typed references, which contracts may not",
        "Compile from a language that keeps its data in linear memory.";
    FeatureWideArithmetic => "module-feature-wide-arithmetic", "The module uses wide arithmetic, which contracts may not",
        "Build without -C target-feature=+wide-arithmetic.";
    FeatureOther => "module-feature-other", "The module uses a WebAssembly feature that contracts may not",
        "Build with the default features of Rust's wasm32-unknown-unknown target.";
    ImportUnknown => "module-import-unknown", "The module imports something that the host interface does not have",
        "Import only functions of enigma:contract/host@0.1.0; remove crates that expect an operating system or JavaScript.";
    ImportSignature => "module-import-signature", "The module imports a host function with another signature",
        "Build the contract against the current enigma-contract crate.";
    ImportDuplicate => "module-import-duplicate", "The module imports the same host function twice",
        "Remove the second import; linkers merge them unless a tool keeps them apart.";
    ExportMissing => "module-export-missing", "The module lacks an export that every contract has",
        "Put #[secret_contract] on the contract's impl block and build it as a cdylib.";
    ExportSignature => "module-export-signature", "The module exports an entry point with another signature",
        "Build the contract against the current enigma-contract crate.";
    ExportUnknown => "module-export-unknown", "The module exports something that the contract world does not have",
        "Remove the export: #[no_mangle] functions and exported globals are not callable from outside.";
    ExportReserved => "module-export-reserved", "The module exports a name that metering keeps for itself",
        "Rename the export: names that begin with enigma_ are reserved.";
    StartSection => "module-start-section", "The module has a start section, which contracts may not",
        "Remove the start function; a contract's constructor is `new`.";
    MemoryTooLarge => "module-memory-too-large", "The module asks for more memory at the start than contracts may",
        "Link with -zstack-size=65536 and keep large tables out of static data; memory may grow later.";
    TableTooLarge => "module-table-too-large", "The module has a table with more entries, or more tables, than contracts may",
        "Use fewer function pointers and trait objects.";
    CodeTooLarge => "module-code-too-large", "The module has more code than contracts may",
        "Build with opt-level \"z\" and split the contract.";
    FunctionTooLarge => "module-function-too-large", "The module has a function that is larger than contracts may have",
        "Split the function, or keep others from being inlined into it with #[inline(never)].";
    FunctionsTooMany => "module-functions-too-many", "The module has more functions or function types than contracts may",
        "Build with opt-level \"z\" and remove unused dependencies.";
    FrameTooLarge => "module-frame-too-large", "The module has a function with more locals and operands than contracts may",
        "Split the function, or keep others from being inlined into it with #[inline(never)].";
    NestingTooDeep => "module-nesting-too-deep", "The module has a function with blocks nested deeper than contracts may",
        "Split the function, or use a table instead of a long match.";
    BranchTableTooLarge => "module-branch-table-too-large", "The module has a branch table with more targets than contracts may",
        "Use a map instead of a very long match.";
    GlobalsTooMany => "module-globals-too-many", "The module has more globals than contracts may",
        "Keep values in memory instead of WebAssembly globals.";
    SegmentsTooMany => "module-segments-too-many", "The module has more data or element segments than contracts may",
        "Let the linker merge segments.";
    SegmentOutOfBounds => "module-segment-out-of-bounds", "The module has a data or element segment that does not fit where it is put",
        "Build the contract again; if a tool changed memory or tables afterwards, leave that tool out.";
    CustomSectionsTooLarge => "module-custom-sections-too-large", "The module's custom sections are larger than contracts may have",
        "Strip debug information: build with debug = false.";
    RulesUnknown => "module-rules-unknown", "This version of the enclave does not know the rules that were asked for",
        "Deploy under rules that the network's enclaves know.";
}
