//! A public method of a contract, read and checked.

use crate::docs::json_doc;
use crate::entry::{Argument, combine, solidity_name};
use crate::interface_type::{check, check_return};
use quote::ToTokens;
use syn::{Error, Expr, FnArg, Ident, ImplItemFn, Pat, PatType, Receiver, Result, ReturnType, Type};

/// Most arguments of a function, as many as a tuple may have parts.
const MAX_ARGUMENTS: usize = 12;

/// How a method takes the contract or the context.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// `&`.
    Shared,
    /// `&mut`.
    Exclusive,
}

/// What hides how a call went: attributes of methods.
#[derive(Default)]
pub(crate) struct Mends {
    /// `#[constant_gas(cost)]`.
    pub(crate) constant_gas: Option<Expr>,
    /// `#[pad_output(class)]`.
    pub(crate) pad_output: Option<Expr>,
}

/// A method that tasks can call, or the constructor.
pub(crate) struct Method {
    pub(crate) ident: Ident,
    /// Its name outside.
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) is_view: bool,
    pub(crate) mends: Mends,
    /// None for the constructor.
    pub(crate) receiver: Option<Access>,
    pub(crate) context: Option<Access>,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) output: ReturnType,
}

impl Method {
    /// Reads a method.
    ///
    /// # Errors
    /// All that the ABI cannot express, each at its place with what to write instead.
    pub(crate) fn read(function: &ImplItemFn, is_view: bool, mends: Mends) -> Result<Self> {
        let signature = &function.sig;
        let is_constructor = signature.ident == "new";
        let mut errors = unsupported_syntax(function);
        let mut keep = |result: Result<()>| errors.extend(result.err());

        let receiver = signature.receiver().map(access_of);
        keep(check_receiver(function, is_constructor, is_view));
        let (context, arguments) = read_arguments(function, is_view, &mut keep);
        if is_constructor && is_view {
            keep(Err(Error::new(
                signature.ident.span(),
                "the constructor writes; remove `#[view]`",
            )));
        }
        if let Some(class) = mends.pad_output.as_ref().filter(|_| is_constructor) {
            keep(Err(Error::new_spanned(
                class,
                "the constructor answers nothing; remove `#[pad_output]`",
            )));
        }
        if !is_constructor {
            keep(check_return(&signature.output));
        }
        let name = solidity_name(&signature.ident);
        keep(name.as_ref().map(|_| ()).map_err(Clone::clone));

        match combine(errors) {
            Some(error) => Err(error),
            None => Ok(Self {
                ident: signature.ident.clone(),
                name: name?,
                doc: json_doc(&function.attrs),
                is_view,
                mends,
                receiver,
                context,
                arguments,
                output: signature.output.clone(),
            }),
        }
    }
}

fn access_of(receiver: &Receiver) -> Access {
    if receiver.mutability.is_some() {
        Access::Exclusive
    } else {
        Access::Shared
    }
}

fn unsupported_syntax(function: &ImplItemFn) -> Vec<Error> {
    let signature = &function.sig;
    let mut errors = Vec::new();
    let mut refuse =
        |tokens: &dyn ToTokens, message: &str| errors.push(Error::new_spanned(tokens.to_token_stream(), message));
    if let Some(keyword) = &signature.asyncness {
        refuse(keyword, "the enclave runs a call from beginning to end: remove `async`");
    }
    if let Some(keyword) = &signature.unsafety {
        refuse(
            keyword,
            "a function that tasks call cannot be `unsafe`; make it a private method",
        );
    }
    if let Some(keyword) = &signature.abi {
        refuse(keyword, "the contract's entry points are generated: remove `extern`");
    }
    if !signature.generics.params.is_empty() {
        refuse(
            &signature.generics,
            "the ABI has no type parameters or lifetimes: write a function for each concrete type",
        );
    }
    if let Some(attribute) = function.attrs.iter().find(|attribute| attribute.path().is_ident("cfg")) {
        refuse(
            attribute,
            "the interface of a contract is the same in every build: remove `#[cfg]`, or make the method private",
        );
    }
    errors
}

fn check_receiver(function: &ImplItemFn, is_constructor: bool, is_view: bool) -> Result<()> {
    let signature = &function.sig;
    match signature.receiver() {
        Some(receiver) if is_constructor => Err(Error::new_spanned(
            receiver,
            "the constructor makes the contract: remove `self` and return `Self`",
        )),
        None if is_constructor => Ok(()),
        None => Err(Error::new(
            signature.ident.span(),
            "a function that tasks call takes `&self` or `&mut self`; without it, remove `pub`",
        )),
        Some(receiver) if receiver.reference.is_none() || receiver.colon_token.is_some() => Err(Error::new_spanned(
            receiver,
            "the contract outlives the call: write `&self` or `&mut self`",
        )),
        Some(receiver) if is_view && receiver.mutability.is_some() => Err(Error::new_spanned(
            receiver,
            "a view only reads: write `&self`, or remove `#[view]`",
        )),
        Some(_) => Ok(()),
    }
}

/// The context, if the method takes it, and the arguments behind it.
fn read_arguments(
    function: &ImplItemFn,
    is_view: bool,
    keep: &mut impl FnMut(Result<()>),
) -> (Option<Access>, Vec<Argument>) {
    let mut context = None;
    let mut arguments = Vec::new();
    let typed = function.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => Some(argument),
        FnArg::Receiver(_) => None,
    });
    for (position, argument) in typed.enumerate() {
        if names_context(&argument.ty) {
            keep(check_context(argument, position, is_view));
            context = Some(context_access(&argument.ty));
            continue;
        }
        keep(check(&argument.ty));
        match read_argument(argument) {
            Ok(argument) => arguments.push(argument),
            Err(error) => keep(Err(error)),
        }
    }
    if arguments.len() > MAX_ARGUMENTS {
        let message =
            format!("a function has at most {MAX_ARGUMENTS} arguments; put some into a struct with #[derive(AbiType)]");
        keep(Err(Error::new(function.sig.ident.span(), message)));
    }
    (context, arguments)
}

fn read_argument(argument: &PatType) -> Result<Argument> {
    match &*argument.pat {
        Pat::Ident(pattern) => Argument::named(&pattern.ident, &argument.ty),
        other => Err(Error::new_spanned(
            other,
            "the argument's name is part of the ABI: write a name here and take it apart in the body",
        )),
    }
}

/// Whether the type is the context or a reference to it.
pub(crate) fn names_context(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => names_context(&reference.elem),
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|segment| segment.ident == "Context"),
        _ => false,
    }
}

fn context_access(ty: &Type) -> Access {
    match ty {
        Type::Reference(reference) if reference.mutability.is_some() => Access::Exclusive,
        _ => Access::Shared,
    }
}

fn check_context(argument: &PatType, position: usize, is_view: bool) -> Result<()> {
    let refuse = |message| Err(Error::new_spanned(&argument.ty, message));
    if !matches!(*argument.ty, Type::Reference(_)) {
        return refuse("the context is lent: write `&Context`, or `&mut Context` to draw random values, call and emit");
    }
    if position > 0 {
        return refuse("the context is the first argument");
    }
    if is_view && context_access(&argument.ty) == Access::Exclusive {
        return refuse("a view only reads: write `&Context`, or remove `#[view]`");
    }
    Ok(())
}
