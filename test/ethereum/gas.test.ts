/**
 * Gas of the transactions that users and workers pay for, as data: `gas.json` holds the numbers, `BLESS=1` writes them
 * anew. The limits are those that the project set itself.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createdTasks, type EnigmaAccount } from "../../host/ethereum/enigma-account.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { type Address, type Hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import { stateAfterOf, TestNetwork, type TestWorker } from "./test-network.ts";

const FILE = join(import.meta.dirname, "gas.json");
const BATCH = 50;
/** A nonce as clients draw it: 32 bytes, none of them zero. */
const NONCE = BigInt(`0x${"b7".repeat(31)}01`);

let network: TestNetwork;
let user: EnigmaAccount;
let worker: TestWorker;
let contract: Address;
let tip: Hash = ZERO_HASH;
let nonces = NONCE;
const measured: Record<string, number> = {};

beforeAll(async () => {
  network = await TestNetwork.start({ parameters: { epochBlocks: 1_000, taskTimeoutBlocks: 1_000 } });
  const workers = [await network.addWorker(1), await network.addWorker(2)];
  user = network.account(0);
  note("deposit, first", await user.deposit(100n * ENG));
  note("epoch of 2 workers", await network.nextEpoch());
  const creation = await user.createRecord(await network.order(user, { nonce: ++nonces, gasPrice: 1_000_000_000n }));
  note("record of a deployment", creation);
  const record = createdTasks(creation)[0]?.record;
  if (record === undefined) throw new Error("no record was created");
  contract = record.secretContract;
  worker = await network.selected(workers, contract);
  const receipt = network.receipt(record, tip);
  note("receipt of a deployment", await worker.account.commitReceipts([network.commitment(worker, record, receipt)]));
  tip = stateAfterOf(receipt.taskId);
});
afterAll(() => network.close());

function note(name: string, { gasUsed }: { gasUsed: bigint }, count = 1): number {
  measured[name] = Math.ceil(Number(gasUsed) / count);
  return measured[name];
}

const order = () =>
  network.order(user, { kind: 2, secretContract: contract, nonce: ++nonces, gasPrice: 1_000_000_000n });

async function runTasks(count: number) {
  const orders = await Promise.all(Array.from({ length: count }, order));
  const records = await (count === 1 && orders[0] ? user.createRecord(orders[0]) : user.createRecords(orders));
  const commitments = createdTasks(records).map(({ record }) => {
    const receipt = network.receipt(record, tip);
    tip = stateAfterOf(receipt.taskId);
    return network.commitment(worker, record, receipt);
  });
  const receipts = await worker.account.commitReceipts(commitments);
  expect(receipts.events.map(({ name }) => name)).toEqual(Array(count).fill("TaskSettled"));
  return { records, receipts };
}

test("a single task costs at most 135,000 gas", async () => {
  const { records, receipts } = await runTasks(1);
  const total = note("record of a call", records) + note("receipt of a call", receipts);
  expect(total).toBeLessThanOrEqual(135_000);
});

test("in a batch of 50 a receipt costs at most 30,000 gas, and record and receipt 62,000", async () => {
  const { records, receipts } = await runTasks(BATCH);
  const receipt = note("receipt of a call, one of 50", receipts, BATCH);
  expect(receipt).toBeLessThanOrEqual(30_000);
  expect(note("record of a call, one of 50", records, BATCH) + receipt).toBeLessThanOrEqual(62_000);
});

test("a task costs the same after 300 tasks of its contract", async () => {
  for (let batch = 0; batch < 5; batch += 1) await runTasks(BATCH);
  const { records, receipts } = await runTasks(1);
  // Bytes of calldata that happen to be zero cost 12 gas less.
  expect(Math.abs(Number(records.gasUsed) - (measured["record of a call"] ?? 0))).toBeLessThanOrEqual(100);
  expect(Math.abs(Number(receipts.gasUsed) - (measured["receipt of a call"] ?? 0))).toBeLessThanOrEqual(100);
});

test("the costs are those that are written down", async () => {
  if (process.env.BLESS === "1") await writeFile(FILE, `${JSON.stringify(measured, null, 2)}\n`);
  expect(measured).toEqual(JSON.parse(await readFile(FILE, "utf8")));
});
