/** How contracts' states get into the enclave, with every other part made up. */
import { expect, test } from "vitest";
import type { Address } from "../../host/protocol/hex.ts";
import { EMPTY_STATE_HASH } from "../../host/protocol/log-entry.ts";
import { HeldStates } from "../../host/worker/held-states.ts";
import { StateLoader, type StateLoaderOptions } from "../../host/worker/state-loader.ts";
import { a, h } from "../rpc/fake-worker.ts";

test("a state of which this host has lost sight does not keep its contract from being deployed again", async () => {
  const inEnclave = new Set<Address>([a(2)]);
  const enclave = {
    loadLog: async ({ secretContract, expectedTip }: { secretContract: Address; expectedTip: string }) => {
      if (expectedTip === EMPTY_STATE_HASH) inEnclave.delete(secretContract);
    },
  };
  const held = new HeldStates({ generation: 1 });
  const loader = new StateLoader({ link: { get: async () => enclave }, held } as unknown as StateLoaderOptions);
  await loader.begin({ secretContract: a(2), codeHash: h(3), group: a(2) });
  expect(inEnclave.size).toBe(0);
  expect(held.isCurrent(a(2))).toBe(true);
});
