//! Rewrites a valid module so that it meters itself.
//!
//! Nothing is renumbered: types, globals, locals and exports are only appended, so that the name section and the
//! interface types (`component-type`) keep their meaning, and a component can be made of the result. Sections that need no
//! change are copied byte for byte.

use wasm_encoder::{BlockType, Encode, MemoryType, RefType, TableType, ValType as Out};
use wasmparser::{Parser, Payload, ValType};

use crate::body::{Surroundings, rewrite};
use crate::function_facts::{FunctionFacts, position};
use crate::limits;
use crate::prices::{PriceSchedule, schedule};
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::sequence::Globals;
use crate::validate::{ModuleFacts, validate_in};
use crate::world::World;

mod added;

use added::added_globals;

/// Version of the rewriting itself. A cache of instrumented or compiled modules is keyed by it, by the code hash and by
/// the rules.
pub const INSTRUMENTER_VERSION: u32 = 2;

/// Export of the gas that is left: a mutable `i64`, zero until the host sets it.
pub const GAS_EXPORT: &str = "enigma_gas";
/// Export of the stack slots that are left: a mutable `i32`.
pub const STACK_EXPORT: &str = "enigma_stack";
/// Export that says why a trap is metering's own: a mutable `i32`.
pub const FAULT_EXPORT: &str = "enigma_fault";
/// Export by which the host charges: a function that takes an amount (`i32`, unsigned) from gas and answers 1 where gas is
/// then below zero, else 0. In JavaScript a call of it costs a tenth of an access to an `i64` global.
pub const CHARGE_EXPORT: &str = "enigma_charge";
/// Export that puts every global back to what it was when the instance was made: a function without arguments and results. A module
/// that may change a table or drop a segment has none: only a new instance is as new then.
pub const RESTORE_EXPORT: &str = "enigma_restore";

/// Validates a secret-contract module and makes it meter itself under these rules.
///
/// # Errors
/// What [`crate::validate`] refuses, and rules that are not known.
pub fn instrument(module: &[u8], rules: u32) -> Result<Vec<u8>, Refusal> {
    instrument_in(module, rules, World::SecretContract)
}

/// [`instrument`], with the imports and exports of any world.
pub fn instrument_in(module: &[u8], rules: u32, world: World) -> Result<Vec<u8>, Refusal> {
    let Some(schedule) = schedule(rules) else {
        return Err(Refusal::new(Rule::RulesUnknown, 0, format!("rules {rules}")));
    };
    let facts = validate_in(module, world)?;
    let mut writer = Writer::new(module, &facts, schedule);
    // The module is valid, so no reader below can fail; if one does, nothing half-made leaves this function.
    writer
        .write()
        .map_err(|error| Refusal::new(Rule::Malformed, position(error.offset()), error.message()))
}

/// Ids of the sections that metering appends to, or changes.
mod section {
    pub const TYPE: u8 = 1;
    pub const FUNCTION: u8 = 3;
    pub const TABLE: u8 = 4;
    pub const MEMORY: u8 = 5;
    pub const GLOBAL: u8 = 6;
    pub const EXPORT: u8 = 7;
    pub const CODE: u8 = 10;
    /// Every section that a contract may have, in order; custom sections stand anywhere.
    pub const ORDER: [u8; 12] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11];
    /// The sections that metering appends to, in order.
    pub const APPENDED: [u8; 5] = [TYPE, FUNCTION, GLOBAL, EXPORT, CODE];
}

struct Writer<'a> {
    module: &'a [u8],
    facts: &'a ModuleFacts,
    schedule: &'a PriceSchedule,
    globals: Globals,
    out: Vec<u8>,
    table_limits: Vec<i32>,
    /// Index of the added block type of each function type that returns several values.
    block_types: Vec<(u32, u32)>,
    /// Index of the type of `enigma_charge`.
    charge_type: u32,
    /// Index of the type of `enigma_restore`.
    restore_type: u32,
    /// How many of the sections that metering appends to are written.
    appended: usize,
    code: Vec<u8>,
    bodies: usize,
}

