/** How much of a group's time the senders of posted tasks can take, of which each that is not settled costs its worker a penalty. */
import { id } from "ethers";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { EnigmaAccount } from "../../host/ethereum/enigma-account.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { type Address, fromHex } from "../../host/protocol/hex.ts";
import { groupWord } from "../../host/protocol/touches.ts";
import { refusedWith } from "./refused-with.ts";
import { TestNetwork, type TestWorker } from "./test-network.ts";

const QUOTA = 2_000_000n;
const QUARTER = QUOTA / 4n;
const LEAST = QUOTA / 200n;
const KEY = fromHex(id("user key"));

let network: TestNetwork;
let user: EnigmaAccount;
let worker: TestWorker;
let contract: Address;
beforeAll(async () => {
  network = await TestNetwork.start({ parameters: { postedGasQuota: QUOTA, epochBlocks: 200 } });
  worker = await network.addWorker(1);
  user = network.account(0);
  for (const account of [user, network.account(2)]) await account.deposit(100n * ENG);
  await network.nextEpoch();
});
afterAll(() => network.close());
beforeEach(async () => {
  contract = (await network.deployContract(user, worker)).secretContract;
});

async function post(gasLimit: bigint, secretContract = contract, sender = user, kind: 3 | 4 = 3) {
  const order = await network.order(sender, { kind, secretContract, gasLimit });
  return sender.postRecord(order, new Uint8Array(4), KEY);
}
async function exhausted(left: bigint, posting: Promise<unknown>) {
  expect((await refusedWith("posted-quota-exceeded", posting)).data.left).toBe(left);
}

test("one posted task cannot take more than a quarter of the quota and so keep all others out", async () => {
  const error = await refusedWith("posted-gas-limit-too-high", post(QUARTER + 1n));
  expect(error.data.most).toBe(QUARTER);
  await post(QUARTER);
  await post(QUARTER, contract, network.account(2));
});

test("tiny orders cannot exceed the number that a worker commits one by one in time: each counts as a 200th", async () => {
  for (let count = 0; count < 3; count += 1) await post(QUARTER);
  for (let count = 0; count < 49; count += 1) await post(1n, contract, user, count % 2 === 0 ? 4 : 3);
  await exhausted(LEAST, post(LEAST + 1n));
  await post(LEAST);
  await exhausted(0n, post(1n));
});

test("contracts cannot multiply the quota by joining a group: it is the group's, for all senders", async () => {
  const joined = await network.deployContract(user, worker, { touchesHash: groupWord(contract) });
  const apart = await network.deployContract(user, worker);
  for (const target of [contract, joined.secretContract, joined.secretContract]) await post(QUARTER, target);
  await post(QUARTER - LEAST, contract, network.account(2));
  await exhausted(LEAST, post(LEAST + 1n, joined.secretContract));
  await post(1n, joined.secretContract);
  await exhausted(0n, post(1n));
  await post(QUARTER, apart.secretContract);
});

test("a group whose quota is used up is not shut for longer than the epoch", async () => {
  for (let count = 0; count < 4; count += 1) await post(QUARTER);
  await exhausted(0n, post(1n));
  await network.nextEpoch();
  await post(QUARTER);
});

test("plain calls take nothing of the quota and are not bound by it", async () => {
  const plain = () => network.record(user, { kind: 2, secretContract: contract, gasLimit: QUOTA + 1n });
  await plain();
  for (let count = 0; count < 4; count += 1) await post(QUARTER);
  await plain();
});
