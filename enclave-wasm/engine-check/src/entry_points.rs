//! Puts the entry points of a contract around a generated module.

use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    BlockType, CodeSection, ExportSection, Function, FunctionSection, Instruction as I, MemArg, MemoryType, Module,
    TypeSection, ValType,
};
use wasmparser::{
    CodeSectionReader, CompositeInnerType, CustomSectionReader, ExportSectionReader, FuncType, FunctionSectionReader,
    Parser, Payload, TypeRef, TypeSectionReader,
};

use crate::random_contract::{body, contract_exports};

/// Where lists for the contract are put.
const INPUT: i32 = 4_096;
/// Where the entry points leave their result.
const RESULT_AREA: i32 = 32;
/// Where results and globals are left, eight bytes each.
const VALUES: u64 = 64;
/// Bytes of memory, from its start, that a run returns.
const RETURNED: i32 = 3_000;
/// Bytes between the words of memory that are summed.
const STRIDE: i32 = 64;

/// Makes a contract of a module that imports nothing but host functions and exports everything. The recursion of the
/// contract has frames with so many more locals.
pub fn surround(generated: &[u8], frame_locals: u32) -> Result<Vec<u8>, Error> {
    let mut shaper = Shaper::read(generated, frame_locals)?;
    let mut module = Module::new();
    shaper.parse_core_module(&mut module, Parser::new(0), generated)?;
    Ok(module.finish())
}

struct Shaper {
    types: Vec<FuncType>,
    imported: u32,
    /// Type index of each defined function.
    functions: Vec<u32>,
    globals: Vec<wasmparser::GlobalType>,
    frame_locals: u32,
}

impl Shaper {
    fn read(generated: &[u8], frame_locals: u32) -> Result<Self, wasmparser::Error> {
        let mut shaper = Self {
            types: Vec::new(),
            imported: 0,
            functions: Vec::new(),
            globals: Vec::new(),
            frame_locals,
        };
        for payload in Parser::new(0).parse_all(generated) {
            match payload? {
                Payload::TypeSection(types) => {
                    for group in types {
                        let functions = group?.into_types().filter_map(|kind| match kind.composite_type.inner {
                            CompositeInnerType::Func(function) => Some(function),
                            _ => None,
                        });
                        shaper.types.extend(functions);
                    }
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        shaper.imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::FunctionSection(functions) => {
                    shaper.functions = functions.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::GlobalSection(globals) => {
                    for global in globals {
                        shaper.globals.push(global?.ty);
                    }
                }
                _ => {}
            }
        }
        Ok(shaper)
    }

    /// Index of the `place`-th appended function: recurse, `cabi_realloc`, deploy, call.
    fn appended(&self, place: u32) -> u32 {
        self.imported + u32::try_from(self.functions.len()).unwrap_or(0) + place
    }

    /// Index of the `place`-th appended type: those of recurse, `cabi_realloc` and the entry points.
    fn appended_type(&self, place: u32) -> u32 {
        u32::try_from(self.types.len()).unwrap_or(0) + place
    }

    /// As deep as its argument says.
    fn recurse(&self) -> Function {
        let mut function = body(&[(self.frame_locals, ValType::I64)]);
        for instruction in [
            I::LocalGet(0),
            I::If(BlockType::Result(ValType::I32)),
            I::LocalGet(0),
            I::I32Const(1),
            I::I32Sub,
            I::Call(self.appended(0)),
            I::I32Const(1),
            I::I32Add,
            I::Else,
            I::I32Const(0),
            I::End,
            I::End,
        ] {
            function.instruction(&instruction);
        }
        function
    }

    fn entry_point(&self) -> Function {
        let mut function = body(&[(1, ValType::I32), (1, ValType::I64)]);
        let input = |at: u64| [I::LocalGet(0), I::I32Load8U(memory(at, 0))];
        let mut add = |instructions: &[I<'_>]| {
            for instruction in instructions {
                function.instruction(instruction);
            }
        };
        // Grow, recurse.
        add(&input(3));
        add(&[I::MemoryGrow(0), I::Drop]);
        add(&[
            I::LocalGet(0),
            I::I32Load16U(memory(1, 0)),
            I::Call(self.appended(0)),
            I::Drop,
        ]);
        let defined = (self.imported..).zip(&self.functions);
        for (place, (index, type_index)) in defined.enumerate() {
            add(&input(0));
            add(&[
                I::I32Const(i32::try_from(place).unwrap_or(0)),
                I::I32Eq,
                I::If(BlockType::Empty),
            ]);
            if let Some(kind) = self.types.get(*type_index as usize) {
                add(&call_and_store(index, kind));
            }
            add(&[I::End]);
        }
        for (place, global) in self.globals.iter().enumerate() {
            let index = u32::try_from(place).unwrap_or(0);
            add(&store_at(
                VALUES + 256 + 8 * place as u64,
                global.content_type,
                &[I::GlobalGet(index)],
            ));
        }
        add(&sum_of_memory());
        add(&answer());
        function
    }
}

/// Calls a function with an argument for each parameter and keeps its results.
fn call_and_store(function: u32, kind: &FuncType) -> Vec<I<'static>> {
    let arguments = kind
        .params()
        .iter()
        .enumerate()
        .map(|(place, param)| argument(place, *param));
    let mut instructions: Vec<I<'static>> = arguments.collect();
    instructions.push(I::Call(function));
    // The last result is on top. What cannot be stored under it in order goes through memory one by one.
    for (place, result) in kind.results().iter().enumerate().rev() {
        instructions.extend(store_top(VALUES + 8 * place as u64, *result));
    }
    instructions
}

fn argument(place: usize, kind: wasmparser::ValType) -> I<'static> {
    let number = u8::try_from((place * 7 + 1) % 5).unwrap_or(0);
    match kind {
        wasmparser::ValType::I32 => I::I32Const(i32::from(number)),
        wasmparser::ValType::I64 => I::I64Const(i64::from(number)),
        wasmparser::ValType::F32 => I::F32Const(f32::from(number).into()),
        wasmparser::ValType::F64 => I::F64Const(f64::from(number).into()),
        wasmparser::ValType::Ref(kind) if kind.is_extern_ref() => I::RefNull(wasm_encoder::HeapType::EXTERN),
        _ => I::RefNull(wasm_encoder::HeapType::FUNC),
    }
}

