// What `#[constant_gas]` and `#[pad_output]` promise, of the contract "mends" in WebAssembly.

import { hexlify, Interface } from "ethers";
import { beforeAll, describe, expect, it } from "vitest";
import type { CompiledModule, Engine, Entry } from "../../enclave-wasm/runtime/engine/engine.ts";
import { jcoEngine } from "../../enclave-wasm/runtime/engine/jco-engine.ts";
import type { RunOutcome } from "../../enclave-wasm/runtime/engine/run-outcome.ts";
import { v8Engine } from "../../enclave-wasm/runtime/engine/v8-engine.ts";
import { MockHost } from "../engine/mock-host.ts";
import { builtModule, customSection } from "./built-module.ts";
import { hostPrices, instrumentedContract } from "./metered-contract.ts";

const COST = 600_000n;
const GAS = 10n ** 9n;
const abi = new Interface(new TextDecoder().decode(customSection(builtModule("mends"), "enigma-abi")));
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.slice(2), "hex"));
const prices = hostPrices();

describe.each([
  ["V8", v8Engine(prices)],
  ["jco", jcoEngine(prices)],
] as [string, Engine][])("a method of constant gas on %s", (_, engine) => {
  let module: CompiledModule;
  beforeAll(async () => {
    module = await engine.compile(instrumentedContract("mends"));
  });

  const run = (entry: Entry, input: string, gasLimit = GAS): RunOutcome =>
    engine.run(module, entry, bytes(input), gasLimit, new MockHost());
  const work = (rounds: number, ending: number, data: number, gasLimit?: bigint) =>
    run("call", abi.encodeFunctionData("work", [rounds, ending, new Uint8Array(data)]), gasLimit);
  const gasOf = (outcome: RunOutcome) => ("gasUsed" in outcome ? outcome.gasUsed : undefined);

  it("costs the same whatever it does", () => {
    const used = new Set([0, 1, 7, 100, 170].map((rounds) => gasOf(work(rounds, 0, 64))));
    expect(used.size).toBe(1);
  });

  it("costs what it says, and little more", () => {
    const [used] = [...new Set([gasOf(work(1, 0, 64))])];
    const page = 8_192n;
    const answer = 2n * 256n;
    expect(Number(used) - Number(COST + page + answer)).toBeGreaterThan(0);
    expect(Number(used) - Number(COST + page + answer)).toBeLessThan(1_500);
  });

  it("costs the same for answers of one class, however they were made", () => {
    const input = (length: number) => abi.encodeFunctionData("look", [3, new Uint8Array(length)]);
    const inputs = [33, 40, 50, 63, 64].map((length) => run("view", input(length)));
    expect(new Set(inputs.map(gasOf)).size).toBe(1);
    expect(new Set(inputs.map((outcome) => "data" in outcome && outcome.data.length))).toEqual(new Set([256]));
  });

  it("costs the same for every revert", () => {
    const reverts = [work(0, 1, 64), work(50, 1, 64), work(0, 2, 64), work(170, 2, 64)];
    expect(reverts.map(({ kind }) => kind)).toEqual(Array(4).fill("reverted"));
    expect(new Set(reverts.map(gasOf)).size).toBe(1);
    expect(new Set(reverts.map((outcome) => "data" in outcome && outcome.data.length))).toEqual(new Set([260]));
  });

  it("costs the same where it panics, whatever it did before", () => {
    const panics = [work(0, 3, 64), work(120, 3, 64)];
    expect(panics.map(({ kind }) => kind)).toEqual(["panicked", "panicked"]);
    expect(new Set(panics.map(gasOf)).size).toBe(1);
    expect(gasOf(panics[0] as RunOutcome)).toBeGreaterThan(COST);
  });

  it("costs the same where its arguments do not decode, as where it reverts", () => {
    const input = abi.encodeFunctionData("work", [0, 1, new Uint8Array(64)]);
    const spoilt = run("call", `${input.slice(0, -2)}01`.replace(/0{64}01$/, `${"0".repeat(62)}0101`));
    const flipped = run("call", input.replace(/^(0x.{8})00/, "$1ff"));
    expect([spoilt.kind, flipped.kind]).toEqual(["reverted", "reverted"]);
    expect(gasOf(flipped)).toBe(gasOf(work(0, 1, 64)));
  });

  it("ends out of gas where it needs more", () => {
    expect(work(400, 0, 64)).toEqual({ kind: "out-of-gas", gasUsed: GAS });
  });

  it("ends out of gas at once where less is left", () => {
    expect(work(0, 0, 64, COST + 8_192n)).toMatchObject({ kind: "out-of-gas" });
  });

  it("is a constructor, too", () => {
    const used = [0, 1, 30].map((rounds) => gasOf(run("deploy", abi.encodeDeploy([rounds]))));
    expect(new Set(used).size).toBe(1);
  });

  it("tells nothing by what it writes", () => {
    const sizes = [0, 1, 2, 3].map((way) => {
      const host = new MockHost();
      const write = (how: number, note: string) =>
        engine.run(module, "call", bytes(abi.encodeFunctionData("writeNote", [how, note])), GAS, host);
      expect(write(0, "there before").kind).toBe("returned");
      expect(write(way, "x".repeat(way * 30)).kind).toBe("returned");
      return host.stored().map(([key, value]) => [hexlify(key), value.length]);
    });
    expect(new Set(sizes.map((size) => JSON.stringify(size)))).toEqual(new Set(['[["0x00",204]]']));
  });
});
