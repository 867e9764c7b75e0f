import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { engineCase } from "./engine-cases.ts";

const RUNNER = fileURLToPath(new URL("tier-runner.ts", import.meta.url));
/** What differs between V8's tiers without metering: how deep calls nest, and the bits of NaNs. */
const NAMES = ["limits", "floats", "control", "traps", "calls", "probe"];

describe("outcomes and gas are those of wasmi", () => {
  it.each([
    ["in the first tier alone", ["--liftoff-only"]],
    ["in the optimising tier alone", ["--no-liftoff", "--no-wasm-tier-up"]],
    ["with a stack half as large as by default", ["--stack-size=492"]],
    ["with the flags that a Node has by default", []],
  ])("%s", (_, flags) => {
    const output = execFileSync(process.execPath, [...flags, RUNNER, ...NAMES], {
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    expect(JSON.parse(output)).toEqual(NAMES.map((name) => engineCase(name).runs));
  });
});
