//! Code that `#[secret_contract]` adds: the JSON ABI, the dispatcher, and the exports of the module.

use crate::entry::fields;
use crate::interface_type::result_arguments;
use crate::method::{Access, Mends, Method};
use crate::secret_contract::{Contract, is_contract};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::collections::BTreeSet;
use syn::spanned::Spanned;
use syn::{ReturnType, Type, parse_quote};

/// All of it, in a scope of its own.
pub(crate) fn generate(contract: &Contract) -> TokenStream {
    let ty = &contract.ty;
    let interface = interface(contract);
    let selectors = contract.functions.iter().enumerate().map(|(index, method)| {
        let (selector, name, inputs) = (selector(index), &method.name, fields(&method.arguments));
        quote!(const #selector: u32 = u32::from_be_bytes(sdk::selector(#name, #inputs));)
    });
    let clashes = selector_clashes(&contract.functions);
    let arms = contract
        .functions
        .iter()
        .enumerate()
        .map(|(index, method)| arm(ty, index, method));
    let deploy = deploy(contract);
    let exports = exports(ty);
    let declarations = contract
        .events
        .iter()
        .map(|event| quote_spanned!(event.span()=> impl ::enigma_contract::DeclaredEvent<#ty> for #event {}));
    quote! {
        const _: () = {
            use ::enigma_contract::generated as sdk;
            #interface
            #(#selectors)*
            #clashes
            #(#declarations)*

            /// One body for both entry points keeps the module small.
            #[allow(unused_variables)]
            fn dispatch(calldata: &[u8], only_views: bool) -> Result<Vec<u8>, Vec<u8>> {
                let (selector, arguments) = sdk::split_calldata(calldata);
                match u32::from_be_bytes(selector) {
                    #(#arms)*
                    _ => Err(sdk::unknown_function(selector)),
                }
            }

            impl ::enigma_contract::SecretContract for #ty {
                const ABI: &'static str = match ::core::str::from_utf8(&ABI) {
                    Ok(text) => text,
                    Err(_) => panic!("the ABI is not UTF-8"),
                };

                fn deploy(arguments: &[u8]) -> Result<Vec<u8>, Vec<u8>> {
                    #deploy
                }

                fn call(calldata: &[u8]) -> Result<Vec<u8>, Vec<u8>> {
                    dispatch(calldata, false)
                }

                fn view(calldata: &[u8]) -> Result<Vec<u8>, Vec<u8>> {
                    dispatch(calldata, true)
                }
            }
            #exports
        };
    }
}

fn selector(index: usize) -> Ident {
    format_ident!("SELECTOR_{index}")
}

/// The entries of the ABI and their JSON.
fn interface(contract: &Contract) -> TokenStream {
    let constructor = {
        let (inputs, doc) = (fields(&contract.constructor.arguments), &contract.constructor.doc);
        quote!(sdk::Entry { kind: sdk::Kind::Constructor, name: "", inputs: #inputs, doc: #doc })
    };
    let functions = contract.functions.iter().map(|method| {
        let Method { name, doc, .. } = method;
        let (inputs, reply) = (fields(&method.arguments), reply_type(&method.output));
        let outputs = quote_spanned!(reply.span()=> <#reply as ::enigma_contract::Reply>::OUTPUTS);
        let kind = if method.is_view { quote!(View) } else { quote!(Function) };
        quote!(sdk::Entry { kind: sdk::Kind::#kind(#outputs), name: #name, inputs: #inputs, doc: #doc })
    });
    let errors = error_lists(contract);
    let events = contract
        .events
        .iter()
        .map(|event| quote_spanned!(event.span()=> <#event as ::enigma_contract::ContractEvent>::ENTRY));
    quote! {
        const INTERFACE: &[&[sdk::Entry]] = &[&[#constructor, #(#functions),*], &[#(#events),*], #(#errors,)* sdk::BUILT_IN];
        const ABI: [u8; sdk::length(INTERFACE)] = sdk::render(INTERFACE);
    }
}

/// The expressions of all errors that methods return, each type once.
fn error_lists(contract: &Contract) -> Vec<TokenStream> {
    let mut seen = BTreeSet::new();
    let methods = core::iter::once(&contract.constructor).chain(&contract.functions);
    let lists = methods.filter_map(|method| {
        let ReturnType::Type(_, ty) = &method.output else {
            return None;
        };
        let list = match result_arguments(ty) {
            Some((_, Some(error))) => {
                quote_spanned!(error.span()=> <#error as ::enigma_contract::ContractError>::ENTRIES)
            }
            _ if method.receiver.is_some() => quote_spanned!(ty.span()=> <#ty as ::enigma_contract::Reply>::ERRORS),
            _ if is_contract(ty, &contract.ty) => return None,
            _ => {
                let ty = with_contract(ty, &contract.ty);
                quote_spanned!(ty.span()=> <#ty as ::enigma_contract::Constructed>::ERRORS)
            }
        };
        seen.insert(list.to_string()).then_some(list)
    });
    lists.collect()
}

/// `Fallible<Self>` with the contract's name, since `Self` means nothing outside its block.
fn with_contract(ty: &Type, contract: &Type) -> Type {
    let named = |token| match token {
        TokenTree::Ident(ident) if ident == "Self" => contract.to_token_stream(),
        token => token.into(),
    };
    let tokens: TokenStream = ty.to_token_stream().into_iter().flat_map(named).collect();
    parse_quote!(#tokens)
}

pub(crate) fn reply_type(output: &ReturnType) -> Type {
    match output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, ty) => (**ty).clone(),
    }
}

/// Compile-time checks that no two functions have the same selector.
fn selector_clashes(functions: &[Method]) -> TokenStream {
    let mut checks = TokenStream::new();
    for (index, method) in functions.iter().enumerate() {
        for (other_index, other) in functions.iter().enumerate().take(index) {
            let (one, two) = (selector(other_index), selector(index));
            let message = format!(
                "`{}` and `{}` have the same selector: rename one",
                other.ident, method.ident
            );
            checks.extend(quote_spanned!(method.ident.span()=> const _: () = assert!(#one != #two, #message);));
        }
    }
    checks
}

/// The arm of the dispatcher that runs a method.
fn arm(ty: &Type, index: usize, method: &Method) -> TokenStream {
    let (selector, ident) = (selector(index), &method.ident);
    let (contract, open) = match method.receiver {
        Some(Access::Exclusive) => (quote!(&mut contract), quote!(let mut contract)),
        _ => (quote!(&contract), quote!(let contract)),
    };
    let (decode, arguments) = arguments(method, &quote!(selector));
    let reply = quote_spanned!(reply_type(&method.output).span()=> ::enigma_contract::Reply::into_reply);
    let guard = (!method.is_view).then(|| quote!(if !only_views));
    let call = quote! {
        #decode
        #open = <#ty as ::enigma_contract::storage::Storage>::open();
        #reply(<#ty>::#ident(#contract, #arguments))
    };
    let body = mended(&method.mends, call);
    quote! {
        #selector #guard => {
            #body
        }
    }
}

/// The code of a call, put between what its attributes want done before and after.
fn mended(mends: &Mends, call: TokenStream) -> TokenStream {
    let mut code = call;
    if mends.constant_gas.is_some() || mends.pad_output.is_some() {
        // What ends early, as arguments that do not decode, is padded and paid like all else.
        code = quote!((|| -> Result<Vec<u8>, Vec<u8>> { #code })());
    }
    if let Some(class) = &mends.pad_output {
        let class = quote_spanned!(class.span()=> const {
            let class: usize = #class;
            assert!(sdk::is_class(class), "the length of an answer is a multiple of 32 bytes");
            class
        });
        code = quote!(sdk::pad_output(#code, #class));
    }
    if let Some(cost) = &mends.constant_gas {
        let cost = quote_spanned!(cost.span()=> const { let cost: u64 = #cost; cost });
        code = quote!({ let gas = sdk::ConstantGas::begin(#cost); let reply = #code; gas.end(reply) });
    }
    code
}

fn deploy(contract: &Contract) -> TokenStream {
    let (ty, ident) = (&contract.ty, &contract.constructor.ident);
    let (decode, arguments) = arguments(&contract.constructor, &quote!([0; 4]));
    let call = quote! {
        #decode
        ::enigma_contract::Constructed::into_reply(<#ty>::#ident(#arguments))
    };
    mended(&contract.constructor.mends, call)
}

/// Statements that decode the arguments, and what to pass.
fn arguments(method: &Method, selector: &TokenStream) -> (TokenStream, TokenStream) {
    let types = method.arguments.iter().map(|argument| &argument.ty);
    let names: Vec<Ident> = (0..method.arguments.len())
        .map(|index| format_ident!("argument_{index}"))
        .collect();
    let pattern = if names.is_empty() {
        quote!(())
    } else {
        quote!((#(#names,)*))
    };
    let tuple = if names.is_empty() {
        quote!(())
    } else {
        quote!((#(#types,)*))
    };
    let context = match method.context {
        Some(Access::Exclusive) => quote!(&mut ::enigma_contract::Context::current(),),
        Some(Access::Shared) => quote!(&::enigma_contract::Context::current(),),
        None => TokenStream::new(),
    };
    let place = method
        .arguments
        .first()
        .map_or_else(Span::call_site, |argument| argument.ty.span());
    let function = quote_spanned!(place=> sdk::decode_arguments::<#tuple>);
    let decode = quote!(let #pattern = #function(#selector, arguments)?;);
    (decode, quote!(#context #(#names),*))
}

/// The exports of the WebAssembly module and its section `enigma-abi`. Here and in what it expands to is all the unsafe
/// code of a contract.
fn exports(ty: &Type) -> TokenStream {
    quote! {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            struct Exports;

            impl sdk::bindings::Guest for Exports {
                fn deploy(arguments: Vec<u8>) -> Result<Vec<u8>, Vec<u8>> {
                    sdk::end_with_message();
                    <#ty as ::enigma_contract::SecretContract>::deploy(&arguments)
                }

                fn call(calldata: Vec<u8>) -> Result<Vec<u8>, Vec<u8>> {
                    sdk::end_with_message();
                    <#ty as ::enigma_contract::SecretContract>::call(&calldata)
                }

                fn view(calldata: Vec<u8>) -> Result<Vec<u8>, Vec<u8>> {
                    sdk::end_with_message();
                    <#ty as ::enigma_contract::SecretContract>::view(&calldata)
                }
            }

            sdk::bindings::export!(Exports with_types_in sdk::bindings);

            #[used]
            #[unsafe(link_section = "enigma-abi")]
            static SECTION: [u8; ABI.len()] = ABI;
        };
    }
}
