//! `#[secret_contract]`: reads the `impl` block and checks it as a whole.

use crate::entry::combine;
use crate::interface_type::type_arguments;
use crate::method::{Mends, Method};
use crate::{client, entry_points};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Error, Expr, ImplItem, ImplItemFn, ItemImpl, Meta, Path, Result, ReturnType, Token, Type, Visibility};

/// A contract whose interface can be expressed.
pub(crate) struct Contract {
    pub(crate) ty: Type,
    pub(crate) constructor: Method,
    pub(crate) functions: Vec<Method>,
    /// Types of the events that it emits.
    pub(crate) events: Vec<Path>,
}

/// The block itself, and the entry points or the reasons why there are none.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut block: ItemImpl = match syn::parse2(item.clone()) {
        Ok(block) => block,
        Err(_) => {
            let error = Error::new_spanned(
                item,
                "put `#[secret_contract]` on the `impl` block of the contract's functions",
            );
            return error.into_compile_error();
        }
    };
    let events = match read_events(arguments) {
        Ok(events) => events,
        Err(error) => return error.into_compile_error(),
    };
    let contract = read(&mut block, events);
    let rest = contract.map_or_else(Error::into_compile_error, |contract| {
        let (entry_points, client) = (entry_points::generate(&contract), client::generate(&contract));
        quote!(#entry_points #client)
    });
    quote!(#block #rest)
}

/// The events of `events(Voted, Closed)`.
fn read_events(arguments: TokenStream) -> Result<Vec<Path>> {
    const EXPECTED: &str = "write nothing here, or `events(…)` with the events that the contract emits";
    if arguments.is_empty() {
        return Ok(Vec::new());
    }
    let Ok(Meta::List(list)) = syn::parse2::<Meta>(arguments.clone()) else {
        return Err(Error::new_spanned(arguments, EXPECTED));
    };
    if !list.path.is_ident("events") {
        return Err(Error::new_spanned(list.path, EXPECTED));
    }
    let events = Punctuated::<Path, Token![,]>::parse_terminated.parse2(list.tokens)?;
    Ok(events.into_iter().collect())
}

/// Reads the block, and takes `#[view]` out of it.
fn read(block: &mut ItemImpl, events: Vec<Path>) -> Result<Contract> {
    check_block(block)?;
    let mut errors = Vec::new();
    let mut constructor = None;
    let mut functions: Vec<Method> = Vec::new();
    for item in &mut block.items {
        let ImplItem::Fn(function) = item else { continue };
        let is_view = take_view(function, &mut errors);
        let mends = take_mends(function, &mut errors);
        if !is_interface(function, is_view, &mends, &mut errors) {
            continue;
        }
        match Method::read(function, is_view, mends) {
            Ok(method) if method.receiver.is_none() => {
                errors.extend(check_constructed(&function.sig.output, &block.self_ty, &method).err());
                constructor = Some(method);
            }
            Ok(method) => functions.push(method),
            Err(error) => errors.push(error),
        }
    }
    errors.extend(name_clashes(&functions));
    let has_new = block
        .items
        .iter()
        .any(|item| matches!(item, ImplItem::Fn(function) if function.sig.ident == "new"));
    if !has_new {
        let name = block.self_ty.to_token_stream();
        let message =
            format!("`{name}` has no constructor: add `pub fn new(ctx: &mut Context) -> Self {{ Self::default() }}`");
        errors.push(Error::new_spanned(&block.self_ty, message));
    }
    match (combine(errors), constructor) {
        (None, Some(constructor)) => Ok(Contract {
            ty: (*block.self_ty).clone(),
            constructor,
            functions,
            events,
        }),
        (Some(error), _) => Err(error),
        (None, None) => Err(Error::new_spanned(&block.self_ty, "the contract has no constructor")),
    }
}

fn check_block(block: &ItemImpl) -> Result<()> {
    if let Some((_, path, _)) = &block.trait_ {
        return Err(Error::new_spanned(
            path,
            "put the functions that tasks call into an `impl` block without a trait",
        ));
    }
    if !block.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &block.generics,
            "a contract is one concrete type: remove the type parameters",
        ));
    }
    Ok(())
}

