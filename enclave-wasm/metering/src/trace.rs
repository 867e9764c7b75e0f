//! A second rewriting for whoever wants to see a run: the same module, metered, that also tells the host which function
//! it enters and leaves.
//!
//! What is told costs no gas and takes no stack slots, so totals, traps and limits are those of the plain
//! instrumentation, at every point of the run. `enter` comes before a function's own charge and `leave` after its frame is
//! given back, so that the difference of two readings of [`crate::GAS_EXPORT`] belongs to the function between them. A run
//! that traps leaves no function: whoever listens closes those that are open. Functions have the numbers that they have in
//! the contract's own module, whose name section names them; the traced module has none.
//!
//! Never what a task runs with: workers have no use for it.

use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    BlockType, CodeSection, EntityType, Function, ImportSection, Instruction, Module, SectionId, TypeSection, ValType,
};
use wasmparser::{
    CodeSectionReader, CustomSectionReader, FuncType, FunctionBody, ImportSectionReader, KnownCustom, Operator, Parser,
    Payload, TypeRef, TypeSectionReader,
};

use crate::function_facts::position;
use crate::instrument::{instrument_in, value_type};
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::world::World;

/// The module name of what a traced module imports beside the host interface.
pub const TRACE_MODULE: &str = "enigma:trace";
/// Import that a function calls first, with its own number (`i32`).
pub const TRACE_ENTER: &str = "enter";
/// Import that a function calls last, with its own number (`i32`), unless the run has trapped.
pub const TRACE_LEAVE: &str = "leave";

/// [`crate::instrument`], with calls of `enter` and `leave` of [`TRACE_MODULE`] around every function.
///
/// # Errors
/// What [`crate::instrument`] refuses.
pub fn instrument_traced(module: &[u8], rules: u32) -> Result<Vec<u8>, Refusal> {
    instrument_traced_in(module, rules, World::SecretContract)
}

/// [`instrument_traced`], with the imports and exports of any world.
///
/// # Errors
/// What [`crate::instrument`] refuses.
pub fn instrument_traced_in(module: &[u8], rules: u32, world: World) -> Result<Vec<u8>, Refusal> {
    let metered = instrument_in(module, rules, world)?;
    // Metering wrote this module, so no reader below can fail; if one does, nothing half-made leaves this function.
    trace(module, &metered).map_err(|error| {
        let offset = match &error {
            Error::ParseError(error) => position(error.offset()),
            _ => 0,
        };
        Refusal::new(Rule::Malformed, offset, error.to_string())
    })
}

fn trace(module: &[u8], metered: &[u8]) -> Result<Vec<u8>, Error> {
    let mut tracer = Tracer::read(module, metered)?;
    let mut traced = Module::new();
    tracer.parse_core_module(&mut traced, Parser::new(0), metered)?;
    Ok(traced.finish())
}

fn defined_functions(module: &[u8]) -> Result<u32, wasmparser::Error> {
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::FunctionSection(functions) = payload? {
            return Ok(functions.count());
        }
    }
    Ok(0)
}

struct Tracer {
    types: Vec<FuncType>,
    /// Type index of each defined function.
    functions: Vec<u32>,
    imported_functions: u32,
    /// How many of the defined functions are the contract's own; those behind them are metering's, which it never calls.
    own_functions: u32,
    bodies: u32,
}

