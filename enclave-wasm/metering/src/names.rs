//! Names of functions, from the module's name section.

use wasmparser::{KnownCustom, Name, Parser, Payload};

/// The demangled name of a function, or `#index` where the module does not name it.
pub(crate) fn function_name(module: &[u8], index: u32) -> String {
    match find(module, index) {
        Some(name) => format!("{:#}", rustc_demangle::demangle(name)),
        None => format!("#{index}"),
    }
}

/// The demangled names of all functions, imported ones first; `#index` for those that the module does not name. Empty for bytes that are
/// no module.
pub fn function_names(module: &[u8]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut count = 0usize;
    for payload in Parser::new(0).parse_all(module) {
        match payload {
            Ok(Payload::ImportSection(imports)) => {
                let functions = imports.into_imports().flatten();
                let functions = functions.filter(|import| matches!(import.ty, wasmparser::TypeRef::Func(_)));
                count = count.saturating_add(functions.count());
            }
            Ok(Payload::FunctionSection(functions)) => {
                count = count.saturating_add(usize::try_from(functions.count()).unwrap_or(0));
                names = (0..count).map(|index| format!("#{index}")).collect();
            }
            Ok(Payload::CustomSection(section)) => name_all(&section, &mut names),
            Ok(_) => {}
            Err(_) => return names,
        }
    }
    names
}

fn name_all(section: &wasmparser::CustomSectionReader<'_>, names: &mut [String]) {
    let KnownCustom::Name(subsections) = section.as_known() else {
        return;
    };
    for subsection in subsections.flatten() {
        let Name::Function(functions) = subsection else {
            continue;
        };
        for naming in functions.into_iter().flatten() {
            let index = usize::try_from(naming.index).unwrap_or(usize::MAX);
            if let Some(name) = names.get_mut(index) {
                *name = format!("{:#}", rustc_demangle::demangle(naming.name));
            }
        }
    }
}

/// The index of the global that a name section calls `__stack_pointer`: where LLVM keeps the end of its stack in memory.
/// A name section that cannot be read names nothing.
pub(crate) fn stack_pointer(section: &wasmparser::CustomSectionReader<'_>) -> Option<u32> {
    let KnownCustom::Name(subsections) = section.as_known() else {
        return None;
    };
    for subsection in subsections {
        let Name::Global(globals) = subsection.ok()? else {
            continue;
        };
        for naming in globals {
            let naming = naming.ok()?;
            if naming.name == "__stack_pointer" {
                return Some(naming.index);
            }
        }
    }
    None
}

fn find(module: &[u8], index: u32) -> Option<&str> {
    for payload in Parser::new(0).parse_all(module) {
        let Payload::CustomSection(section) = payload.ok()? else {
            continue;
        };
        let KnownCustom::Name(subsections) = section.as_known() else {
            continue;
        };
        for subsection in subsections {
            let Name::Function(functions) = subsection.ok()? else {
                continue;
            };
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
