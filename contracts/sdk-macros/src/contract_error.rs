//! `#[contract_error]`: the variants of an enum as Solidity custom errors.

use crate::docs::json_doc;
use crate::entry::{Argument, combine, fields};
use crate::interface_type::check;
use crate::names::is_solidity_name;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Error, Fields, Result, Variant};

/// Errors that every contract has, by the Solidity language or this SDK.
const RESERVED: [&str; 5] = ["Error", "Panic", "UnknownFunction", "BadArguments", "CallFailed"];

pub(crate) fn expand(item: &DeriveInput) -> Result<TokenStream> {
    let name = &item.ident;
    let Data::Enum(data) = &item.data else {
        return Err(Error::new(
            name.span(),
            "the errors of a contract are an enum; each variant is one",
        ));
    };
    if !item.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &item.generics,
            "the ABI has no type parameters or lifetimes: write concrete types",
        ));
    }
    let variants: Vec<Result<ErrorVariant>> = data.variants.iter().map(expand_variant).collect();
    let (variants, errors): (Vec<_>, Vec<_>) = variants.into_iter().partition(Result::is_ok);
    if let Some(error) = combine(errors.into_iter().filter_map(Result::err).collect()) {
        return Err(error);
    }
    let variants: Vec<ErrorVariant> = variants.into_iter().filter_map(Result::ok).collect();
    let entries = variants.iter().map(|variant| &variant.entry);
    let arms = variants.iter().map(|variant| &variant.encode);
    let reads = variants.iter().map(|variant| &variant.decode);
    Ok(quote! {
        #[derive(Debug, Clone, PartialEq, Eq)]
        #item

        const _: () = {
            use ::enigma_contract::generated as sdk;

            impl ::enigma_contract::ContractError for #name {
                const ENTRIES: &'static [sdk::Entry] = &[#(#entries),*];

                fn revert_data(&self) -> Vec<u8> {
                    match self { #(#arms)* }
                }

                fn from_revert_data(data: &[u8]) -> Option<Self> {
                    #(#reads)*
                    None
                }
            }
        };
    })
}

/// Generated code for a variant.
struct ErrorVariant {
    /// Its entry in the ABI.
    entry: TokenStream,
    /// The arm that makes revert data of it.
    encode: TokenStream,
    /// The statement that returns it where the data is its revert data.
    decode: TokenStream,
}

fn expand_variant(variant: &Variant) -> Result<ErrorVariant> {
    let (ident, name) = (&variant.ident, variant.ident.to_string());
    if RESERVED.contains(&name.as_str()) {
        return Err(Error::new(
            ident.span(),
            format!("every contract has an error `{name}` already: choose another name"),
        ));
    }
    if !is_solidity_name(&name) {
        return Err(Error::new(
            ident.span(),
            "no name in Solidity: use ASCII letters and digits",
        ));
    }
    let arguments = arguments(variant)?;
    let (inputs, doc) = (fields(&arguments), json_doc(&variant.attrs));
    let parts: Vec<Ident> = (0..arguments.len())
        .map(|index| format_ident!("part_{index}"))
        .collect();
    let pattern = match &variant.fields {
        Fields::Named(named) => {
            let names = named.named.iter().map(|field| &field.ident);
            quote!(Self::#ident { #(#names: #parts),* })
        }
        Fields::Unnamed(_) => quote!(Self::#ident(#(#parts),*)),
        Fields::Unit => quote!(Self::#ident),
    };
    let entry = quote!(sdk::Entry { kind: sdk::Kind::Error, name: #name, inputs: #inputs, doc: #doc });
    let encode = quote! {
        #pattern => {
            const SELECTOR: [u8; 4] = sdk::selector(#name, #inputs);
            let mut arguments = Vec::new();
            let mut sequence = sdk::SequenceEncoder::new(&mut arguments);
            #(sequence.head(#parts);)*
            #(sequence.tail(#parts);)*
            sdk::with_selector(SELECTOR, arguments)
        }
    };
    let types = arguments.iter().map(|argument| &argument.ty);
    let (tuple, types) = if parts.is_empty() {
        (quote!(()), quote!(()))
    } else {
        (quote!((#(#parts,)*)), quote!((#(#types,)*)))
    };
    let decode = quote! {
        if let Some(#tuple) = sdk::decode_revert::<#types>(const { sdk::selector(#name, #inputs) }, data) {
            return Some(#pattern);
        }
    };
    Ok(ErrorVariant { entry, encode, decode })
}

fn arguments(variant: &Variant) -> Result<Vec<Argument>> {
    let argument = |field: &syn::Field| {
        check(&field.ty)?;
        match &field.ident {
            Some(ident) => Argument::named(ident, &field.ty),
            None => Ok(Argument {
                name: String::new(),
                ty: field.ty.clone(),
            }),
        }
    };
    variant.fields.iter().map(argument).collect()
}
