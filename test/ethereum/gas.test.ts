/**
 * Gas of the transactions that users and workers pay for, as data: `gas.json` holds the numbers, `BLESS=1` writes them
 * anew. The limits are those that the project set itself.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { id } from "ethers";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Commitment } from "../../host/ethereum/commitment.ts";
import { createdTasks, type EnigmaAccount } from "../../host/ethereum/enigma-account.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { type Address, fromHex, type Hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import {
  callOrder,
  epochsWith,
  type ServedContract,
  type SettledTask,
  taskOfTwoContracts,
  taskWithCall,
} from "./gas-scenarios.ts";
import { deployTargets } from "./target-contracts.ts";
import { createdRecord, stateAfterOf, TestNetwork, type TestWorker } from "./test-network.ts";

const FILE = join(import.meta.dirname, "gas.json");
const BATCH = 50;
const KEY = fromHex(id("user key"));
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
  await network.nextEpoch();
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

const served = (): ServedContract => ({ network, user, worker, contract, tip, nextNonce: () => ++nonces });
const order = () => callOrder(served());

function settled({ receipt }: SettledTask) {
  expect(receipt.events[0]).toMatchObject({ name: "TaskSettled", outcome: 1 });
  return receipt;
}

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

test("a receipt with one call, a task of two contracts, and a posted record", async () => {
  const recorder = (await deployTargets(user.sender, ["Recorder"])).Recorder.address;
  const called = await taskWithCall(served(), recorder);
  note("receipt with one call", settled(called));
  tip = called.tip;

  const both = await taskOfTwoContracts(served());
  note("record of a task of two contracts", both.record);
  note("receipt of a task of two contracts", settled(both));
  tip = both.tip;

  await user.postRecord({ ...(await order()), kind: 3, inputHash: ZERO_HASH }, new Uint8Array(64), new Uint8Array(32));
  const posted = { ...(await order()), kind: 4, inputHash: ZERO_HASH, callGasLimit: 100_000n } as const;
  note("posted record with an input of 132 bytes", await user.postRecord(posted, new Uint8Array(132).fill(1), KEY));
});

test("a refund with its penalty, and a report", async () => {
  const posted = { ...(await order()), kind: 3, inputHash: ZERO_HASH } as const;
  const record = createdRecord(await user.postRecord(posted, new Uint8Array(64), KEY));
  const claimed = network.receipt(record, tip);
  const pair = [claimed, { ...claimed, gasUsed: 7n }].map((receipt) => network.commitment(worker, record, receipt));
  await network.mineTo(record.blockNumber + 1_000n);
  const refunded = await user.refund(record);
  expect(refunded.events.map(({ name }) => name)).toContain("WorkerPenalised");
  note("refund with a penalty", refunded);
  note("report of two receipts", await user.reportEquivocation(pair[0] as Commitment, pair[1] as Commitment));
});

test("an epoch costs what its workers do", { timeout: 60_000 }, async () => {
  const counts = [2, 9, 100];
  const found: number[] = [];
  for await (const { workers, transaction } of epochsWith(counts)) {
    found.push(workers);
    note(`epoch of ${workers} workers`, transaction);
  }
  expect(found).toEqual(counts);
});

test("the costs are those that are written down", async () => {
  if (process.env.BLESS === "1") await writeFile(FILE, `${JSON.stringify(measured, null, 2)}\n`);
  expect(measured).toEqual(JSON.parse(await readFile(FILE, "utf8")));
});
