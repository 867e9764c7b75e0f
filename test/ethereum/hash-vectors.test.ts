/** The published vectors, hashed by the Solidity that the Enigma contract hashes with. */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Hex } from "../../host/protocol/hex.ts";
import { deployTargets, type Target } from "./target-contracts.ts";
import { TestNetwork } from "./test-network.ts";

const VECTORS = resolve(import.meta.dirname, "../vectors");

let network: TestNetwork;
let hashes: Target;
beforeAll(async () => {
  network = await TestNetwork.start();
  hashes = (await deployTargets(network.account(0).sender, ["Hashes"], "Hashes.sol")).Hashes;
});
afterAll(() => network.close());

async function vectors<Vector>(file: string): Promise<Vector[]> {
  const list = JSON.parse(await readFile(join(VECTORS, `${file}.json`), "utf8")) as Vector[];
  expect(list.length).toBeGreaterThan(2);
  return list;
}

async function hashed(name: string, value: unknown): Promise<Hex> {
  const data = hashes.abi.encodeFunctionData(name, [value]);
  return network.connection.request<Hex>("eth_call", [{ to: hashes.address, data }, "latest"]);
}

test("receipts", async () => {
  for (const { name, receipt, expected } of await vectors<ReceiptVector>("receipt")) {
    expect(await hashed("receiptHash", receipt), name).toBe(expected.hash);
  }
});

test("records", async () => {
  for (const { name, record, expected } of await vectors<RecordVector>("task-record")) {
    expect(await hashed("recordHash", record), name).toBe(expected.hash);
  }
});

test("lists of touched contracts, as the moves of a receipt name them", async () => {
  const state = `0x${"00".repeat(32)}`;
  for (const { name, touches, expected } of await vectors<TouchesVector>("touches-hash")) {
    const moves = [`0x${"01".repeat(20)}`, ...touches].map((contract) => [contract, state, state]);
    expect(await hashed("touchesHash", moves), name).toBe(expected);
  }
});

test("effects", async () => {
  for (const { name, effects, expected } of await vectors<EffectsVector>("effects-hash")) {
    const found = await Promise.all(effects.map((effect) => hashed("effectHash", effect)));
    expect(found, name).toEqual(expected.hashes);
  }
});

interface ReceiptVector {
  readonly name: string;
  readonly receipt: unknown;
  readonly expected: { readonly hash: Hex };
}

interface RecordVector {
  readonly name: string;
  readonly record: unknown;
  readonly expected: { readonly hash: Hex };
}

interface TouchesVector {
  readonly name: string;
  readonly touches: readonly string[];
  readonly expected: Hex;
}

interface EffectsVector {
  readonly name: string;
  readonly effects: readonly unknown[];
  readonly expected: { readonly hashes: readonly Hex[] };
}
