//! The enclave's WebAssembly surface.
#![forbid(unsafe_code)]
