//! Types that Solidity has no counterpart for, refused with what to write instead.
//!
//! Only what can be told from the name is refused here, for the sake of the message; the trait `AbiType` has the last word.

use syn::{Error, GenericArgument, PathArguments, PathSegment, Result, ReturnType, Type};

/// Refuses types that cannot be an argument, a result, part of an error or of a struct.
///
/// # Errors
/// At the place of the type, with a proposal.
pub(crate) fn check(ty: &Type) -> Result<()> {
    match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map_or(Ok(()), |segment| check_segment(ty, segment)),
        Type::Tuple(tuple) => tuple.elems.iter().try_for_each(check),
        Type::Array(array) if is_u8(&array.elem) => refuse(ty, "write `FixedBytes<N>` for Solidity's `bytesN`"),
        Type::Array(array) => check(&array.elem),
        Type::Reference(reference) => check_reference(ty, &reference.elem),
        Type::Slice(slice) if is_u8(&slice.elem) => refuse(ty, "write `Bytes`"),
        Type::Slice(_) => refuse(ty, "write `Vec<T>`"),
        Type::Paren(inner) => check(&inner.elem),
        Type::Group(inner) => check(&inner.elem),
        Type::ImplTrait(_) | Type::TraitObject(_) => refuse(ty, "Solidity has no traits; write the concrete type"),
        _ => refuse(
            ty,
            "not a type of the Solidity ABI; use numbers, `Address`, `FixedBytes<N>`, `Bytes`, `String`, `Vec<T>`, arrays, tuples or structs",
        ),
    }
}

/// Refuses the result types of a method that [`check`] refuses, also inside a `Result`.
///
/// # Errors
/// At the place of the type, with a proposal.
pub(crate) fn check_return(output: &ReturnType) -> Result<()> {
    let ReturnType::Type(_, ty) = output else { return Ok(()) };
    match result_arguments(ty) {
        Some((success, _)) => check(success),
        None => check(ty),
    }
}

/// The types `T` and `E` of a `Result<T, E>`; `E` is missing where a `Result<T>` is somebody's alias.
pub(crate) fn result_arguments(ty: &Type) -> Option<(&Type, Option<&Type>)> {
    let is_result =
        matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Result"));
    let mut types = type_arguments(ty).into_iter();
    if is_result {
        Some((types.next()?, types.next()))
    } else {
        None
    }
}

/// The types between the angle brackets of a type.
pub(crate) fn type_arguments(ty: &Type) -> Vec<&Type> {
    match ty {
        Type::Path(path) => path.path.segments.last().map_or_else(Vec::new, generic_types),
        _ => Vec::new(),
    }
}

fn check_segment(ty: &Type, segment: &PathSegment) -> Result<()> {
    let arguments = generic_types(segment);
    match segment.ident.to_string().as_str() {
        "f32" | "f64" => refuse(
            ty,
            "Solidity has no floating point; write a scaled integer, such as `U256` with 18 decimals",
        ),
        "usize" => refuse(ty, "its size differs between machines; write `u32` or `u64`"),
        "isize" => refuse(ty, "its size differs between machines; write `i32` or `i64`"),
        "char" => refuse(ty, "Solidity has no characters; write `String` or `u32`"),
        "str" => refuse(ty, "write `String`"),
        "Self" => refuse(ty, "the contract itself is not a value that can be passed"),
        "HashMap" | "BTreeMap" => refuse(ty, "Solidity's ABI has no maps; write `Vec<(K, V)>`"),
        "HashSet" | "BTreeSet" | "VecDeque" => refuse(ty, "write `Vec<T>`"),
        "Option" => refuse(
            ty,
            "Solidity has no absent values; write `(bool, T)`, or return a `Result` with an error of its own",
        ),
        "Result" => refuse(ty, "a `Result` can only be what a method returns"),
        "Box" | "Rc" | "Arc" | "Cow" => refuse(ty, "write the type that is inside"),
        "Item" | "Map" => refuse(ty, "stored fields stay in the contract; pass their values"),
        "Vec" if arguments.first().is_some_and(|element| is_u8(element)) => refuse(
            ty,
            "write `Bytes` for Solidity's `bytes`, or `Vec<Uint<8, 1>>` for `uint8[]`",
        ),
        _ => arguments.into_iter().try_for_each(check),
    }
}

fn check_reference(ty: &Type, inner: &Type) -> Result<()> {
    match inner {
        Type::Path(path) if path.path.is_ident("str") => {
            refuse(ty, "a task brings its arguments by value; write `String`")
        }
        Type::Slice(slice) if is_u8(&slice.elem) => refuse(ty, "a task brings its arguments by value; write `Bytes`"),
        Type::Slice(_) => refuse(ty, "a task brings its arguments by value; write `Vec<T>`"),
        _ => refuse(ty, "arguments and results are values; write the type without `&`"),
    }
}

fn generic_types(segment: &PathSegment) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

fn is_u8(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("u8"))
}

fn refuse(ty: &Type, proposal: &str) -> Result<()> {
    Err(Error::new_spanned(ty, proposal))
}
