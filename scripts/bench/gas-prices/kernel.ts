// Small pieces of work, each of one class of instruction or one host call, as functions of one contract module.

/** Work of one class: what stands in a loop, and how often. */
export interface Kernel {
  /** The row of the table. */
  readonly title: string;
  /** The group of the row. */
  readonly group: "instructions" | "host calls";
  /** Instructions of one turn; locals $i i32, $a i32, $b i64, $x f32, $y f64 are there, and functions and tables of the module. */
  readonly turn: string;
  /** Before the loop. */
  readonly before?: string;
  /** Copies of the turn in the loop's body. */
  readonly copies: number;
  /** Turns of the loop. */
  readonly turns: number;
  /** Host functions that it calls. */
  readonly imports?: readonly string[];
}

/** Calldata: selector, number of the kernel, turns. */
const KERNEL_AT = 4 + 28;
const TURNS_AT = 4 + 60;

/** Big-endian words of calldata. */
function wordAt(offset: number): string {
  const byte = (at: number) => `(i32.load8_u offset=${offset + at} (local.get $input))`;
  return `(i32.or (i32.or (i32.shl ${byte(0)} (i32.const 24)) (i32.shl ${byte(1)} (i32.const 16)))
    (i32.or (i32.shl ${byte(2)} (i32.const 8)) ${byte(3)}))`;
}

/** The text of a contract that does the kernel that its calldata names. */
export function contractText(kernels: readonly Kernel[], imports: string, data: string): string {
  const functions = kernels.map(
    ({ turn, before = "", copies }, number) => `(func $kernel${number} (param $turns i32)
      (local $i i32) (local $a i32) (local $b i64) (local $x f32) (local $y f64)
      (local.set $a (i32.const 7)) (local.set $b (i64.const 11)) (local.set $x (f32.const 1.5)) (local.set $y (f64.const 2.5))
      (if (i32.eqz (local.get $turns)) (then (return)))
      ${before}
      (loop $again ${turn.repeat(copies)}
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $turns))))
      (i32.store (i32.const 8) (local.get $a)) (i64.store (i32.const 8) (local.get $b))
      (f32.store (i32.const 8) (local.get $x)) (f64.store (i32.const 8) (local.get $y)))`,
  );
  const cases = kernels.map(
    (_, number) =>
      `(if (i32.eq (local.get $kernel) (i32.const ${number})) (then (call $kernel${number} (local.get $turns))))`,
  );
  return `(module ${imports}
    (memory (export "memory") 40)
    (table $functions 256 funcref) (elem (i32.const 0) $leaf)
    ${data} (data $passive "x")
    (global $heap (mut i32) (i32.const 1310720)) (global $own (mut i32) (i32.const 5))
    (func $leaf (param i32) (result i32) (local.get 0))
    (func $wide (param i32) (result i32)${"(local i64)".repeat(50)} (local.get 0))
    ${functions.join("\n")}
    (func (export "deploy") (param i32 i32) (result i32) (i32.const 64))
    (func (export "call") (param $input i32) (param $length i32) (result i32) (local $kernel i32) (local $turns i32)
      (local.set $kernel ${wordAt(KERNEL_AT)}) (local.set $turns ${wordAt(TURNS_AT)})
      ${cases.join("\n")} (i32.const 64))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (global.get $heap)))`;
}
