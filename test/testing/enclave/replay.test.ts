/** Calls of an enclave without a chain, executed once more in other processes by each of V8's compilers. */
import { Interface } from "ethers";
import { describe, expect, test } from "vitest";
import { differenceOf, replayElsewhere } from "../../../host/testing/enclave/replay-elsewhere.ts";
import { evidenceOf, type Run, runIn, traceIn } from "../../../host/testing/enclave/run-journal.ts";
import { Simulation } from "../../../host/testing/enclave/simulation.ts";
import { createEnclave, type UntypedTestContract } from "../../../host/testing/index.ts";
import { sampleContract } from "../../../host/testing/sample-contract.ts";

const TIERS = ["both compilers", "--liftoff-only", "--no-liftoff"];

test("a call comes out the same elsewhere, from the states that it began with", async () => {
  await using enclave = await createEnclave({ log: false });
  const counter = (await enclave.deploy("counter", [5n])) as unknown as UntypedTestContract;
  const probe = (await enclave.deploy("probe", ["0x01", "0x02"])) as unknown as UntypedTestContract;
  const start = await enclave.snapshot();
  const undone = counter.getFunction("increment")(40n);
  await undone;
  await enclave.revert(start);
  const call = counter.getFunction("increment")(2n);
  await call;
  await counter.getFunction("increment")(3n);
  const random = probe.getFunction("randomBytes")(32);
  await expect(call).toReplayIdentically();
  await expect(random).toReplayIdentically();
  await expect(probe.getFunction("divide")(1n, 0n)).toReplayIdentically();
  await expect(expect(counter.getFunction("value")()).toReplayIdentically()).rejects.toThrow(TypeError);
});

describe("a call that comes out otherwise", () => {
  const FROM = new Uint8Array(20).fill(7);
  const CONTRACT = new Uint8Array(20).fill(8);
  const [chainId, enigma] = [31_337n, new Uint8Array(20)];

  /** A call of the probe in a simulation of one seed, and its journal as if the seed were another. */
  async function replayed(calldata: (abi: Interface) => string, seeds: readonly [here: number, there: number]) {
    const [here = new Uint8Array(), there = new Uint8Array()] = seeds.map((seed) => new Uint8Array(32).fill(seed));
    const sample = await sampleContract("probe");
    const [module, abi] = [sample.module, new Interface(sample.abi)];
    const simulation = await Simulation.start(here, chainId, enigma);
    const codeHash = simulation.load(module);
    const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.slice(2), "hex"));
    const gasLimit = 1_000_000_000n;
    const moment = { epoch: 1n, number: 2n, timestamp: 1_000n };
    const deployment: Run = {
      ...{ kind: "deployment", moment },
      order: [codeHash, CONTRACT, CONTRACT, bytes(abi.encodeDeploy(["0x01", "0x02"])), FROM, 0n, gasLimit],
    };
    const call: Run = {
      ...{ kind: "call", moment: { ...moment, number: 3n } },
      order: [CONTRACT, bytes(calldata(abi)), FROM, 1n, gasLimit, new Uint8Array(), false],
    };
    expect(runIn(simulation, deployment).ending.name).toBe("returned");
    const { position } = simulation;
    const expected = evidenceOf(runIn(simulation, call), traceIn(simulation, call, position));
    const journal = { origin: { seed: there, chainId, enigma }, modules: [module], runs: [deployment, call] };
    return { expected, again: await replayElsewhere(journal, expected) };
  }

  const draw = (abi: Interface) => abi.encodeFunctionData("randomBytes", [32]);

  test("is named with what differs, by each compiler", async () => {
    const { again } = await replayed(draw, [1, 2]);
    expect(again.map(({ where }) => TIERS.findIndex((tier) => where.includes(tier)))).toEqual([0, 1, 2]);
    for (const { difference } of again) expect(difference).toMatch(/^what it left is [0-9a-f]+, not [0-9a-f]+$/);
    const received = { observed: {}, ending: null, replay: async () => again };
    await expect(expect(received).toReplayIdentically()).rejects.toThrow("the call came out otherwise in");
  });

  test("differs in an ending, in gas, or in nothing but what it wrote", async () => {
    const { expected, again } = await replayed(draw, [1, 1]);
    expect(again.map(({ difference }) => difference)).toEqual([undefined, undefined, undefined]);
    const report = expected.report.slice();
    report[7] = (report[7] ?? 0) ^ 1;
    expect(differenceOf(expected, { ...expected, report })).toMatch(
      /^it returned with \d+ gas, not returned with \d+ gas$/,
    );
    const asked = expected.asked.with(1, "storage-set(01, 02): undefined with 7 gas");
    expect(differenceOf(expected, { ...expected, asked })).toMatch(/^step 1 is storage-set\(01, 02\)/);
    expect(differenceOf(expected, { ...expected, asked: asked.slice(0, 1) })).toMatch(/^step 1 is nothing, not /);
  });
});

test("an enclave that was closed cannot replay", async () => {
  const enclave = await createEnclave({ log: false });
  const counter = (await enclave.deploy("counter", [5n])) as unknown as UntypedTestContract;
  const call = counter.getFunction("increment")(2n);
  await call;
  await enclave.close();
  await expect(expect(call).toReplayIdentically()).rejects.toMatchObject({ code: "trace-unavailable" });
});