/// Keeps what is on top of the operand stack: its bits, or whether it is null. Local 2 and 3 are scratch.
fn store_top(at: u64, kind: wasmparser::ValType) -> Vec<I<'static>> {
    let bits = match kind {
        wasmparser::ValType::I32 => vec![I::I64ExtendI32U],
        wasmparser::ValType::I64 => vec![],
        wasmparser::ValType::F32 => vec![I::I32ReinterpretF32, I::I64ExtendI32U],
        wasmparser::ValType::F64 => vec![I::I64ReinterpretF64],
        _ => vec![I::RefIsNull, I::I64ExtendI32U],
    };
    let mut instructions = bits;
    instructions.extend([
        I::LocalSet(3),
        I::I32Const(0),
        I::LocalGet(3),
        I::I64Store(memory(at, 0)),
    ]);
    instructions
}

fn store_at(at: u64, kind: wasmparser::ValType, value: &[I<'static>]) -> Vec<I<'static>> {
    let mut instructions = value.to_vec();
    instructions.extend(store_top(at, kind));
    instructions
}

/// Leaves a sum over the words of memory before the values.
fn sum_of_memory() -> Vec<I<'static>> {
    vec![
        I::MemorySize(0),
        I::I32Const(65_536),
        I::I32Mul,
        I::LocalSet(2),
        I::I64Const(0),
        I::LocalSet(3),
        I::Loop(BlockType::Empty),
        I::LocalGet(2),
        I::I32Const(STRIDE),
        I::I32Sub,
        I::LocalTee(2),
        I::I64Load(memory(0, 0)),
        I::LocalGet(3),
        I::I64Const(31),
        I::I64Mul,
        I::I64Add,
        I::LocalSet(3),
        I::LocalGet(2),
        I::BrIf(0),
        I::End,
        I::I32Const(0),
        I::LocalGet(3),
        I::I64Store(memory(VALUES - 8, 0)),
    ]
}

/// `ok` with the start of memory.
fn answer() -> Vec<I<'static>> {
    let store = |at: u64, value: i32| {
        let area = u64::from(RESULT_AREA.unsigned_abs()) + at;
        [I::I32Const(0), I::I32Const(value), I::I32Store(memory(area, 2))]
    };
    let mut instructions = [store(0, 0), store(4, 0), store(8, RETURNED)].concat();
    instructions.extend([I::I32Const(RESULT_AREA), I::End]);
    instructions
}

fn memory(offset: u64, align: u32) -> MemArg {
    MemArg {
        offset,
        align,
        target: wasm_encoder::MemArgTarget::Memory(0),
        ordering: None,
    }
}

impl Reencode for Shaper {
    type Error = Infallible;

    fn parse_type_section(&mut self, types: &mut TypeSection, section: TypeSectionReader<'_>) -> Result<(), Error> {
        utils::parse_type_section(self, types, section)?;
        types.ty().function([ValType::I32], [ValType::I32]);
        types.ty().function([ValType::I32; 4], [ValType::I32]);
        types.ty().function([ValType::I32; 2], [ValType::I32]);
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_function_section(self, functions, section)?;
        for place in [0, 1, 2, 2] {
            functions.function(self.appended_type(place));
        }
        Ok(())
    }

    /// The input has to fit into the first page.
    fn memory_type(&mut self, memory: wasmparser::MemoryType) -> Result<MemoryType, Error> {
        let minimum = memory.initial.max(1);
        Ok(MemoryType {
            minimum,
            maximum: memory.maximum.map(|maximum| maximum.max(minimum)),
            memory64: false,
            shared: false,
            page_size_log2: None,
        })
    }

    fn parse_export_section(&mut self, exports: &mut ExportSection, _: ExportSectionReader<'_>) -> Result<(), Error> {
        *exports = contract_exports(self.appended(2), self.appended(3), self.appended(1));
        Ok(())
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, section: CodeSectionReader<'_>) -> Result<(), Error> {
        utils::parse_code_section(self, code, section)?;
        code.function(&self.recurse());
        let mut realloc = body(&[]);
        realloc.instruction(&I::I32Const(INPUT)).instruction(&I::End);
        code.function(&realloc);
        code.function(&self.entry_point());
        code.function(&self.entry_point());
        Ok(())
    }

    fn parse_custom_section(&mut self, _: &mut Module, _: CustomSectionReader<'_>) -> Result<(), Error> {
        Ok(())
    }
}