impl<'a> Writer<'a> {
    fn new(module: &'a [u8], facts: &'a ModuleFacts, schedule: &'a PriceSchedule) -> Self {
        let gas = facts.globals;
        let globals = Globals {
            gas,
            stack: gas.saturating_add(1),
            fault: gas.saturating_add(2),
        };
        Self {
            module,
            facts,
            schedule,
            globals,
            out: Vec::with_capacity(module.len().saturating_mul(5) / 4),
            table_limits: Vec::new(),
            block_types: Vec::new(),
            charge_type: 0,
            restore_type: 0,
            appended: 0,
            code: Vec::new(),
            bodies: 0,
        }
    }

    fn write(&mut self) -> Result<Vec<u8>, wasmparser::Error> {
        self.out.extend_from_slice(self.module.get(..8).unwrap_or_default());
        for payload in Parser::new(0).parse_all(self.module) {
            let payload = payload?;
            if let Some((id, _)) = payload.as_section() {
                self.make_missing(id);
            }
            self.payload(&payload)?;
        }
        self.make_missing(u8::MAX);
        Ok(std::mem::take(&mut self.out))
    }

    /// Makes those sections that metering appends to, that the module lacks, and whose place is before section `id`.
    fn make_missing(&mut self, id: u8) {
        let place = |id: u8| section::ORDER.iter().position(|known| *known == id);
        let here = match id {
            u8::MAX => section::ORDER.len(),
            // Custom sections have no place.
            id => match place(id) {
                Some(here) => here,
                None => return,
            },
        };
        while let Some(next) = section::APPENDED.get(self.appended).copied() {
            if place(next).is_none_or(|place| place >= here) {
                return;
            }
            match next {
                section::CODE => self.begin_code(0),
                next => self.append_to(next, 0, &[]),
            }
        }
    }

    fn payload(&mut self, payload: &Payload<'a>) -> Result<(), wasmparser::Error> {
        match payload {
            Payload::TypeSection(types) => self.append_to(section::TYPE, types.count(), self.items(types.range())),
            Payload::FunctionSection(functions) => {
                self.append_to(section::FUNCTION, functions.count(), self.items(functions.range()));
            }
            Payload::TableSection(tables) => self.tables(tables.clone())?,
            Payload::MemorySection(memories) => self.memories(memories.clone())?,
            Payload::GlobalSection(globals) => {
                self.append_to(section::GLOBAL, globals.count(), self.items(globals.range()));
            }
            Payload::ExportSection(exports) => {
                self.append_to(section::EXPORT, exports.count(), self.items(exports.range()));
            }
            Payload::CodeSectionStart { count, .. } => self.begin_code(*count),
            Payload::CodeSectionEntry(body) => {
                let Some(facts) = self.facts.functions.get(self.bodies).copied() else {
                    return Ok(());
                };
                self.bodies = self.bodies.saturating_add(1);
                self.body(body, &facts)?;
                self.end_code();
            }
            // Hints for engines by the offset of an instruction, which are no longer where they were.
            Payload::CustomSection(section) if section.name().starts_with("metadata.code.") => {}
            other => {
                if let Some((id, range)) = other.as_section() {
                    let bytes = self.bytes(range);
                    self.section(id, bytes);
                }
            }
        }
        Ok(())
    }

    fn begin_code(&mut self, count: u32) {
        self.code.clear();
        count.saturating_add(self.added_functions()).encode(&mut self.code);
        self.end_code();
    }

    /// Writes the code section once all bodies are there.
    fn end_code(&mut self) {
        if self.bodies < self.facts.functions.len() {
            return;
        }
        self.globals.charge_function(&mut self.code);
        if self.facts.is_restorable() {
            self.restore_function();
        }
        let code = std::mem::take(&mut self.code);
        self.section(section::CODE, &code);
        self.appended = self.appended.saturating_add(1);
    }

    fn body(&mut self, body: &wasmparser::FunctionBody<'a>, facts: &FunctionFacts) -> Result<(), wasmparser::Error> {
        let around = Surroundings {
            module: self.module,
            globals: self.globals,
            weights: &self.schedule.weights,
            memory_limit: i32::try_from(self.facts.maximum_pages).unwrap_or(0),
            table_limits: &self.table_limits,
            stack_pointer: self.facts.stack_pointer,
        };
        let results = self.results_of(facts.type_index);
        rewrite(&around, body, facts, results, &mut self.code)
    }

