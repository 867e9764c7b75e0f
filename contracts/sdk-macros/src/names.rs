//! Rust names as Solidity names.

use syn::Ident;
use syn::ext::IdentExt;

/// `add_millionaire` as `addMillionaire`. Underscores at the front, which only silence a Rust warning, go.
pub(crate) fn lower_camel_case(ident: &Ident) -> String {
    let name = ident.unraw().to_string();
    let mut words = name.split('_').filter(|word| !word.is_empty());
    let mut camel = words.next().unwrap_or_default().to_string();
    for word in words {
        let (first, rest) = word.split_at(1);
        camel.push_str(&first.to_uppercase());
        camel.push_str(rest);
    }
    camel
}

/// Whether Solidity tools accept it as a name.
pub(crate) fn is_solidity_name(name: &str) -> bool {
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '$');
    starts_well
        && name
            .chars()
            .all(|symbol| symbol.is_ascii_alphanumeric() || symbol == '_' || symbol == '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn camel(name: &str) -> String {
        lower_camel_case(&Ident::new(name, proc_macro2::Span::call_site()))
    }

    #[test]
    fn turns_snake_case_into_lower_camel_case() {
        assert_eq!(camel("add_millionaire"), "addMillionaire");
        assert_eq!(camel("richest"), "richest");
        assert_eq!(camel("_unused_worth"), "unusedWorth");
        assert_eq!(camel("sha_256_of"), "sha256Of");
        assert_eq!(camel("alreadyCamel"), "alreadyCamel");
    }
}
