import binaryen from "binaryen";
import { describe, expect, it } from "vitest";
import registry from "../../host/protocol/errors/registry.json" with { type: "json" };
import { metering, vector } from "./metering-package.ts";

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** A module in text with the exports of a contract. */
function contract(imports: string, rest = "", memory = "1"): Uint8Array {
  const module = binaryen.parseText(`(module ${imports} (memory (export "memory") ${memory})
    (func (export "deploy") (param i32 i32) (result i32) (i32.const 0))
    (func (export "call") (param i32 i32) (result i32) (i32.const 0))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0)) ${rest})`);
  module.setFeatures(binaryen.Features.All);
  return module.emitBinary();
}

const check = (module: Uint8Array) => JSON.parse(metering.check_module(module));

describe("check_module", () => {
  it("answers with the facts of a valid module", () => {
    const report = check(vector("probe.wasm"));
    expect(report.ok).toBe(true);
    expect(report.facts).toMatchObject({ initialPages: 2, maximumPages: 256 });
    expect(report.facts.imports).toContain("storage-get");
    expect(report.facts.exports).toEqual(expect.arrayContaining(["memory", "deploy", "call", "cabi_realloc"]));
  });

  it.each([
    ["a threads instruction", "module-feature-threads", contract("", "(func (drop (i32.atomic.load (i32.const 0))))")],
    ["a SIMD instruction", "module-feature-simd", contract("", "(func (drop (v128.const i64x2 0 0)))")],
    ["an unknown import", "module-import-unknown", contract('(import "env" "now" (func (result i64)))')],
    [
      "a start section",
      "module-start-section",
      contract("", "(func $main (i32.store (i32.const 0) (i32.const 1))) (start $main)"),
    ],
    ["too much memory", "module-memory-too-large", contract("", "", "1000")],
    ["no exports", "module-export-missing", Uint8Array.from(HEADER)],
    ["what is not WASM at all", "module-not-wasm", new TextEncoder().encode("#!/bin/sh")],
  ])("refuses %s by its rule", (_, code, module) => {
    const { ok, refusal } = check(module);
    expect(ok).toBe(false);
    expect(refusal).toMatchObject({ code, hint: registry[code as keyof typeof registry].hint });
    expect(refusal.sentence.length).toBeGreaterThan(20);
    expect(Number.isInteger(refusal.offset)).toBe(true);
  });
});

describe("the package", () => {
  it("instruments to the very bytes of a native build", () => {
    const instrumented = metering.instrument_module(vector("probe.wasm"), 1);
    expect(Buffer.from(instrumented).equals(vector("probe.instrumented.wasm"))).toBe(true);
  });

  it("knows the prices of rules 1 and of no others", () => {
    expect(metering.host_prices(1)).toBe(vector("host-prices-1.json").toString("utf8").trim());
    expect(metering.host_prices(2)).toBeUndefined();
  });

  it("throws the refusal when it is asked to instrument a bad module", () => {
    expect(() => metering.instrument_module(Uint8Array.from(HEADER), 1)).toThrow("module-export-missing");
  });
});
