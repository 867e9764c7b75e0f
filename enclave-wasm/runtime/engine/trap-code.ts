// V8's traps by the codes that all engines share.

/**
 * Why WebAssembly trapped, as far as every engine can tell. V8 does not tell an empty table entry from one of another
 * type, nor a NaN from a number out of range where a float becomes an integer, so these share a code everywhere.
 */
export type TrapCode =
  | "unreachable"
  | "memory-out-of-bounds"
  | "divide-by-zero"
  | "integer-overflow"
  | "table-out-of-bounds"
  | "indirect-call-mismatch"
  | "host-argument"
  | "host-reentry"
  | "view-effect"
  | "too-many-effects";

/** V8's messages; it has no codes. A test provokes each, so that another V8 with other words is noticed. */
const BY_MESSAGE: ReadonlyMap<string, TrapCode> = new Map([
  ["unreachable", "unreachable"],
  ["memory access out of bounds", "memory-out-of-bounds"],
  ["data segment out of bounds", "memory-out-of-bounds"],
  ["divide by zero", "divide-by-zero"],
  ["remainder by zero", "divide-by-zero"],
  ["divide result unrepresentable", "integer-overflow"],
  ["float unrepresentable in integer range", "integer-overflow"],
  ["table index is out of bounds", "table-out-of-bounds"],
  ["table access out of bounds", "table-out-of-bounds"],
  ["element segment out of bounds", "table-out-of-bounds"],
  ["null function or function signature mismatch", "indirect-call-mismatch"],
  ["function signature mismatch", "indirect-call-mismatch"],
]);

/** The code of one of V8's traps, or nothing where it is not a trap of a valid contract. */
export function trapCodeOf(trap: WebAssembly.RuntimeError): TrapCode | undefined {
  return BY_MESSAGE.get(trap.message);
}
