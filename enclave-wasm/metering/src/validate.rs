//! Checks a module against every rule and collects what the instrumenter needs, in one pass.
//!
//! The WebAssembly validator runs first on each part, so that our own rules only ever see well-formed input. What is
//! not named by a rule here is refused by the feature whitelist.

use std::collections::BTreeSet;

use wasmparser::{
    CompositeInnerType, FuncType, FuncValidatorAllocations, Parser, Payload, ValType, ValidPayload, Validator,
};

use crate::feature;
use crate::function_facts::{BodyError, FunctionFacts, inspect, position};
use crate::limits;
use crate::names;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::segments::SegmentBounds;
use crate::world::{self, World};

/// What a valid module is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModuleFacts {
    /// Bytes of the module.
    pub module_bytes: usize,
    /// Bytes of the code section.
    pub code_bytes: usize,
    /// Bytes of all custom sections.
    pub custom_bytes: usize,
    /// Host functions that the module imports, in order.
    pub imports: Vec<String>,
    /// Names that the module exports, in order.
    pub exports: Vec<String>,
    /// Pages of memory at the start.
    pub initial_pages: u64,
    /// Pages that memory may grow to, our own limit applied.
    pub maximum_pages: u64,
    /// Facts of each defined function, in order.
    pub functions: Vec<FunctionFacts>,
    /// Slots of the largest frame.
    pub largest_frame: u32,
    pub(crate) types: Vec<FuncType>,
    pub(crate) imported_functions: u32,
    pub(crate) globals: u32,
    /// Globals of the module's own that a run can change.
    pub(crate) mutable_globals: Vec<MutableGlobal>,
    /// Whether it imports a global that a run can change.
    pub(crate) imports_mutable_global: bool,
    /// LLVM's stack pointer, where the module names it.
    pub(crate) stack_pointer: Option<u32>,
}

/// Checks that a module is a valid secret contract.
///
/// # Errors
/// The first rule that is broken, in the order of the module's bytes.
pub fn validate(module: &[u8]) -> Result<ModuleFacts, Refusal> {
    validate_in(module, World::SecretContract)
}

/// [`validate`], with the imports and exports of any world.
pub fn validate_in(module: &[u8], world: World) -> Result<ModuleFacts, Refusal> {
    check_header(module)?;
    let mut checker = Checker::new(module, world);
    checker.module()?;
    Ok(checker.facts)
}

fn check_header(module: &[u8]) -> Result<(), Refusal> {
    if module.len() > limits::MAX_MODULE_BYTES {
        return Err(Refusal::new(
            Rule::TooLarge,
            0,
            format!("it has {} bytes", module.len()),
        ));
    }
    if Parser::is_component(module) {
        return Err(Refusal::new(
            Rule::IsComponent,
            0,
            "its header names the component layer",
        ));
    }
    if !Parser::is_core_wasm(module) {
        return Err(Refusal::new(
            Rule::NotWasm,
            0,
            "it does not begin with the bytes 00 61 73 6d 01 00 00 00",
        ));
    }
    Ok(())
}

mod interface;
mod restorable;

pub(crate) use restorable::MutableGlobal;
mod survey;

use survey::bound;
pub use survey::{MAX_SURVEYED, survey};

struct Checker<'a> {
    module: &'a [u8],
    world: World,
    validator: Validator,
    allocations: FuncValidatorAllocations,
    facts: ModuleFacts,
    /// Type index of every function, imported ones first.
    function_types: Vec<u32>,
    immutable_globals: BTreeSet<u32>,
    /// Globals that could be LLVM's stack pointer: mutable `i32` ones.
    pointer_globals: BTreeSet<u32>,
    segments: SegmentBounds,
    bodies: u32,
    /// What is broken so far, where reading goes on behind it.
    surveyed: Option<Vec<Refusal>>,
}

impl<'a> Checker<'a> {
    fn new(module: &'a [u8], world: World) -> Self {
        Self {
            module,
            world,
            validator: Validator::new_with_features(feature::allowed()),
            allocations: FuncValidatorAllocations::default(),
            facts: ModuleFacts {
                module_bytes: module.len(),
                ..ModuleFacts::default()
            },
            function_types: Vec::new(),
            immutable_globals: BTreeSet::new(),
            pointer_globals: BTreeSet::new(),
            segments: SegmentBounds::default(),
            bodies: 0,
            surveyed: None,
        }
    }