fn take_view(function: &mut ImplItemFn, errors: &mut Vec<Error>) -> bool {
    let marks = function
        .attrs
        .extract_if(.., |attribute| attribute.path().is_ident("view"));
    let marks: Vec<_> = marks.collect();
    for mark in &marks {
        errors.extend(mark.meta.require_path_only().err());
    }
    !marks.is_empty()
}

fn take_mends(function: &mut ImplItemFn, errors: &mut Vec<Error>) -> Mends {
    const GAS: &str = "write the gas that every call costs: `#[constant_gas(500_000)]`";
    const CLASS: &str = "write the bytes of which every answer's length is a multiple: `#[pad_output(256)]`";
    Mends {
        constant_gas: take_number(function, "constant_gas", GAS, errors),
        pad_output: take_number(function, "pad_output", CLASS, errors),
    }
}

/// Takes an attribute with one expression out of the function.
fn take_number(function: &mut ImplItemFn, name: &str, expected: &str, errors: &mut Vec<Error>) -> Option<Expr> {
    let marks = function
        .attrs
        .extract_if(.., |attribute| attribute.path().is_ident(name));
    let mut numbers = Vec::new();
    for mark in marks {
        match mark.parse_args::<Expr>() {
            Ok(number) if numbers.is_empty() => numbers.push(number),
            Ok(_) => errors.push(Error::new_spanned(mark, format!("`#[{name}]` stands here twice"))),
            Err(_) => errors.push(Error::new_spanned(mark, expected)),
        }
    }
    numbers.pop()
}

/// Whether tasks can call the function.
fn is_interface(function: &ImplItemFn, is_view: bool, mends: &Mends, errors: &mut Vec<Error>) -> bool {
    if matches!(function.vis, Visibility::Public(_)) {
        return true;
    }
    let ident = &function.sig.ident;
    if ident == "new" {
        errors.push(Error::new(ident.span(), "a task runs the constructor: make it `pub`"));
    } else if is_view {
        errors.push(Error::new(
            ident.span(),
            "a view can be called by tasks: make it `pub`, or remove `#[view]`",
        ));
    }
    for number in [&mends.constant_gas, &mends.pad_output].into_iter().flatten() {
        errors.push(Error::new_spanned(
            number,
            "only what tasks call can be mended: put this on the `pub` function that they call",
        ));
    }
    false
}

/// The constructor returns the contract, or something around it: a `Result` or an alias of one.
fn check_constructed(output: &ReturnType, contract: &Type, constructor: &Method) -> Result<()> {
    const EXPECTED: &str = "the constructor returns `Self` or `Result<Self, E>`";
    match output {
        ReturnType::Default => Err(Error::new(constructor.ident.span(), EXPECTED)),
        ReturnType::Type(_, ty) if is_contract(ty, contract) => Ok(()),
        ReturnType::Type(_, ty)
            if type_arguments(ty)
                .first()
                .is_some_and(|first| is_contract(first, contract)) =>
        {
            Ok(())
        }
        ReturnType::Type(_, ty) => Err(Error::new_spanned(ty, EXPECTED)),
    }
}

/// Whether the type is `Self` or the contract by its name.
pub(crate) fn is_contract(ty: &Type, contract: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("Self")) || ty == contract
}

fn name_clashes(functions: &[Method]) -> Vec<Error> {
    let clash = |(index, method): (usize, &Method)| {
        let other = functions[..index].iter().find(|other| other.name == method.name)?;
        let message = format!(
            "`{}` and `{}` are both `{}` outside: rename one",
            other.ident, method.ident, method.name
        );
        Some(Error::new(method.ident.span(), message))
    };
    functions.iter().enumerate().filter_map(clash).collect()
}
