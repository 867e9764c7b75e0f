//! `#[contract_storage]`: the fields of a contract's state, each with a prefix of its own.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Fields, Result};

/// One byte tells the fields apart.
const MAX_FIELDS: usize = 256;

pub(crate) fn expand(item: &DeriveInput) -> Result<TokenStream> {
    let name = &item.ident;
    if !item.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &item.generics,
            "a contract is one concrete type: remove the type parameters",
        ));
    }
    let Data::Struct(data) = &item.data else {
        return Err(Error::new(
            name.span(),
            "a contract's state is a struct of `Item` and `Map` fields",
        ));
    };
    if let Fields::Unnamed(fields) = &data.fields {
        return Err(Error::new_spanned(fields, "give the fields of the state names"));
    }
    if data.fields.len() > MAX_FIELDS {
        return Err(Error::new(
            name.span(),
            "a contract's state has at most 256 fields; use a `Map`",
        ));
    }
    let fields = data.fields.iter().enumerate().map(|(index, field)| {
        let (ident, ty, prefix) = (&field.ident, &field.ty, index as u8);
        let open = quote_spanned!(ty.span()=> <#ty as ::enigma_contract::storage::Field>::at(#prefix));
        quote!(#ident: #open)
    });
    Ok(quote! {
        #[derive(Debug)]
        #item

        impl ::enigma_contract::storage::Storage for #name {
            fn open() -> Self {
                Self { #(#fields),* }
            }
        }

        impl ::core::default::Default for #name {
            fn default() -> Self {
                <Self as ::enigma_contract::storage::Storage>::open()
            }
        }
    })
}
