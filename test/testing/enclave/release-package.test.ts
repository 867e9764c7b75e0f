import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const file = (flavour: string, name: string) =>
  readFileSync(new URL(`../../../enclave-wasm/dist/${flavour}/enclave/${name}`, import.meta.url));
const exportsOf = (flavour: string) =>
  WebAssembly.Module.exports(new WebAssembly.Module(file(flavour, "enclave_bg.wasm"))).map(({ name }) => name);

test("the release package has nothing of the simulation, which shows states and logs; the debug package has", () => {
  expect(file("debug", "enclave.js").includes("class Simulation")).toBe(true);
  expect(exportsOf("debug").filter((name) => /simulation/i.test(name)).length).toBeGreaterThan(5);
  expect(file("release", "enclave.js").toString()).not.toMatch(/simulation|traceplace/i);
  expect(exportsOf("release").filter((name) => /simulation|traceplace/i.test(name))).toEqual([]);
});
