//! The host interface of secret contracts as Rust functions, generated from `contracts/wit`.
//!
//! This crate is apart from the SDK because generated bindings need unsafe code, which the SDK and contracts forbid.
//! The imported functions work in WebAssembly only; in a native build they abort. Contracts use `enigma-contract`,
//! which puts a mock in their place there.

#[cfg(all(target_arch = "wasm32", feature = "bump-allocator"))]
mod heap;

/// What `wit-bindgen` generates.
pub mod secret_contract {
    wit_bindgen::generate!({
        path: "../wit",
        world: "secret-contract",
        pub_export_macro: true,
        default_bindings_module: "enigma_contract_bindings::secret_contract",
    });
}
