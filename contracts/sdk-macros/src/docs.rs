//! Doc comments as text of the JSON ABI.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The doc comment, its lines joined, escaped for a JSON string.
pub(crate) fn json_doc(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes.iter().filter_map(line).collect();
    escape(lines.join("\n").trim())
}

fn line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(doc) = &attribute.meta else {
        return None;
    };
    let Expr::Lit(ExprLit {
        lit: Lit::Str(text), ..
    }) = &doc.value
    else {
        return None;
    };
    let text = text.value();
    doc.path
        .is_ident("doc")
        .then(|| text.strip_prefix(' ').unwrap_or(&text).trim_end().to_string())
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for symbol in text.chars() {
        match symbol {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            control if u32::from(control) < 0x20 => escaped.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => escaped.push(other),
        }
    }
    escaped
}
