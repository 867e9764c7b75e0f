// A small campaign of `npm run fuzz`: all engines against wasmi.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Contestants, checkBench, checkCalls, checkSeed, emptyTally } from "../../scripts/fuzz/campaign.ts";
import { differences } from "../../scripts/fuzz/difference.ts";
import { OTHER_NODES, startJcoEngine, startV8Engines } from "../../scripts/fuzz/engines.ts";
import { buildNativeCheck, NativeCheck } from "../../scripts/fuzz/native-check.ts";
import { randomCalls } from "../../scripts/fuzz/random-calls.ts";
import { hostPrices, jobOf, type SampleContract, sampleContracts } from "../../scripts/fuzz/sample-contracts.ts";
import { inWasmi } from "../../scripts/fuzz/smaller-case.ts";

/** Building the native program takes its time where `cargo test` has not done most of it. */
const BUILDING = 600_000;
const SEEDS = Array.from({ length: 24 }, (_, index) => index);
const contracts = sampleContracts();

let contestants: Contestants;
beforeAll(async () => {
  const native = new NativeCheck(await buildNativeCheck());
  const prices = hostPrices();
  contestants = { native, engines: [...(await startV8Engines(prices)), await startJcoEngine(prices)] };
}, BUILDING);
afterAll(async () => {
  contestants.native.close();
  await Promise.all(contestants.engines.map((engine) => engine.close()));
});

describe("wasmi, each compiler of V8, other versions of Node and jco agree", () => {
  it("has a Node of another major version to ask", () => {
    expect(OTHER_NODES.map(({ name }) => name)).toEqual(["V8 of Node 22", "V8 of Node 24"]);
  });

  it.each(SEEDS)("on the random contract of seed %i, wherever gas ends", async (seed) => {
    expect(await checkSeed(seed, contestants, emptyTally())).toEqual([]);
  });

  it.each(contracts)("on random calls of $name", async (contract) => {
    const tally = emptyTally();
    for (const seed of [1, 2, 3]) expect(await checkCalls(contract, seed, contestants, tally)).toEqual([]);
    expect(tally.runs).toBe(3 * 21);
  });

  it("on the work of the benchmark", async () => {
    const tally = emptyTally();
    const bench = contracts.find(({ name }) => name === "bench") as SampleContract;
    expect(await checkBench(bench, contestants, tally)).toEqual([]);
    expect(tally.endings.returned).toBeGreaterThanOrEqual(7);
    expect(tally.endings["out-of-gas"]).toBeGreaterThanOrEqual(5);
  });
});

describe("a difference", () => {
  it("is noticed in a single unit of gas, and told with the run that it is in", async () => {
    const counter = contracts.find(({ name }) => name === "counter") as SampleContract;
    const job = jobOf(counter, randomCalls(counter.abi, 7, 5));
    const expected = await inWasmi(contestants.native, job);
    const other = expected.with(3, { ...expected[3], outcome: { ...expected[3]?.outcome, gasUsed: 1 } } as never);
    const found = await differences(contestants.engines, job, other);
    expect(found.map(({ engine, run }) => [engine, run])).toEqual(contestants.engines.map(({ name }) => [name, 3]));
  });

  it("is told of every command: the same sequence for the same seed", () => {
    const { abi } = contracts[0] as SampleContract;
    expect(randomCalls(abi, 5, 20)).toEqual(randomCalls(abi, 5, 20));
    expect(randomCalls(abi, 5, 20)).not.toEqual(randomCalls(abi, 6, 20));
  });
});