    fn module(&mut self) -> Result<(), Refusal> {
        for payload in Parser::new(0).parse_all(self.module) {
            let payload = payload.map_err(|error| self.invalid(&error, None))?;
            self.payload(&payload)?;
        }
        self.finish()
    }

    fn invalid(&self, error: &wasmparser::Error, function: Option<u32>) -> Refusal {
        let rule = feature::culprit(self.module, error);
        let refusal = Refusal::new(rule, position(error.offset()), error.message());
        match function {
            Some(index) => refusal.in_function(self.module, index),
            None => refusal,
        }
    }

    fn payload(&mut self, payload: &Payload<'a>) -> Result<(), Refusal> {
        if let Payload::StartSection { func, range } = payload {
            let refusal = Refusal::new(
                Rule::StartSection,
                position(range.start),
                "code would run before gas is set",
            );
            return self.note(Err(refusal.in_function(self.module, *func)));
        }
        match self
            .validator
            .payload(payload)
            .map_err(|error| self.invalid(&error, None))?
        {
            ValidPayload::Func(function, body) => {
                let index = self.facts.imported_functions.saturating_add(self.bodies);
                self.bodies = self.bodies.saturating_add(1);
                let size = body.as_bytes().len();
                let bounded = bound(
                    Rule::FunctionTooLarge,
                    size,
                    limits::MAX_FUNCTION_BYTES,
                    body.range().start,
                );
                self.note(bounded.map_err(|refusal| refusal.in_function(self.module, index)))?;
                let mut validator = function.into_validator(std::mem::take(&mut self.allocations));
                let type_index = self.type_of(index);
                let outcome = inspect(&mut validator, &body, type_index);
                self.allocations = validator.into_allocations();
                match outcome {
                    Ok(facts) => {
                        self.facts.functions.push(facts);
                        Ok(())
                    }
                    Err(error) => self.note(Err(self.body_refusal(error, index))),
                }
            }
            _ => self.section(payload),
        }
    }

    fn body_refusal(&self, error: BodyError, function: u32) -> Refusal {
        match error {
            BodyError::Invalid(error) => self.invalid(&error, Some(function)),
            BodyError::Broken(rule, offset, detail) => {
                Refusal::new(rule, offset, detail).in_function(self.module, function)
            }
        }
    }

    fn type_of(&self, function: u32) -> u32 {
        self.function_types.get(function as usize).copied().unwrap_or(u32::MAX)
    }

