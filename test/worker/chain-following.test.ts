/** What becomes of a worker that cannot follow the chain. */
import { expect, test } from "vitest";
import { silentLogger } from "../../host/protocol/logger.ts";
import { followChain } from "../../host/worker/chain-following.ts";
import type { WorkerBase, WorkerParts } from "../../host/worker/worker-parts.ts";

/** How the following of a chain ends whose blocks make the worker throw; `stopping` where the worker stops anyway. */
async function ends(stopping: AbortController): Promise<string[]> {
  const said: string[] = [];
  const base = {
    chain: { run: () => Promise.reject(new TypeError("a listener failed")) },
    store: { cursor: { get: () => undefined } },
    signal: stopping.signal,
    options: { log: { ...silentLogger, error: (message: string) => said.push(message) } },
  } as unknown as WorkerBase;
  await followChain(base, {} as WorkerParts, () => said.push("stopped"))();
  return said;
}

test("a worker that cannot take in a block says so and stops, instead of seeming to work", async () => {
  expect(await ends(new AbortController())).toEqual(["chain-not-followed", "stopped"]);
});

test("the end of the following is no failure of a worker that stops", async () => {
  const stopping = new AbortController();
  stopping.abort();
  expect(await ends(stopping)).toEqual([]);
});
