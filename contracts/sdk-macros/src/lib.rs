//! The macros of `enigma-contract`, which documents them where it exports them.
//!
//! They only look at tokens. What a type is in the ABI, the compiler works out afterwards through the trait `AbiType`;
//! the generated code names each type at its own place in the source, so that errors point there.

#![forbid(unsafe_code)]

mod abi_type;
mod client;
mod contract_error;
mod contract_event;
mod contract_storage;
mod docs;
mod entry;
mod entry_points;
mod interface_trait;
mod interface_type;
mod method;
mod names;
mod secret_contract;

use proc_macro::TokenStream;
use syn::parse_macro_input;

/// Makes a secret contract of an `impl` block.
///
/// `pub fn new` is the constructor, which returns `Self` or `Result<Self, E>`. Every other `pub` method can be called
/// by tasks, under its name in lowerCamelCase: it takes `&self` or `&mut self`, then `ctx: &Context` or
/// `ctx: &mut Context` where it needs the context, then up to 12 arguments of types of the Solidity ABI. It returns
/// nothing, one such type, a tuple for several results, or a `Result` of these. `#[view]` marks methods that only read.
/// Methods that are not `pub` stay private to the contract. Doc comments become part of the JSON ABI.
///
/// `#[constant_gas(500_000)]` on a method, or on the constructor, makes its calls cost the same whatever they do: when the method has
/// returned, reverted or panicked, the rest of its 500,000 gas is burnt; what needs more ends out of gas, and so does a call with a
/// smaller limit, at once. Decoding of the arguments, the method and encoding of the answer are in it. On top come, alike for all
/// calls of one length: what a task, its input and a fresh instance cost, 2 gas for each byte of the answer (see `pad_output`), and about 500
/// for the burning. Not alike is what ends otherwise: a trap costs what was used until then, out of gas, memory or
/// stack what was used or all, and a panic its message on top.
///
/// `#[pad_output(256)]` on a method pads its answers with zeros, which decoders of the Solidity ABI ignore: results to a multiple of 256
/// bytes, reverts to 4 bytes more. So all answers up to 256 bytes look alike. The number is a multiple of 32.
///
/// `#[secret_contract(events(Voted, Closed))]` lists the events that the contract emits, so that its ABI tells them; it
/// cannot emit others.
#[proc_macro_attribute]
pub fn secret_contract(arguments: TokenStream, item: TokenStream) -> TokenStream {
    secret_contract::expand(arguments.into(), item.into()).into()
}

/// Makes a struct of `Item` and `Map` fields the state of a contract.
///
/// Every field gets its own part of the store, by its position. The struct gets `Default`, which opens the store.
#[proc_macro_attribute]
pub fn contract_storage(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::DeriveInput);
    contract_storage::expand(&item)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Makes the variants of an enum Solidity custom errors: `NotOwner { caller: Address }` is `NotOwner(address)`.
///
/// The enum gets `Debug`, `Clone`, `PartialEq` and `Eq`.
#[proc_macro_attribute]
pub fn contract_error(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::DeriveInput);
    contract_error::expand(&item)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Makes a struct a Solidity event: `Voted { #[indexed] voter: Address, choice: u32 }` is `Voted(address indexed,uint32)`.
///
/// At most 3 arguments are `#[indexed]`: one can search for them, and a string, bytes, array or struct among them is there
/// only as its hash. Only a contract that lists the event can emit it.
#[proc_macro_attribute]
pub fn contract_event(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut item = parse_macro_input!(item as syn::DeriveInput);
    contract_event::expand(&mut item)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Makes a trait the interface of an Ethereum contract: `Erc20::at(token).transfer(to, amount)` is an `EthereumCall`.
///
/// Its functions take the arguments of the ABI, without `self`, under their names in snake_case, and return nothing.
#[proc_macro_attribute]
pub fn ethereum_interface(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    interface(interface_trait::Side::Ethereum, item)
}

/// Makes a trait the interface of another secret contract: `Token::at(token).transfer(to, amount).call(ctx)` calls it.
///
/// Its functions take the arguments of the ABI, without `self` and context, under their names in snake_case, and return
/// what the function returns when it succeeds.
#[proc_macro_attribute]
pub fn secret_interface(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    interface(interface_trait::Side::Secret, item)
}

fn interface(side: interface_trait::Side, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::ItemTrait);
    interface_trait::expand(side, &item)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Makes a type one of the Solidity ABI: a struct with named fields is a struct, a struct around one value is that
/// value, an enum without data is `uint8`.
#[proc_macro_derive(AbiType)]
pub fn abi_type(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::DeriveInput);
    abi_type::expand(&item)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
