//! `#[ethereum_interface]` and `#[secret_interface]`: a trait of functions as calls of another contract.

use crate::entry::{Argument, combine, fields};
use crate::interface_type::{check, result_arguments};
use crate::method::names_context;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Error, FnArg, ItemTrait, Pat, Result, ReturnType, TraitItem, TraitItemFn, Type, parse_quote};

/// Where the other contract lives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// On Ethereum: calls are queued, and nothing comes back.
    Ethereum,
    /// In the enclave: calls return.
    Secret,
}

/// A function of the other contract.
struct Function {
    ident: Ident,
    /// Its name outside.
    name: String,
    docs: Vec<Attribute>,
    names: Vec<Ident>,
    arguments: Vec<Argument>,
    output: Type,
}

pub(crate) fn expand(side: Side, item: &ItemTrait) -> Result<TokenStream> {
    let mut errors = check_trait(item);
    let mut functions = Vec::new();
    for member in &item.items {
        let TraitItem::Fn(function) = member else {
            errors.push(Error::new_spanned(member, "an interface consists of functions"));
            continue;
        };
        match read(side, function) {
            Ok(function) => functions.push(function),
            Err(error) => errors.push(error),
        }
    }
    if let Some(error) = combine(errors) {
        return Err(error);
    }
    let (name, vis, attributes) = (&item.ident, &item.vis, &item.attrs);
    let functions = functions.iter().map(|function| call(side, item, function));
    Ok(quote! {
        #(#attributes)*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #vis struct #name {
            address: ::enigma_contract::primitives::Address,
        }

        // An interface may say more than is called here.
        #[allow(dead_code, missing_docs)]
        impl #name {
            /// The contract at an address, which is taken to have this interface.
            #vis fn at(address: ::enigma_contract::primitives::Address) -> Self {
                Self { address }
            }

            #(#functions)*
        }
    })
}

fn check_trait(item: &ItemTrait) -> Vec<Error> {
    let mut errors = Vec::new();
    if !item.generics.params.is_empty() {
        let message = "the ABI has no type parameters or lifetimes: write concrete types";
        errors.push(Error::new_spanned(&item.generics, message));
    }
    if !item.supertraits.is_empty() {
        let message = "list the functions of the other interface here: the ABI has no inheritance";
        errors.push(Error::new_spanned(&item.supertraits, message));
    }
    errors
}

fn read(side: Side, function: &TraitItemFn) -> Result<Function> {
    let signature = &function.sig;
    let mut errors = Vec::new();
    if let Some(body) = &function.default {
        errors.push(Error::new_spanned(
            body,
            "the other contract has the body: end with `;`",
        ));
    }
    if !signature.generics.params.is_empty() {
        let message = "the ABI has no type parameters or lifetimes: write concrete types";
        errors.push(Error::new_spanned(&signature.generics, message));
    }
    let mut names = Vec::new();
    let mut arguments = Vec::new();
    for input in &signature.inputs {
        match read_argument(input) {
            Ok((name, argument)) => {
                names.push(name);
                arguments.push(argument);
            }
            Err(error) => errors.push(error),
        }
    }
    let output = read_output(side, &signature.output).unwrap_or_else(|error| {
        errors.push(error);
        parse_quote!(())
    });
    let name = crate::entry::solidity_name(&signature.ident);
    match (combine(errors), name) {
        (Some(error), _) | (None, Err(error)) => Err(error),
        (None, Ok(name)) => Ok(Function {
            ident: signature.ident.clone(),
            name,
            docs: function.attrs.clone(),
            names,
            arguments,
            output,
        }),
    }
}

fn read_argument(input: &FnArg) -> Result<(Ident, Argument)> {
    let FnArg::Typed(argument) = input else {
        return Err(Error::new_spanned(
            input,
            "list only the arguments of the ABI: remove `self`",
        ));
    };
    if names_context(&argument.ty) {
        let message = "list only the arguments of the ABI: remove the context";
        return Err(Error::new_spanned(input, message));
    }
    check(&argument.ty)?;
    match &*argument.pat {
        Pat::Ident(pattern) => Ok((pattern.ident.clone(), Argument::named(&pattern.ident, &argument.ty)?)),
        other => Err(Error::new_spanned(other, "give the argument a name")),
    }
}

fn read_output(side: Side, output: &ReturnType) -> Result<Type> {
    let ReturnType::Type(_, ty) = output else {
        return Ok(parse_quote!(()));
    };
    if side == Side::Ethereum {
        let message = "the call is made after the task is committed, so its result never comes back: remove it";
        return Err(Error::new_spanned(ty, message));
    }
    if result_arguments(ty).is_some() {
        let message = "write what the function returns when it succeeds; `call` makes a `Result<_, CallError>` of it";
        return Err(Error::new_spanned(ty, message));
    }
    check(ty)?;
    Ok((**ty).clone())
}

/// The method that makes the call.
fn call(side: Side, item: &ItemTrait, function: &Function) -> TokenStream {
    let Function {
        ident,
        name,
        docs,
        names,
        arguments,
        output,
    } = function;
    let (vis, inputs) = (&item.vis, fields(arguments));
    let types = arguments.iter().map(|argument| &argument.ty);
    let made = match side {
        Side::Ethereum => quote!(::enigma_contract::EthereumCall),
        Side::Secret => quote!(::enigma_contract::SecretCall<#output>),
    };
    let make = match side {
        Side::Ethereum => quote!(::enigma_contract::EthereumCall::new),
        Side::Secret => quote!(::enigma_contract::SecretCall::new),
    };
    let tuple = if names.is_empty() {
        quote!(())
    } else {
        quote!((#(#names,)*))
    };
    let docs = docs.iter().map(ToTokens::to_token_stream);
    quote! {
        #(#docs)*
        #vis fn #ident(&self, #(#names: #types),*) -> #made {
            const SELECTOR: [u8; 4] = ::enigma_contract::generated::selector(#name, #inputs);
            let arguments = ::enigma_contract::generated::encode(&#tuple);
            #make(self.address, ::enigma_contract::generated::with_selector(SELECTOR, arguments))
        }
    }
}
