//! `#[contract_event]`: a struct as a Solidity event.

use crate::docs::json_doc;
use crate::entry::{Argument, combine, fields};
use crate::interface_type::check;
use crate::names::is_solidity_name;
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Field, Fields, Result};

/// The first of an event's four topics is the hash of its signature.
const MAX_INDEXED: usize = 3;

/// An argument of the event.
struct Part {
    ident: Ident,
    argument: Argument,
    is_indexed: bool,
}

pub(crate) fn expand(item: &mut DeriveInput) -> Result<TokenStream> {
    let parts = read(item)?;
    let (name, text, doc) = (&item.ident, item.ident.to_string(), json_doc(&item.attrs));
    let arguments: Vec<Argument> = parts.iter().map(|part| part.argument.clone()).collect();
    let inputs = fields(&arguments);
    let flags = parts.iter().map(|part| part.is_indexed);
    let indexed: Vec<&Ident> = parts
        .iter()
        .filter(|part| part.is_indexed)
        .map(|part| &part.ident)
        .collect();
    let checks = parts.iter().filter(|part| part.is_indexed).map(index_check);
    let data = sequence(parts.iter().filter(|part| !part.is_indexed));
    let all = sequence(parts.iter());
    Ok(quote! {
        #item

        const _: () = {
            use ::enigma_contract::generated as sdk;
            const INPUTS: &[sdk::Field] = #inputs;
            #(#checks)*

            impl ::enigma_contract::ContractEvent for #name {
                const ENTRY: sdk::Entry =
                    sdk::Entry { kind: sdk::Kind::Event(&[#(#flags),*]), name: #text, inputs: INPUTS, doc: #doc };
                const TOPIC: ::enigma_contract::primitives::B256 =
                    ::enigma_contract::primitives::FixedBytes(sdk::signature_hash(#text, INPUTS));

                fn topics(&self) -> Vec<u8> {
                    #[allow(unused_mut)]
                    let mut topics = Self::TOPIC.to_vec();
                    #(sdk::push_topic(&self.#indexed, &mut topics);)*
                    topics
                }

                fn data(&self) -> Vec<u8> {
                    #data
                }

                fn arguments(&self) -> Vec<u8> {
                    #all
                }
            }
        };
    })
}

/// Reads the struct, and takes `#[indexed]` out of it.
fn read(item: &mut DeriveInput) -> Result<Vec<Part>> {
    let name = &item.ident;
    if !item.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &item.generics,
            "the ABI has no type parameters or lifetimes: write concrete types",
        ));
    }
    if !is_solidity_name(&name.to_string()) {
        return Err(Error::new(
            name.span(),
            "no name in Solidity: use ASCII letters and digits",
        ));
    }
    let Data::Struct(data) = &mut item.data else {
        return Err(Error::new(
            name.span(),
            "an event is a struct; each of its fields is an argument",
        ));
    };
    let parts: Vec<Result<Part>> = match &mut data.fields {
        Fields::Named(named) => named.named.iter_mut().map(read_part).collect(),
        Fields::Unit => Vec::new(),
        Fields::Unnamed(fields) => {
            return Err(Error::new_spanned(
                fields,
                "the arguments' names are part of the ABI: give the fields names",
            ));
        }
    };
    let (parts, errors): (Vec<_>, Vec<_>) = parts.into_iter().partition(Result::is_ok);
    let mut errors: Vec<Error> = errors.into_iter().filter_map(Result::err).collect();
    let parts: Vec<Part> = parts.into_iter().filter_map(Result::ok).collect();
    if let Some(part) = parts.iter().filter(|part| part.is_indexed).nth(MAX_INDEXED) {
        errors.push(Error::new(
            part.ident.span(),
            "an event has at most 3 indexed arguments: remove `#[indexed]`",
        ));
    }
    combine(errors).map_or(Ok(parts), Err)
}

fn read_part(field: &mut Field) -> Result<Part> {
    let marks: Vec<_> = field
        .attrs
        .extract_if(.., |attribute| attribute.path().is_ident("indexed"))
        .collect();
    for mark in &marks {
        mark.meta.require_path_only()?;
    }
    check(&field.ty)?;
    let Some(ident) = field.ident.clone() else {
        return Err(Error::new_spanned(field, "give the field a name"));
    };
    Ok(Part {
        argument: Argument::named(&ident, &field.ty)?,
        ident,
        is_indexed: !marks.is_empty(),
    })
}

/// A compile-time check that the type can be indexed.
fn index_check(part: &Part) -> TokenStream {
    let ty = &part.argument.ty;
    let message =
        "an array or struct with parts of dynamic size cannot be searched for: remove `#[indexed]`, or index its hash";
    quote_spanned! {ty.span()=>
        const _: () = assert!(sdk::can_be_indexed(&<#ty as ::enigma_contract::abi::AbiType>::SHAPE), #message);
    }
}

/// Code that ABI-encodes fields of `self`.
fn sequence<'a>(parts: impl Iterator<Item = &'a Part>) -> TokenStream {
    let names: Vec<&Ident> = parts.map(|part| &part.ident).collect();
    if names.is_empty() {
        return quote!(Vec::new());
    }
    quote! {
        let mut encoded = Vec::new();
        let mut sequence = sdk::SequenceEncoder::new(&mut encoded);
        #(sequence.head(&self.#names);)*
        #(sequence.tail(&self.#names);)*
        encoded
    }
}
