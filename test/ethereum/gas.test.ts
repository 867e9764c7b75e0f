/**
 * Gas of the transactions that users and workers pay for, as data: `gas.json` holds the numbers, `BLESS=1` writes them
 * anew. The limits are those that the project set itself.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { id } from "ethers";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Commitment } from "../../host/ethereum/commitment.ts";
import { createdTasks, EnigmaAccount } from "../../host/ethereum/enigma-account.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import { type Effect, effectsHash } from "../../host/protocol/effect.ts";
import { type Address, fromHex, type Hash, type Hex, ZERO_HASH } from "../../host/protocol/hex.ts";
import { groupWord } from "../../host/protocol/touches.ts";
import { deployTargets } from "./target-contracts.ts";
import { createdRecord, enclaveKey, signerOf, stateAfterOf, TestNetwork, type TestWorker } from "./test-network.ts";

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

test("a receipt with one call, a task of two contracts, and a posted record", async () => {
  const recorder = (await deployTargets(user.sender, ["Recorder"])).Recorder.address;
  const calling = createdRecord(await user.createRecord({ ...(await order()), callGasLimit: 100_000n }));
  const effects: Effect[] = [
    { kind: 1, source: contract, target: recorder, value: 0n, data: new Uint8Array(68).fill(1) },
  ];
  const called = network.receipt(calling, tip, { effectsHash: effectsHash(effects) });
  note("receipt with one call", await commit(network.commitment(worker, calling, called, effects)));
  tip = stateAfterOf(called.taskId);

  const joining = { nonce: ++nonces, touchesHash: groupWord(contract) };
  const joined = await network.deployContract(user, worker, joining);
  const touching = await user.createRecordTouching(await order(), [joined.secretContract]);
  note("record of a task of two contracts", touching);
  const plain = network.receipt(createdRecord(touching), tip);
  const stateAfter = stateAfterOf(plain.taskId);
  const second = { secretContract: joined.secretContract, stateBefore: joined.tip, stateAfter };
  const two = network.commitment(worker, createdRecord(touching), { ...plain, moves: [...plain.moves, second] });
  note("receipt of a task of two contracts", await commit(two));
  tip = stateAfter;

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
  const crowded = await TestNetwork.start({ parameters: { epochBlocks: 10 } });
  try {
    let count = 0;
    for (const wanted of [2, 9, 100]) {
      // One after the other: in another order the same bytes of calldata would be zero in other places.
      for (; count < wanted; count += 1) await addSmallWorker(crowded, count);
      // The snapshot of the next epoch may have been due while they were being added; that of the one after counts all.
      await crowded.nextEpoch();
      note(`epoch of ${wanted} workers`, await crowded.nextEpoch());
      const { number } = await crowded.contract.currentEpoch();
      expect((await crowded.contract.epochWorkers(number)).length).toBe(wanted);
    }
  } finally {
    await crowded.close();
  }
});

/** A worker of an account of its own; its owner pays. */
async function addSmallWorker(crowded: TestNetwork, index: number): Promise<void> {
  const sender = new TransactionSender(crowded.connection, id(`small worker ${index}`) as Hex);
  const account = new EnigmaAccount(sender, crowded.contract);
  await crowded.connection.request("anvil_setBalance", [sender.address, "0xde0b6b3a7640000"]);
  await crowded.token.transfer(crowded.account(0).sender, sender.address, ENG);
  await crowded.token.approve(sender, crowded.deployment.enigma, ENG);
  const enclave = enclaveKey(`small worker ${index}`);
  await crowded.register({ account, enclave, signer: signerOf(enclave) });
  await account.depositStake(ENG);
  await account.logIn();
}

async function commit(commitment: Commitment) {
  const transaction = await worker.account.commitReceipts([commitment]);
  expect(transaction.events[0]).toMatchObject({ name: "TaskSettled", outcome: 1 });
  return transaction;
}

test("the costs are those that are written down", async () => {
  if (process.env.BLESS === "1") await writeFile(FILE, `${JSON.stringify(measured, null, 2)}\n`);
  expect(measured).toEqual(JSON.parse(await readFile(FILE, "utf8")));
});
