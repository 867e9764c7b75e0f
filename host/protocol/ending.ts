/**
 * How an execution ended, as it stands in the output's plaintext: one byte that names the ending, then its payload.
 * Only the user sees it; Ethereum sees no more than committed or failed.
 */
import { concatBytes } from "./bytes.ts";
import { EnigmaError } from "./errors/enigma-error.ts";

/** Number of each trap in the payload of `trapped`, in order from 1. */
export const TRAPS = [
  "unreachable",
  "memory-out-of-bounds",
  "divide-by-zero",
  "integer-overflow",
  "table-out-of-bounds",
  "indirect-call-mismatch",
  "host-argument",
  "host-reentry",
  "view-effect",
  "too-many-effects",
] as const;
export type Trap = (typeof TRAPS)[number];

/** Number of each ending, in order from 0. The last one is only ever answered to a contract that calls another. */
export const ENDINGS = [
  "returned",
  "reverted",
  "panicked",
  "out-of-gas",
  "out-of-memory",
  "stack-overflow",
  "trapped",
  "bad-ciphertext",
  "module-refused",
  "unusable-key",
  "call-refused",
] as const;

/** Why a contract's call of another was refused. */
export type CallRefusal = "undeclared" | "reentry" | "depth" | "view";

export type Ending =
  | { readonly name: "returned"; readonly result: Uint8Array }
  | { readonly name: "reverted"; readonly data: Uint8Array }
  | { readonly name: "panicked"; readonly message: string }
  | { readonly name: "trapped"; readonly trap: Trap }
  | { readonly name: "module-refused"; readonly rule: string }
  | { readonly name: "call-refused"; readonly reason: CallRefusal }
  | { readonly name: "out-of-gas" | "out-of-memory" | "stack-overflow" | "bad-ciphertext" | "unusable-key" };

/** How a task or a view can end. */
export type TaskEnding = Exclude<Ending, { readonly name: "call-refused" }>;

/** The output's plaintext, or the answer to a contract that called another. */
export function encodeEnding(ending: Ending): Uint8Array {
  return concatBytes(Uint8Array.of(ENDINGS.indexOf(ending.name)), payloadOf(ending));
}

/**
 * Reads an output's plaintext. A user whose key is unusable has none: then the output is empty, and the ending is
 * known from that alone.
 *
 * @throws `encoding-malformed` for anything that an enclave does not write
 */
export function decodeEnding(plaintext: Uint8Array): TaskEnding {
  const name = ENDINGS[plaintext[0] ?? -1];
  const payload = plaintext.subarray(1);
  switch (name) {
    case undefined:
    case "unusable-key":
    case "call-refused":
      throw malformed();
    case "returned":
      return { name, result: payload };
    case "reverted":
      return { name, data: payload };
    case "panicked":
      return { name, message: text(payload) };
    case "trapped":
      return { name, trap: trapOf(payload) };
    case "module-refused":
      return { name, rule: text(payload) };
    default:
      if (payload.length !== 0) throw malformed();
      return { name };
  }
}

function payloadOf(ending: Ending): Uint8Array {
  switch (ending.name) {
    case "returned":
      return ending.result;
    case "reverted":
      return ending.data;
    case "panicked":
      return new TextEncoder().encode(ending.message);
    case "trapped":
      return Uint8Array.of(TRAPS.indexOf(ending.trap) + 1);
    case "module-refused":
      return new TextEncoder().encode(ending.rule);
    case "call-refused":
      return new TextEncoder().encode(ending.reason);
    default:
      return new Uint8Array();
  }
}

function trapOf(payload: Uint8Array): Trap {
  const trap = TRAPS[(payload[0] ?? 0) - 1];
  if (trap === undefined || payload.length !== 1) throw malformed();
  return trap;
}

/** A message comes from the contract, so it need not be well-formed: what is not UTF-8 is shown as U+FFFD. */
function text(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}

function malformed(): EnigmaError {
  return new EnigmaError("encoding-malformed", { data: { what: "task's output" } });
}
