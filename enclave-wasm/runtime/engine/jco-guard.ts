// What the canonical ABI demands and jco 1.35 does not check, put between its glue and the core module.

import type { Guest } from "./canonical-abi.ts";
import type { HostParameter, HostPrices } from "./host-functions.ts";
import type { GuestSlot } from "./import-shapes.ts";
import { hostTrap } from "./run-outcome.ts";
import { trapCodeOf } from "./trap-code.ts";

type Words = (...words: (number | bigint)[]) => unknown;

/** Core imports that check bounds and refuse calls from inside a service. */
export function guardedImports(
  imports: Record<string, WebAssembly.ImportValue>,
  prices: HostPrices,
  slot: GuestSlot,
): Record<string, WebAssembly.ImportValue> {
  const guarded: Record<string, WebAssembly.ImportValue> = {};
  for (const [name, imported] of Object.entries(imports)) {
    const price = prices.functions[name];
    if (price === undefined) throw new Error(`no host function ${name}`);
    const lists = listPositions(price.params);
    guarded[name] = (...words: (number | bigint)[]) => {
      slot.guest.enterHost();
      for (const at of lists) slot.guest.read(words[at] as number, words[at + 1] as number);
      const checkArea = () => {
        const area = words[words.length - 1] as number;
        if (price.result === "bytes") slot.guest.area(area, 8);
        if (price.result === "optional-bytes") slot.guest.area(area, 12);
      };
      const answer = lowering(() => (imported as Words)(...words), checkArea);
      // jco has lowered the answer: had the return area been bad, the enclave's adapter would have trapped.
      checkArea();
      return answer;
    };
  }
  return guarded;
}

/** jco writes to a return area beyond memory as it would to any other, and fails in its own way. */
function lowering<T>(run: () => T, checkArea: () => void): T {
  try {
    return run();
  } catch (failure) {
    if (failure instanceof RangeError) checkArea();
    throw failure;
  }
}

/** Where among the lowered words each list has its pointer; its length is the next word. */
function listPositions(params: readonly HostParameter[]): readonly number[] {
  const positions: number[] = [];
  let at = 0;
  for (const { kind } of params) {
    if (kind === "bytes") positions.push(at);
    at += kind === "bytes" ? 2 : 1;
  }
  return positions;
}

/** Exports for jco's glue: services are marked as such, and what they and the entry points answer is checked. */
export function guardedExports(exports: WebAssembly.Exports, guest: Guest): WebAssembly.Exports {
  const guarded: Record<string, unknown> = { ...exports };
  const realloc = exports.cabi_realloc as (...words: number[]) => number;
  guarded.cabi_realloc = (...words: number[]) => {
    const pointer = guest.serve(() => trapsAsSignals(() => realloc(...words)));
    guest.inMemory(pointer, words[3] as number);
    return pointer;
  };
  for (const entry of ["deploy", "call", "view"]) {
    const run = exports[entry] as ((...words: number[]) => number) | undefined;
    if (run === undefined) continue;
    guarded[entry] = (...words: number[]) => {
      const area = trapsAsSignals(() => run(...words));
      guest.liftAnswer(area);
      return area;
    };
    const post = exports[`cabi_post_${entry}`] as ((area: number) => void) | undefined;
    if (post !== undefined)
      guarded[`cabi_post_${entry}`] = (area: number) => guest.serve(() => trapsAsSignals(() => post(area)));
  }
  return guarded as WebAssembly.Exports;
}

/** jco writes its own words over those of V8's traps, which are all that tells them apart. */
function trapsAsSignals<T>(run: () => T): T {
  try {
    return run();
  } catch (failure) {
    const trap = failure instanceof WebAssembly.RuntimeError ? trapCodeOf(failure) : undefined;
    throw trap === undefined ? failure : hostTrap(trap);
  }
}