    fn section(&mut self, payload: &Payload<'a>) -> Result<(), Refusal> {
        let start = payload.as_section().map_or(0, |(_, range)| range.start);
        match payload {
            Payload::TypeSection(section) => {
                self.note_bound(
                    Rule::FunctionsTooMany,
                    section.count() as usize,
                    limits::MAX_TYPES as usize,
                    start,
                )?;
                for group in section.clone() {
                    self.types(group.map_err(|error| self.invalid(&error, None))?, start)?;
                }
            }
            Payload::ImportSection(section) => self.imports(section.clone())?,
            Payload::FunctionSection(section) => {
                self.note_bound(
                    Rule::FunctionsTooMany,
                    section.count() as usize,
                    limits::MAX_FUNCTIONS as usize,
                    start,
                )?;
                for type_index in section.clone() {
                    self.function_types
                        .push(type_index.map_err(|error| self.invalid(&error, None))?);
                }
            }
            Payload::TableSection(section) => {
                self.note_bound(
                    Rule::TableTooLarge,
                    section.count() as usize,
                    limits::MAX_TABLES as usize,
                    start,
                )?;
                for table in section.clone() {
                    let table = table.map_err(|error| self.invalid(&error, None))?;
                    let initial = usize::try_from(table.ty.initial).unwrap_or(usize::MAX);
                    self.note_bound(Rule::TableTooLarge, initial, limits::MAX_TABLE_ENTRIES as usize, start)?;
                    self.segments.tables.push(table.ty.initial);
                }
            }
            Payload::MemorySection(section) => {
                for memory in section.clone() {
                    let memory = memory.map_err(|error| self.invalid(&error, None))?;
                    let outcome = self.memory(memory.initial, memory.maximum, start);
                    self.note(outcome)?;
                }
            }
            Payload::GlobalSection(section) => {
                self.note_bound(
                    Rule::GlobalsTooMany,
                    section.count() as usize,
                    limits::MAX_GLOBALS as usize,
                    start,
                )?;
                for global in section.clone() {
                    let global = global.map_err(|error| self.invalid(&error, None))?;
                    if global.ty.mutable {
                        self.facts.mutable_globals.push(MutableGlobal {
                            index: self.facts.globals,
                            initial: global.init_expr.get_binary_reader().range(),
                        });
                    }
                    self.global(global.ty);
                }
            }
            Payload::ExportSection(section) => {
                for export in section.clone().into_iter_with_offsets() {
                    let (offset, export) = export.map_err(|error| self.invalid(&error, None))?;
                    let outcome = self.export(export, position(offset));
                    self.note(outcome)?;
                }
            }
            Payload::ElementSection(section) => {
                self.note_bound(
                    Rule::SegmentsTooMany,
                    section.count() as usize,
                    limits::MAX_SEGMENTS as usize,
                    start,
                )?;
                for element in section.clone() {
                    let element = element.map_err(|error| self.invalid(&error, None))?;
                    self.note(self.segments.element(&element))?;
                }
            }
            Payload::DataSection(section) => {
                self.note_bound(
                    Rule::SegmentsTooMany,
                    section.count() as usize,
                    limits::MAX_SEGMENTS as usize,
                    start,
                )?;
                for data in section.clone() {
                    let data = data.map_err(|error| self.invalid(&error, None))?;
                    self.note(self.segments.data(&data))?;
                }
            }
            Payload::CodeSectionStart { unchecked_range, .. } => {
                let size = position(unchecked_range.end.saturating_sub(unchecked_range.start));
                self.facts.code_bytes = size;
                self.note_bound(Rule::CodeTooLarge, size, limits::MAX_CODE_BYTES, unchecked_range.start)?;
            }
            Payload::CustomSection(section) => {
                let range = section.range();
                let size = position(range.end.saturating_sub(range.start));
                self.facts.custom_bytes = self.facts.custom_bytes.saturating_add(size);
                self.note_bound(
                    Rule::CustomSectionsTooLarge,
                    self.facts.custom_bytes,
                    limits::MAX_CUSTOM_BYTES,
                    range.start,
                )?;
                let named = names::stack_pointer(section);
                self.facts.stack_pointer = self.facts.stack_pointer.or(named);
            }
            _ => {}
        }
        Ok(())
    }

    fn types(&mut self, group: wasmparser::RecGroup, start: u64) -> Result<(), Refusal> {
        for sub_type in group.into_types() {
            let CompositeInnerType::Func(function) = sub_type.composite_type.inner else {
                return Err(Refusal::new(
                    Rule::FeatureGc,
                    position(start),
                    "a type is not a function type",
                ));
            };
            self.facts.types.push(function);
        }
        Ok(())
    }

    fn memory(&mut self, initial: u64, maximum: Option<u64>, start: u64) -> Result<(), Refusal> {
        if initial > limits::MAX_INITIAL_PAGES {
            let detail = format!("{initial} pages, at most {} are allowed", limits::MAX_INITIAL_PAGES);
            return Err(Refusal::new(Rule::MemoryTooLarge, position(start), detail));
        }
        self.facts.initial_pages = initial;
        self.segments.memory_bytes = initial.saturating_mul(65_536);
        self.facts.maximum_pages = maximum.unwrap_or(limits::MAX_PAGES).min(limits::MAX_PAGES);
        Ok(())
    }

    fn global(&mut self, global: wasmparser::GlobalType) {
        if !global.mutable {
            self.immutable_globals.insert(self.facts.globals);
        } else if global.content_type == ValType::I32 {
            self.pointer_globals.insert(self.facts.globals);
        }
        self.facts.globals = self.facts.globals.saturating_add(1);
    }

    fn finish(&mut self) -> Result<(), Refusal> {
        self.facts.stack_pointer = self
            .facts
            .stack_pointer
            .filter(|index| self.pointer_globals.contains(index));
        self.facts.largest_frame = self
            .facts
            .functions
            .iter()
            .map(|facts| facts.frame_slots)
            .max()
            .unwrap_or(0);
        if self.world == World::SecretContract {
            let required = world::REQUIRED_FUNCTIONS.iter().chain([&world::MEMORY_EXPORT]);
            for name in required {
                if !self.facts.exports.iter().any(|export| export == name) {
                    let missing = Refusal::new(Rule::ExportMissing, self.module.len(), format!("`{name}`"));
                    self.note(Err(missing))?;
                }
            }
        }
        Ok(())
    }
}
