import { AbiCoder, Interface } from "ethers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { address, fromHex, hash } from "../../../host/protocol/hex.ts";
import type { HostFrame, Trace, TraceFrame } from "../../../host/testing/contract/trace.ts";
import {
  ReplayingSimulation,
  type SettledCallRun,
  type SettledDeployment,
} from "../../../host/testing/enclave/replaying-simulation.ts";
import { createEnclave, type EnclaveBed, type UntypedTestContract } from "../../../host/testing/index.ts";
import { sampleContract } from "../../../host/testing/sample-contract.ts";

const CONTRACT = address(`0x${"a1".repeat(20)}`);
const SENDER = address(`0x${"b2".repeat(20)}`);
const DOMAIN = { chainId: 31_337n, enigma: address(`0x${"c3".repeat(20)}`) };

let enclave: EnclaveBed;
let replay: ReplayingSimulation;
let abi: Interface;
let deployment: SettledDeployment;
let call: (name: string, by: bigint, outcome: Pick<SettledCallRun, "gasUsed" | "ending">) => SettledCallRun;
let contract: UntypedTestContract;
let nonce = 0n;

// What a network would have settled is what an enclave finds here, which sees the same (`same-observed.test.ts`).
beforeEach(async () => {
  enclave = await createEnclave({ log: false });
  replay = await ReplayingSimulation.start(DOMAIN, hash(`0x${"11".repeat(32)}`));
  const sample = await sampleContract("counter");
  abi = new Interface(sample.abi);
  const from = enclave.impersonate(SENDER);
  const deployed = (await enclave.deploy("counter", [5n], { from })) as unknown as UntypedTestContract & {
    deployment: { gasUsed: bigint };
  };
  contract = deployed.connect(from);
  nonce = 0n;
  const facts = () => ({
    ...{ contract: CONTRACT, sender: SENDER, nonce: nonce++, gasLimit: 10_000_000n },
    ...{ epoch: 1n, blockNumber: 7n, timestamp: 1_800_000_000n },
  });
  deployment = {
    ...facts(),
    ...{ module: sample.module, group: CONTRACT, abi, name: "counter" },
    input: fromHex(AbiCoder.defaultAbiCoder().encode(["uint64"], [5n])),
    ...{ gasUsed: deployed.deployment.gasUsed, ending: { name: "returned", result: new Uint8Array() } },
  };
  call = (name, by, outcome) => ({
    ...facts(),
    ...{ input: fromHex(abi.encodeFunctionData(name, [by])), touches: [], ...outcome },
  });
});
afterEach(async () => {
  replay.close();
  await enclave.close();
});

const RETURNED = { name: "returned", result: new Uint8Array() } as const;
/** What the counter stood at when the call read it: the last byte of what it had stored, behind its padding. */
function valueRead(trace: Trace): number {
  const host = (frames: readonly TraceFrame[]): HostFrame[] =>
    frames.flatMap((frame) => [...(frame.kind === "host" ? [frame] : []), ...host(frame.children)]);
  const [read] = host([trace.root]).filter(({ name }) => name === "storage-get");
  return Number.parseInt(String(read?.result).slice(-2), 16);
}

const gasOf = async (by: bigint) => (await contract.getFunction("increment")(by).outcome).result.gasUsed;

test("a task that was settled is traced as it ran, on the state of its time", async () => {
  expect(replay.deploy(deployment).trace().root).toMatchObject({ function: "constructor", ending: "returned" });
  const first = replay.call(call("increment", 2n, { gasUsed: await gasOf(2n), ending: RETURNED }));
  replay.call(call("increment", 3n, { gasUsed: await gasOf(3n), ending: RETURNED }));
  expect(valueRead(first.trace())).toBe(5);
});

test("nothing stands of a task whose call to Ethereum failed", async () => {
  replay.deploy(deployment);
  replay.call(call("increment", 2n, { gasUsed: await gasOf(2n), ending: null }));
  const later = replay.call(call("increment", 3n, { gasUsed: await gasOf(3n), ending: RETURNED }));
  expect(valueRead(later.trace())).toBe(5);
});

test("a task that went otherwise in the network has no trace", async () => {
  replay.deploy(deployment);
  const other = replay.call(call("increment", 2n, { gasUsed: 1n, ending: RETURNED }));
  expect(() => other.trace()).toThrow(expect.objectContaining({ code: "trace-unavailable" }));
});

test("it goes back to snapshots, as the network does", async () => {
  replay.deploy(deployment);
  replay.snapshot(0);
  replay.call(call("increment", 2n, { gasUsed: await gasOf(2n), ending: RETURNED }));
  replay.revert(0);
  const again = replay.call(call("increment", 3n, { gasUsed: await gasOf(3n), ending: RETURNED }));
  expect(valueRead(again.trace())).toBe(5);
});
