//! Generated code that describes one constructor, function, error or event of the ABI.

use crate::names::{is_solidity_name, lower_camel_case};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Result, Type};

/// An argument of the ABI.
#[derive(Clone)]
pub(crate) struct Argument {
    /// Its name in the ABI; empty where it has none.
    pub(crate) name: String,
    pub(crate) ty: Type,
}

impl Argument {
    /// The argument that this Rust name stands for.
    pub(crate) fn named(ident: &Ident, ty: &Type) -> Result<Self> {
        Ok(Self {
            name: solidity_name(ident)?,
            ty: ty.clone(),
        })
    }
}

/// The name of a function or argument outside.
pub(crate) fn solidity_name(ident: &Ident) -> Result<String> {
    let name = lower_camel_case(ident);
    if is_solidity_name(&name) {
        return Ok(name);
    }
    Err(syn::Error::new(
        ident.span(),
        format!("`{ident}` is no name in Solidity: begin it with a letter and use ASCII letters and digits"),
    ))
}

/// The expression of a `&'static [Field]`.
pub(crate) fn fields(arguments: &[Argument]) -> TokenStream {
    let fields = arguments.iter().map(|Argument { name, ty }| {
        let shape = shape_of(ty);
        quote!(::enigma_contract::generated::Field { name: #name, shape: #shape })
    });
    quote!(&[#(#fields),*])
}

/// The shape of a type, at the type's place in the source.
pub(crate) fn shape_of(ty: &Type) -> TokenStream {
    quote_spanned!(ty.span()=> <#ty as ::enigma_contract::abi::AbiType>::SHAPE)
}

/// Errors as one, in the order of the source.
pub(crate) fn combine(errors: Vec<syn::Error>) -> Option<syn::Error> {
    errors.into_iter().reduce(|mut all, next| {
        all.combine(next);
        all
    })
}
