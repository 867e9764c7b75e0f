//! Bounds of a valid contract module.
//!
//! They exist so that compiling, instantiating and running a module costs a worker a bounded amount that does not
//! depend on which engine it uses. The bounds belong to `rules` 1: a looser or tighter value is a new version.

/// Bytes of the module as submitted.
pub const MAX_MODULE_BYTES: usize = 1 << 20;
/// Bytes of the code section.
pub const MAX_CODE_BYTES: usize = 768 << 10;
/// Bytes of one function body; compile time of an optimising compiler is not linear in it.
pub const MAX_FUNCTION_BYTES: usize = 128 << 10;
/// Functions defined in the module.
pub const MAX_FUNCTIONS: u32 = 10_000;
/// Entries of the type section.
pub const MAX_TYPES: u32 = 2_000;
/// Globals defined in the module.
pub const MAX_GLOBALS: u32 = 1_000;
/// Data segments, and separately element segments.
pub const MAX_SEGMENTS: u32 = 2_000;
/// Bytes of all custom sections together (names, interface types, JSON ABI).
pub const MAX_CUSTOM_BYTES: usize = 512 << 10;
/// Tables in the module.
pub const MAX_TABLES: u32 = 4;
/// Entries a table may ever have.
pub const MAX_TABLE_ENTRIES: u32 = 16_384;
/// Pages (64 KiB) that a module may start with.
pub const MAX_INITIAL_PAGES: u64 = 64;
/// Pages (64 KiB) that a module may ever have: 16 MiB. A grow beyond it ends the task as out of memory.
pub const MAX_PAGES: u64 = 256;
/// Open blocks inside one another in a function.
pub const MAX_NESTING: u32 = 256;
/// Slots of one frame: parameters, locals and the highest operand stack.
pub const MAX_FRAME_SLOTS: u32 = 2_048;
/// Targets of one `br_table`.
pub const MAX_BRANCH_TARGETS: u32 = 8_192;
/// Slots of all frames of functions that call others. Measured at 9.1 bytes a slot in V8's first tier, this is
/// 300 KB of the 984 KB of stack that V8 has by default.
pub const STACK_SLOTS: u32 = 32_768;
/// Slots that every frame costs beyond its own (return address, frame pointer, instance, feedback).
pub const FRAME_OVERHEAD_SLOTS: u32 = 4;
/// Slots that a call of another contract costs its caller, for the engine's own frames between the two instances; the called
/// contract gets what is then left of the caller's slots, so that a chain of calls needs no more of V8's stack than one run.
pub const CALL_SLOTS: u32 = 1_024;
/// Highest gas limit that a run accepts. Between two checks a function subtracts far less than what is left below
/// `i64::MIN`, so the counter cannot wrap.
pub const MAX_GAS_LIMIT: u64 = 1 << 50;
