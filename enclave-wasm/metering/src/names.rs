//! Names of functions, from the module's name section.

use wasmparser::{KnownCustom, Name, Parser, Payload};

/// The demangled name of a function, or `#index` where the module does not name it.
pub(crate) fn function_name(module: &[u8], index: u32) -> String {
    match find(module, index) {
        Some(name) => format!("{:#}", rustc_demangle::demangle(name)),
        None => format!("#{index}"),
    }
}

fn find(module: &[u8], index: u32) -> Option<&str> {
    for payload in Parser::new(0).parse_all(module) {
        let Payload::CustomSection(section) = payload.ok()? else { continue };
        let KnownCustom::Name(subsections) = section.as_known() else { continue };
        for subsection in subsections {
            let Name::Function(functions) = subsection.ok()? else { continue };
            for naming in functions {
                let naming = naming.ok()?;
                if naming.index == index {
                    return Some(naming.name);
                }
            }
        }
    }
    None
}
