// `enigma check`: every broken rule of a module, or the facts of a good one.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import binaryen from "binaryen";
import { afterAll, beforeAll, expect, it } from "vitest";
import { judgeModule } from "../../host/compile/check-module.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { REFUSED_MODULES } from "../bad-input/contract-modules.ts";
import { runCaptured } from "../cli/captured-terminal.ts";
import { builtModule } from "../contracts/built-module.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "enigma-check-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(module: Uint8Array): string {
  const file = path.join(folder, "module.wasm");
  writeFileSync(file, module);
  return file;
}

it("tells the facts of a good module", async () => {
  const module = builtModule("millionaires");
  const { status, stdout } = await runCaptured("check", fileOf(module), "--json");
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    codeHash: keccak(module),
    deploymentGas: String(10_000 + 2 * module.length),
    facts: { moduleBytes: module.length, imports: expect.arrayContaining(["storage-get"]) },
  });
  expect((await runCaptured("check", fileOf(module))).stdout).toContain("a valid secret contract");
});

it.each(REFUSED_MODULES)("names the rule that a module $what breaks", async ({ rule, module }) => {
  const verdict = await judgeModule(new Uint8Array(module));
  expect(verdict).toMatchObject({ ok: false });
  expect(verdict.ok ? [] : verdict.broken.map(({ code }) => code)).toContain(rule);
});

it("names all broken rules, each with function, offset and the way out", async () => {
  const text = `(module
    (import "clock" "now" (func $now (result i32)))
    (import "clock" "zone" (func $zone (result i32)))
    (memory (export "memory") 1)
    (func (export "deploy") (param i32 i32) (result i32) (i32.const 0))
    (func (export "call") (param i32 i32) (result i32) (call $now))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (call $zone))
    (func $lanes (export "lanes") (result i32) (i32x4.extract_lane 0 (v128.const i32x4 1 2 3 4))))`;
  const module = binaryen.parseText(text);
  module.setFeatures(binaryen.Features.MVP | binaryen.Features.SIMD128);
  const { status, stdout } = await runCaptured("check", fileOf(module.emitBinary()));
  expect(status).toBe(1);
  expect(stdout).toContain("4 rules are broken");
  expect(stdout.match(/^module-[\w-]+/gm)).toEqual([
    "module-import-unknown",
    "module-import-unknown",
    "module-export-unknown",
    "module-feature-simd",
  ]);
  expect(stdout.match(/at byte 0x[0-9a-f]+/g)).toHaveLength(4);
});

it("tells that a file is missing", async () => {
  const { status, stdout } = await runCaptured("check", path.join(folder, "none.wasm"), "--json");
  expect([status, JSON.parse(stdout)]).toMatchObject([1, { error: { code: "file-refused" } }]);
});
