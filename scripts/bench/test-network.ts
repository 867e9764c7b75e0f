// How soon a test has a network with a contract in it, and how soon the network is back where it was.

import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { summarise } from "./statistics.ts";
import type { Suite } from "./suite.ts";
import { atMost, spread, table } from "./table.ts";
import type { TestNetworkTimes } from "./test-network-process.ts";

const STARTS = 4;
const MOST_MILLISECONDS = 1_000;

/** `test-network`: `createNetwork` in fresh processes, with snapshots. */
export const testNetworkSuite: Suite = async ({ progress, deadline, signal }) => {
  const times: TestNetworkTimes[] = [];
  // The first one finds files that no other process has read lately; it is not counted.
  for (let count = 0; count <= STARTS && (count < 2 || performance.now() < deadline); count += 1) {
    progress(count === 0 ? "warming up" : `network ${count} of ${STARTS}`);
    const measured = await measure(signal);
    if (count > 0) times.push(measured);
  }
  const first = summarise(times.map((each) => each.first));
  const next = summarise(times.map((each) => each.next));
  const calls = summarise(times.flatMap((each) => each.calls));
  const snapshots = summarise(times.flatMap((each) => each.snapshots));
  const returns = summarise(times.flatMap((each) => each.returns));
  const rows = [
    ["createNetwork and its first contract, in a fresh process", spread(first, 0)],
    ["the same again in the same process", spread(next, 0)],
    ["a call, settled and decrypted", spread(calls, 1)],
    ["snapshot", spread(snapshots, 1)],
    ["revert, behind three calls", spread(returns, 1)],
  ];
  return {
    tables: [{ title: "Milliseconds, median [least .. most]", text: table(["", "ms"], rows) }],
    aims: [atMost("ms from createNetwork to its first contract", first, MOST_MILLISECONDS, 0)],
    figures: { first, next, calls, snapshots, returns },
  };
};

async function measure(signal: AbortSignal): Promise<TestNetworkTimes> {
  const program = path.join(import.meta.dirname, "test-network-process.ts");
  const child = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"], signal });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString("utf8");
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`the measured process ended with code ${code}`);
  return JSON.parse(text) as TestNetworkTimes;
}