impl Tracer {
    /// Collects what the rewriting below needs to know before it meets the first body.
    fn read(module: &[u8], metered: &[u8]) -> Result<Self, wasmparser::Error> {
        let mut tracer = Self {
            types: Vec::new(),
            functions: Vec::new(),
            imported_functions: 0,
            own_functions: defined_functions(module)?,
            bodies: 0,
        };
        for payload in Parser::new(0).parse_all(metered) {
            match payload? {
                Payload::TypeSection(types) => {
                    for group in types {
                        let functions = group?.into_types().filter_map(|kind| match kind.composite_type.inner {
                            wasmparser::CompositeInnerType::Func(function) => Some(function),
                            _ => None,
                        });
                        tracer.types.extend(functions);
                    }
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        if matches!(import?.ty, TypeRef::Func(_)) {
                            tracer.imported_functions = tracer.imported_functions.saturating_add(1);
                        }
                    }
                }
                Payload::FunctionSection(functions) => {
                    tracer.functions = functions.into_iter().collect::<Result<_, _>>()?;
                }
                _ => {}
            }
        }
        Ok(tracer)
    }

    /// Index of the type of `enter` and `leave`, behind all of the module's.
    fn trace_type(&self) -> u32 {
        u32::try_from(self.types.len()).unwrap_or(u32::MAX)
    }

    fn enter(&self) -> u32 {
        self.imported_functions
    }

    fn leave(&self) -> u32 {
        self.imported_functions.saturating_add(1)
    }

    /// The type of a block that leaves what a function of this type returns. Metering has added a block type for each
    /// function type with several results.
    fn results_of(&self, type_index: u32) -> BlockType {
        let results = self.types.get(type_index as usize).map_or(&[][..], FuncType::results);
        match results {
            [] => BlockType::Empty,
            [result] => BlockType::Result(value_type(*result)),
            several => {
                let fits = |kind: &FuncType| kind.params().is_empty() && kind.results() == several;
                let found = self.types.iter().position(fits).unwrap_or(usize::MAX);
                BlockType::FunctionType(u32::try_from(found).unwrap_or(u32::MAX))
            }
        }
    }

    fn import(&self, imports: &mut ImportSection) {
        for name in [TRACE_ENTER, TRACE_LEAVE] {
            imports.import(TRACE_MODULE, name, EntityType::Function(self.trace_type()));
        }
    }

    /// A body between its two calls. It becomes a block, which `return` leaves as branches to the body's label do.
    fn surrounded(&mut self, body: &FunctionBody<'_>, number: u32, results: BlockType) -> Result<Function, Error> {
        let mut function = self.new_function_with_parsed_locals(body)?;
        let number = i32::try_from(number).unwrap_or(i32::MAX);
        function.instruction(&Instruction::I32Const(number));
        function.instruction(&Instruction::Call(self.enter()));
        function.instruction(&Instruction::Block(results));
        let mut depth = 0u32;
        for operator in body.get_operators_reader()? {
            let operator = operator?;
            match operator {
                Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => depth = depth.saturating_add(1),
                Operator::End => depth = depth.saturating_sub(1),
                _ => {}
            }
            let rewritten = match operator {
                Operator::Return => Instruction::Br(depth),
                other => self.instruction(other)?,
            };
            function.instruction(&rewritten);
        }
        function.instruction(&Instruction::I32Const(number));
        function.instruction(&Instruction::Call(self.leave()));
        function.instruction(&Instruction::End);
        Ok(function)
    }
}

impl Reencode for Tracer {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        Ok(match function < self.imported_functions {
            true => function,
            // Behind the two functions that are imported in addition.
            false => function.saturating_add(2),
        })
    }

    fn parse_type_section(&mut self, types: &mut TypeSection, section: TypeSectionReader<'_>) -> Result<(), Error> {
        utils::parse_type_section(self, types, section)?;
        types.ty().function([ValType::I32], []);
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_import_section(self, imports, section)?;
        self.import(imports);
        Ok(())
    }

    fn intersperse_section_hook(
        &mut self,
        module: &mut Module,
        after: Option<SectionId>,
        before: Option<SectionId>,
    ) -> Result<(), Error> {
        // A metered module has types; where imports do not follow them, there are none yet.
        if after == Some(SectionId::Type) && before != Some(SectionId::Import) {
            let mut imports = ImportSection::new();
            self.import(&mut imports);
            module.section(&imports);
        }
        Ok(())
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, section: CodeSectionReader<'_>) -> Result<(), Error> {
        for body in section {
            let body = body?;
            if self.bodies >= self.own_functions {
                utils::parse_function_body(self, code, body)?;
                continue;
            }
            let type_index = self.functions.get(self.bodies as usize).copied().unwrap_or(u32::MAX);
            let number = self.imported_functions.saturating_add(self.bodies);
            self.bodies = self.bodies.saturating_add(1);
            let results = self.results_of(type_index);
            code.function(&self.surrounded(&body, number, results)?);
        }
        Ok(())
    }

    fn parse_custom_section(&mut self, module: &mut Module, section: CustomSectionReader<'_>) -> Result<(), Error> {
        // Names go by numbers that are no longer true here.
        if matches!(section.as_known(), KnownCustom::Name(_)) {
            return Ok(());
        }
        utils::parse_custom_section(self, module, section)
    }
}