    /// The type of a block that leaves what the function returns.
    fn results_of(&self, type_index: u32) -> BlockType {
        if let Some((_, block)) = self.block_types.iter().find(|(function, _)| *function == type_index) {
            return BlockType::FunctionType(*block);
        }
        let results = self
            .facts
            .types
            .get(type_index as usize)
            .map_or(&[][..], |found| found.results());
        results
            .first()
            .map_or(BlockType::Empty, |result| BlockType::Result(value_type(*result)))
    }

    fn section(&mut self, id: u8, content: &[u8]) {
        self.out.push(id);
        content.encode(&mut self.out);
    }

    fn bytes(&self, range: std::ops::Range<u64>) -> &'a [u8] {
        self.module
            .get(position(range.start)..position(range.end))
            .unwrap_or_default()
    }

    /// The items of a section, without their count (which may be written with more bytes than it needs).
    fn items(&self, range: std::ops::Range<u64>) -> &'a [u8] {
        let section = self.bytes(range);
        let length = section
            .iter()
            .take_while(|byte| **byte & 0x80 != 0)
            .count()
            .saturating_add(1);
        section.get(length..).unwrap_or_default()
    }

    /// Writes a section with metering's own items behind the module's.
    fn append_to(&mut self, id: u8, count: u32, items: &[u8]) {
        let mut added = Vec::new();
        let more = match id {
            section::TYPE => self.added_types(count, &mut added),
            section::FUNCTION => {
                self.charge_type.encode(&mut added);
                if self.facts.is_restorable() {
                    self.restore_type.encode(&mut added);
                }
                self.added_functions()
            }
            section::GLOBAL => added_globals(&mut added),
            _ => self.added_exports(&mut added),
        };
        let mut content = Vec::with_capacity(items.len().saturating_add(added.len()).saturating_add(5));
        count.saturating_add(more).encode(&mut content);
        content.extend_from_slice(items);
        content.extend_from_slice(&added);
        self.section(id, &content);
        self.appended = self.appended.saturating_add(1);
    }

    fn tables(&mut self, tables: wasmparser::TableSectionReader<'a>) -> Result<(), wasmparser::Error> {
        let mut content = Vec::new();
        tables.count().encode(&mut content);
        for table in tables {
            let table = table?;
            let limit = u64::from(limits::MAX_TABLE_ENTRIES);
            let maximum = table.ty.maximum.unwrap_or(limit).min(limit);
            self.table_limits.push(i32::try_from(maximum).unwrap_or(0));
            let element_type = if table.ty.element_type.is_extern_ref() {
                RefType::EXTERNREF
            } else {
                RefType::FUNCREF
            };
            let minimum = table.ty.initial;
            TableType {
                element_type,
                table64: false,
                minimum,
                maximum: Some(maximum),
                shared: false,
            }
            .encode(&mut content);
        }
        self.section(section::TABLE, &content);
        Ok(())
    }

    fn memories(&mut self, memories: wasmparser::MemorySectionReader<'a>) -> Result<(), wasmparser::Error> {
        let mut content = Vec::new();
        memories.count().encode(&mut content);
        for memory in memories {
            let minimum = memory?.initial;
            let maximum = Some(self.facts.maximum_pages);
            MemoryType {
                minimum,
                maximum,
                memory64: false,
                shared: false,
                page_size_log2: None,
            }
            .encode(&mut content);
        }
        self.section(section::MEMORY, &content);
        Ok(())
    }
}

/// A function type, as the type section writes it.
fn function_type(out: &mut Vec<u8>, params: &[Out], results: &[Out]) {
    out.push(0x60);
    for list in [params, results] {
        list.len().encode(out);
        for value in list {
            value.encode(out);
        }
    }
}

pub(crate) fn value_type(value: ValType) -> Out {
    match value {
        ValType::I32 => Out::I32,
        ValType::I64 => Out::I64,
        ValType::F32 => Out::F32,
        ValType::F64 => Out::F64,
        ValType::V128 => Out::V128,
        ValType::Ref(reference) if reference.is_extern_ref() => Out::EXTERNREF,
        ValType::Ref(_) => Out::FUNCREF,
    }
}
