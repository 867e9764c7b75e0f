//! Imports and exports: only those of the contract's world, with its signatures.

use wasmparser::{ExternalKind, TypeRef, ValType};

use super::Checker;
use crate::function_facts::position;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::world::{self, World};

impl<'a> Checker<'a> {
    pub(super) fn imports(&mut self, section: wasmparser::ImportSectionReader<'a>) -> Result<(), Refusal> {
        for import in section.into_imports_with_offsets() {
            let (offset, import) = import.map_err(|error| self.invalid(&error, None))?;
            let offset = position(offset);
            match import.ty {
                TypeRef::Func(type_index) => {
                    self.facts.imported_functions = self.facts.imported_functions.saturating_add(1);
                    self.function_types.push(type_index);
                }
                TypeRef::Global(global) => {
                    self.facts.imports_mutable_global |= global.mutable;
                    self.global(global);
                }
                _ => {}
            }
            if self.world == World::SecretContract {
                let outcome = self.check_import(&import, offset);
                self.note(outcome)?;
            } else if matches!(import.ty, TypeRef::Memory(_) | TypeRef::Table(_)) {
                // Their limits are the importer's to set, so they could not be bounded here.
                return Err(Refusal::new(
                    Rule::ImportUnknown,
                    offset,
                    "memory and tables cannot be imported",
                ));
            }
        }
        Ok(())
    }

    fn check_import(&mut self, import: &wasmparser::Import<'_>, offset: usize) -> Result<(), Refusal> {
        let full = format!("`{}` of `{}`", import.name, import.module);
        let known = if import.module == world::HOST_MODULE {
            world::host_function(import.name)
        } else {
            None
        };
        let (Some(function), TypeRef::Func(type_index)) = (known, import.ty) else {
            return Err(Refusal::new(Rule::ImportUnknown, offset, full));
        };
        let (params, results) = function.core_signature();
        let found = self.facts.types.get(type_index as usize);
        if !found.is_some_and(|found| found.params() == params && found.results() == results) {
            return Err(Refusal::new(Rule::ImportSignature, offset, full));
        }
        if self.facts.imports.iter().any(|name| name == import.name) {
            return Err(Refusal::new(Rule::ImportDuplicate, offset, full));
        }
        self.facts.imports.push(import.name.to_string());
        Ok(())
    }

    pub(super) fn export(&mut self, export: wasmparser::Export<'_>, offset: usize) -> Result<(), Refusal> {
        let detail = format!("`{}`", export.name);
        if export.name.starts_with("enigma_") {
            return Err(Refusal::new(Rule::ExportReserved, offset, detail));
        }
        self.facts.exports.push(export.name.to_string());
        if self.world == World::Any {
            return Ok(());
        }
        match export.kind {
            ExternalKind::Memory if export.name == world::MEMORY_EXPORT => Ok(()),
            ExternalKind::Global
                if world::LINKER_GLOBALS.contains(&export.name) && self.immutable_globals.contains(&export.index) =>
            {
                Ok(())
            }
            ExternalKind::Func => {
                let Some((params, results)) = world::exported_function(export.name) else {
                    return Err(Refusal::new(Rule::ExportUnknown, offset, detail));
                };
                if self.has_signature(export.index, params, results) {
                    return Ok(());
                }
                Err(Refusal::new(Rule::ExportSignature, offset, detail).in_function(self.module, export.index))
            }
            _ => Err(Refusal::new(Rule::ExportUnknown, offset, detail)),
        }
    }

    fn has_signature(&self, function: u32, params: &[ValType], results: &[ValType]) -> bool {
        let found = self.facts.types.get(self.type_of(function) as usize);
        found.is_some_and(|found| found.params() == params && found.results() == results)
    }
}
