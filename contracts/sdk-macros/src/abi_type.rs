//! `#[derive(AbiType)]`: structs and plain enums as types of the Solidity ABI.

use crate::entry::{Argument, fields, shape_of};
use crate::interface_type::check;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DataEnum, DeriveInput, Error, Fields, FieldsNamed, Ident, Result, Type};

/// Solidity enums are `uint8`.
const MAX_VARIANTS: usize = 256;

pub(crate) fn expand(item: &DeriveInput) -> Result<TokenStream> {
    let name = &item.ident;
    if !item.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &item.generics,
            "the ABI has no type parameters or lifetimes: write concrete types",
        ));
    }
    match &item.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if !fields.named.is_empty() => structure(name, fields),
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => wrapper(name, &fields.unnamed[0].ty),
            _ => Err(Error::new(
                name.span(),
                "a struct of the ABI has named fields, at least one",
            )),
        },
        Data::Enum(data) => enumeration(name, data),
        Data::Union(_) => Err(Error::new(name.span(), "the ABI has no unions: write a struct")),
    }
}

/// A Solidity struct.
fn structure(name: &Ident, named: &FieldsNamed) -> Result<TokenStream> {
    let text = name.to_string();
    let mut parts = Vec::new();
    let mut arguments = Vec::new();
    for field in &named.named {
        check(&field.ty)?;
        let Some(ident) = &field.ident else { continue };
        parts.push(ident);
        arguments.push(Argument::named(ident, &field.ty)?);
    }
    let fields = fields(&arguments);
    let shape = quote!(::enigma_contract::abi::Shape::Struct(#text, #fields));
    let encode = quote! {
        let mut sequence = ::enigma_contract::abi::SequenceEncoder::new(out);
        #(sequence.head(&self.#parts);)*
        #(sequence.tail(&self.#parts);)*
    };
    let decode = quote! {
        let mut sequence = ::enigma_contract::abi::SequenceDecoder::new(reader, const { Self::SHAPE.body_head_size() });
        let value = Self { #(#parts: sequence.part()?),* };
        sequence.finish();
        Ok(value)
    };
    Ok(implementation(name, &shape, &encode, &decode))
}

/// A struct around one value, which is that value outside.
fn wrapper(name: &Ident, inner: &Type) -> Result<TokenStream> {
    check(inner)?;
    let encode = quote!(::enigma_contract::abi::AbiType::encode(&self.0, out));
    let decode = quote!(<#inner as ::enigma_contract::abi::AbiType>::decode(reader).map(Self));
    Ok(implementation(name, &shape_of(inner), &encode, &decode))
}

/// A Solidity enum: the position of the variant as `uint8`.
fn enumeration(name: &Ident, data: &DataEnum) -> Result<TokenStream> {
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new_spanned(
                &variant.fields,
                "enums of the ABI carry no data: write a struct",
            ));
        }
        if let Some((_, number)) = &variant.discriminant {
            return Err(Error::new_spanned(
                number,
                "Solidity numbers the variants from 0: remove the number",
            ));
        }
    }
    if data.variants.is_empty() || data.variants.len() > MAX_VARIANTS {
        return Err(Error::new(name.span(), "an enum of the ABI has 1 to 256 variants"));
    }
    let variants: Vec<&Ident> = data.variants.iter().map(|variant| &variant.ident).collect();
    let numbers: Vec<u8> = (0..=u8::MAX).take(variants.len()).collect();
    let encode = quote! {
        let number: u8 = match self { #(Self::#variants => #numbers),* };
        ::enigma_contract::abi::AbiType::encode(&number, out);
    };
    let decode = quote! {
        match <u8 as ::enigma_contract::abi::AbiType>::decode(reader)? {
            #(#numbers => Ok(Self::#variants),)*
            #[allow(unreachable_patterns)]
            _ => Err(::enigma_contract::abi::Malformed),
        }
    };
    Ok(implementation(
        name,
        &quote!(::enigma_contract::abi::Shape::Uint(8)),
        &encode,
        &decode,
    ))
}

fn implementation(name: &Ident, shape: &TokenStream, encode: &TokenStream, decode: &TokenStream) -> TokenStream {
    quote! {
        impl ::enigma_contract::abi::AbiType for #name {
            const SHAPE: ::enigma_contract::abi::Shape = #shape;

            fn encode(&self, out: &mut Vec<u8>) {
                #encode
            }

            fn decode(
                reader: &mut ::enigma_contract::abi::Reader<'_>,
            ) -> ::core::result::Result<Self, ::enigma_contract::abi::Malformed> {
                #decode
            }
        }
    }
}
