/** How a worker asks for keys, with enclave and principal made up. */
import { describe, expect, test } from "vitest";
import type { WantedContract } from "../../host/enclave/enclave-client.ts";
import { systemClock } from "../../host/protocol/clock.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { address, toHex } from "../../host/protocol/hex.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import { KeySupply, type KeySupplyOptions } from "../../host/worker/key-supply.ts";
import { h } from "../rpc/fake-worker.ts";

const EPOCH = 1n;

function contract(index: number): WantedContract {
  const bytes = new Uint8Array(20);
  new DataView(bytes.buffer).setUint32(16, index + 1);
  const secretContract = address(toHex(bytes));
  return { secretContract, codeHash: h(1), group: secretContract };
}

/** A supply whose requests are counted by their contracts; the principal fails first with `failures`, in order. */
function supply(...failures: EnigmaError[]): { keys: KeySupply; requests: number[] } {
  const requests: number[] = [];
  const enclave = {
    requestContractKeys: async ({ contracts }: { contracts: readonly WantedContract[] }) => {
      requests.push(contracts.length);
      return { request: new Uint8Array() };
    },
    acceptContractKeys: async () => {},
  };
  const principal = {
    call: async () => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return { grant: "0x" };
    },
  };
  const link = { generation: 1, get: async () => enclave };
  const keys = new KeySupply({
    ...({ link, principal } as unknown as Pick<KeySupplyOptions, "link" | "principal">),
    now: () => 0n,
    clock: { ...systemClock, after: (_, action) => systemClock.after(0, action) },
    log: silentLogger,
    observe: () => {},
    signal: new AbortController().signal,
  });
  return { keys, requests };
}

describe("keys that are asked for together", () => {
  test("are asked for with one request", async () => {
    const { keys, requests } = supply();
    await Promise.all([0, 1, 2, 0].map((index) => keys.ensure(contract(index), EPOCH)));
    expect(requests).toEqual([3]);
    expect(keys.holds(contract(2).secretContract, EPOCH)).toBe(true);
  });

  test("are asked for with several requests where they are more than one grant holds", async () => {
    const { keys, requests } = supply();
    const contracts = Array.from({ length: 600 }, (_, index) => contract(index));
    await Promise.all(contracts.map((each) => keys.ensure(each, EPOCH)));
    expect(requests).toEqual([256, 256, 88]);
    for (const { secretContract } of contracts) expect(keys.holds(secretContract, EPOCH)).toBe(true);
  });
});

test("a principal that is down is asked again", async () => {
  const { keys, requests } = supply(new EnigmaError("principal-unreachable"), new EnigmaError("principal-unreachable"));
  await keys.ensure(contract(0), EPOCH);
  expect(requests).toEqual([1, 1, 1]);
});

test("a refusal reaches those who asked, and the next request is a new one", async () => {
  const { keys, requests } = supply(new EnigmaError("worker-not-selected"));
  const refused = [0, 1].map((index) => keys.ensure(contract(index), EPOCH));
  for (const each of refused) await expect(each).rejects.toMatchObject({ code: "worker-not-selected" });
  expect(keys.holds(contract(0).secretContract, EPOCH)).toBe(false);
  await keys.ensure(contract(0), EPOCH);
  expect(requests).toEqual([2, 1]);
});
