/** Modules with the exports of a contract, each with one thing that contracts may not have. */
import binaryen from "binaryen";

/** `body` is done by every call. */
function contract({ imports = "", body = "", rest = "", memory = 1 }): Uint8Array {
  const module = binaryen.parseText(`(module ${imports} (memory (export "memory") ${memory})
    (func (export "deploy") (param i32 i32) (result i32) (i32.const 0))
    (func (export "call") (param i32 i32) (result i32) ${body} (i32.const 0))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0)) ${rest})`);
  module.setFeatures(binaryen.Features.All);
  try {
    return new Uint8Array(module.emitBinary());
  } finally {
    module.dispose();
  }
}

export interface RefusedModule {
  readonly what: string;
  /** Code of the rule that it breaks. */
  readonly rule: string;
  readonly module: Uint8Array;
}

export const REFUSED_MODULES: readonly RefusedModule[] = [
  {
    what: "with a threads instruction",
    rule: "module-feature-threads",
    module: contract({ body: "(i32.atomic.store (i32.const 0) (i32.const 1))" }),
  },
  {
    what: "with a SIMD instruction",
    rule: "module-feature-simd",
    module: contract({ body: "(v128.store (i32.const 0) (v128.const i64x2 1 2))" }),
  },
  {
    what: "with an unknown import",
    rule: "module-import-unknown",
    module: contract({ imports: '(import "env" "now" (func $now (result i64)))', body: "(drop (call $now))" }),
  },
  {
    what: "with a start section",
    rule: "module-start-section",
    module: contract({ rest: "(func $main (i32.store (i32.const 0) (i32.const 1))) (start $main)" }),
  },
  { what: "with too much memory", rule: "module-memory-too-large", module: contract({ memory: 1000 }) },
  { what: "that is not WASM at all", rule: "module-not-wasm", module: new TextEncoder().encode("#!/bin/sh\n") },
];
