import type { Kernel } from "./kernel.ts";

const COPIES = 64;
const TURNS = 4_000;

function each(title: string, turn: string, options: Partial<Kernel> = {}): Kernel {
  return { title, group: "instructions", turn, copies: COPIES, turns: TURNS, ...options };
}

const set = (local: string, value: string) => `(local.set $${local} ${value})`;
const a = "(local.get $a)";
const b = "(local.get $b)";
const x = "(local.get $x)";
const y = "(local.get $y)";

/** Every class of instruction of `weights.rs`, the dear ones of each, and sizes where there are some. */
export const INSTRUCTION_KERNELS: readonly Kernel[] = [
  each("plain: i32.add", set("a", `(i32.add ${a} (i32.const 3))`)),
  each("plain: i64.rotl", set("b", `(i64.rotl ${b} (i64.const 5))`)),
  each("plain: i32.popcnt", set("a", `(i32.popcnt ${a})`)),
  each("plain: i64.clz", set("b", `(i64.clz ${b})`)),
  each("plain: select", set("a", `(select ${a} (i32.const 3) (local.get $i))`)),
  each("plain: globals", `(global.set $own (i32.add (global.get $own) ${a}))`),
  each("plain: f64.abs, f64.neg", set("y", `(f64.neg (f64.abs ${y}))`)),
  each("plain: f64 comparisons", set("a", `(f64.lt ${y} (f64.const 3))`)),
  each("plain: f64.convert_i32_s", set("y", `(f64.convert_i32_s ${a})`)),
  each("memory: chain of loads", set("a", `(i32.and (i32.load offset=2048 ${a}) (i32.const 1020))`)),
  each("memory: i64.load8_s", set("b", `(i64.load8_s offset=2048 (i32.and ${a} (i32.const 255)))`)),
  each("memory: stores", `(i64.store offset=4096 (i32.const 8) ${b})`),
  each("multiply: i32.mul", set("a", `(i32.mul ${a} (i32.const 77))`)),
  each("multiply: i64.mul", set("b", `(i64.mul ${b} (i64.const 77))`)),
  each("multiply: i64.trunc_sat_f64_u", set("b", `(i64.trunc_sat_f64_u ${y})`)),
  each("multiply: f32.convert_i64_u", set("x", `(f32.convert_i64_u ${b})`)),
  each("divide: i32.div_s", set("a", `(i32.div_s (i32.const 2000000000) (i32.or ${a} (i32.const 1)))`)),
  each("divide: i64.div_u", set("b", `(i64.div_u (i64.const -9) (i64.or ${b} (i64.const 1)))`)),
  each("divide: i64.rem_s", set("b", `(i64.rem_s (i64.const 9000000000000000000) (i64.or ${b} (i64.const 1)))`)),
  each("float: f64.add", set("y", `(f64.add ${y} (f64.const 1.5))`)),
  each("float: f32.mul", set("x", `(f32.mul ${x} (f32.const 1.0001))`)),
  each("float: f64.div", set("y", `(f64.div (f64.const 3) ${y})`)),
  each("float: f64.sqrt", set("y", `(f64.sqrt ${y})`)),
  each("float: f64.nearest", set("y", `(f64.nearest ${y})`)),
  each("float: f64.min", set("y", `(f64.min ${y} (f64.const 9))`)),
  each("float: subnormal f64.mul", set("y", `(f64.mul (f64.const 0x1p-1060) (f64.const 0.3))`)),
  each("float: subnormal f64.div", set("y", `(f64.div (f64.const 0x1p-1020) (f64.const 3000.7))`)),
  each("float: demote and promote", set("y", `(f64.promote_f32 (f32.demote_f64 ${y}))`)),
  each("branch: an empty loop", "", { copies: 1, turns: 200_000 }),
  each("branch: br_if, not taken", `(block (br_if 0 (i32.eqz (i32.const 1))))`),
  each("branch: br_if, taken", `(block (br_if 0 (i32.const 1)))`),
  each("branch: br_table", `(block (block (br_table 0 1 (i32.and (local.get $i) (i32.const 1)))))`),
  each("branch: if and else", `(if (i32.and (local.get $i) (i32.const 1)) (then (nop)) (else (nop)))`),
  each("call: of a small function", set("a", `(call $leaf ${a})`)),
  each("call: of a function with 50 locals", set("a", `(call $wide ${a})`)),
  each("call_indirect", set("a", `(call_indirect $functions (param i32) (result i32) ${a} (i32.const 0))`)),
  each("table.get", "(drop (table.get $functions (i32.const 0)))"),
  each("table.set", "(table.set $functions (i32.const 3) (table.get $functions (i32.const 0)))", { turns: 500 }),
  each("ref.func", "(drop (ref.func $leaf))", { turns: 500 }),
  each("bulk: memory.fill of 0 bytes", "(memory.fill (i32.const 8192) (i32.const 1) (i32.const 0))", { turns: 500 }),
  each("bulk: memory.copy of 32 bytes", "(memory.copy (i32.const 8192) (i32.const 9000) (i32.const 32))", {
    turns: 500,
  }),
  each("bulk: memory.fill of 64 KiB", "(memory.fill (i32.const 65536) (i32.const 1) (i32.const 65536))", {
    copies: 4,
    turns: 50,
  }),
  each("bulk: memory.copy of 64 KiB", "(memory.copy (i32.const 65536) (i32.const 131072) (i32.const 65536))", {
    copies: 4,
    turns: 50,
  }),
  each("bulk: memory.init of 0 bytes", "(memory.init $passive (i32.const 0) (i32.const 0) (i32.const 0))", {
    turns: 500,
  }),
  each(
    "bulk: table.fill of 100",
    "(table.fill $functions (i32.const 0) (table.get $functions (i32.const 0)) (i32.const 100))",
    {
      copies: 4,
      turns: 100,
    },
  ),
  each("bulk: table.copy of 100", "(table.copy $functions $functions (i32.const 0) (i32.const 100) (i32.const 100))", {
    copies: 4,
    turns: 100,
  }),
  each("grow: memory by 0 pages", "(drop (memory.grow (i32.const 0)))", { turns: 100 }),
  each("grow: table by 0 entries", "(drop (table.grow $functions (ref.null func) (i32.const 0)))", { turns: 100 }),
  each(
    "page: grown, and touched all over",
    "(memory.fill (i32.shl (memory.grow (i32.const 1)) (i32.const 16)) (i32.const 1) (i32.const 65536))",
    { copies: 1, turns: 200 },
  ),
];
