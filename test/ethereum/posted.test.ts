/** Tasks that are recorded with their inputs, what their workers owe, and what it costs them to forget. */
import { concat, id, keccak256 } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createdTasks, type EnigmaAccount } from "../../host/ethereum/enigma-account.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { type Address, fromHex, type Hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import { inputHash } from "../../host/protocol/input-hash.ts";
import { OUTCOME, outcomeSlot } from "../../host/protocol/outcome.ts";
import { taskId } from "../../host/protocol/task-id.ts";
import { recordHash, type TaskOrder, type TaskRecord } from "../../host/protocol/task-record.ts";
import { refusedWith } from "./refused-with.ts";
import { CALL_GAS_PRICE, createdRecord, PARAMETERS, STAKE, TestNetwork, type TestWorker } from "./test-network.ts";

const INPUT = new Uint8Array([1, 2, 3, 4, 5]);
const KEY = fromHex(id("user key"));
const TIMEOUT = BigInt(PARAMETERS.taskTimeoutBlocks);

let network: TestNetwork;
let user: EnigmaAccount;
let worker: TestWorker;
let contract: Address;
beforeAll(async () => {
  network = await TestNetwork.start({ parameters: { postedGasPrice: 5n, epochBlocks: 60 } });
  worker = await network.addWorker(1);
  user = network.account(0);
  await user.deposit(10_000n * ENG);
  await network.nextEpoch();
  contract = (await network.deployContract(user, worker)).secretContract;
});
afterAll(() => network.close());

const order = (changes: Partial<TaskOrder> = {}) =>
  network.order(user, { kind: 3, secretContract: contract, gasLimit: 1_000n, gasPrice: 5n, ...changes });
const post = async (changes: Partial<TaskOrder> = {}) =>
  createdRecord(await user.postRecord(await order(changes), INPUT, KEY));
const stakeOf = async () => (await network.contract.worker(worker.account.address)).stake;

describe("a posted record", () => {
  test.each([3, 4] as const)("of kind %i announces its input before itself, and its hash is in it", async (kind) => {
    const transaction = await user.postRecord(await order({ kind }), INPUT, KEY);
    const [created] = createdTasks(transaction);
    expect(transaction.events).toMatchObject([
      { name: "TaskInput", taskId: created?.taskId, userKey: KEY, input: INPUT },
      { name: "RecordCreated", record: { kind, inputHash: inputHash(INPUT, KEY), touchesHash: ZERO_HASH } },
    ]);
    expect(await network.contract.taskSlot(created?.taskId as Hash)).toBe(recordHash(created?.record as TaskRecord));
  });

  test("may have an empty input, and one of 16,384 bytes, not a byte more", async () => {
    const largest = new Uint8Array(16_384).fill(3);
    for (const input of [new Uint8Array(), largest]) {
      const { record } = createdTasks(await user.postRecord(await order(), input, KEY))[0] ?? {};
      expect(record?.inputHash).toBe(keccak256(concat([input, KEY])));
    }
    const larger = user.postRecord(await order(), new Uint8Array(16_385), KEY);
    await refusedWith("posted-input-too-large", larger);
  });

  test.each<[string, string, Partial<TaskOrder>]>([
    ["posted-gas-price-too-low", "pays too little", { gasPrice: 4n }],
    ["input-hash-wrong", "hashes its input itself", { inputHash: id("input") as Hash }],
    ["touches-invalid", "hashes what it touches itself", { touchesHash: id("touches") as Hash }],
    ["kind-unknown", "is a plain call", { kind: 2 }],
    ["kind-unknown", "is a deployment", { kind: 1 }],
    ["contract-unknown", "calls what is not deployed", { secretContract: `0x${"12".repeat(20)}` as Address }],
    ["gas-limit-zero", "buys nothing", { gasLimit: 0n }],
  ])("is refused as %s if it %s", async (code, _, changes) => {
    await refusedWith(code, user.postRecord(await order(changes), INPUT, KEY));
  });

  test("cannot touch contracts of another group", async () => {
    const other = (await network.deployContract(user, worker)).secretContract;
    await refusedWith("touches-invalid", user.postRecord(await order(), INPUT, KEY, [other]));
  });
});

describe("a posted task that nobody settles", () => {
  test("is refunded, and its worker loses twice the escrow, which is burned", async () => {
    await network.nextEpoch();
    const record = await post({ gasLimit: 1_000n, gasPrice: 10n ** 12n, callGasLimit: 7n });
    const escrow = 1_000n * 10n ** 12n + 7n * CALL_GAS_PRICE;
    await network.mineTo(record.blockNumber + TIMEOUT);
    const [balance, stake, supply] = await Promise.all([
      network.contract.balance(user.address),
      stakeOf(),
      network.token.totalSupply(),
    ]);
    const { events } = await network.account(9).refund(record);
    expect(events).toMatchObject([
      { name: "TaskRefunded", amount: escrow },
      { name: "WorkerPenalised", worker: worker.account.address, amount: 2n * escrow },
    ]);
    expect(await network.contract.balance(user.address)).toBe(balance + escrow);
    expect(await stakeOf()).toBe(stake - 2n * escrow);
    expect(await network.token.totalSupply()).toBe(supply - 2n * escrow);
    const slot = outcomeSlot(OUTCOME.refunded, ZERO_HASH);
    expect(await network.contract.taskSlot(taskId(network.domain, user.address, record.nonce))).toBe(slot);
    await refusedWith("task-already-settled", user.refund(record));
    expect(await stakeOf()).toBe(stake - 2n * escrow);
  });

  test("costs nobody anything if it was not posted", async () => {
    const record = await network.record(user, { kind: 2, secretContract: contract });
    const deployment = await network.record(user);
    await network.mineTo(deployment.blockNumber + TIMEOUT);
    for (const task of [record, deployment]) {
      expect((await user.refund(task)).events.map(({ name }) => name)).toEqual(["TaskRefunded"]);
    }
  });

  test("costs the worker of the task's middle, also when the refund comes an epoch later", async () => {
    await network.nextEpoch();
    const record = await post({ gasPrice: 10n ** 9n });
    await network.nextEpoch();
    await network.nextEpoch();
    expect((await user.refund(record)).events).toMatchObject([{ name: "TaskRefunded" }, { name: "WorkerPenalised" }]);
  });

  test("logs out a worker that is left with less than the minimum, and takes no more than it has", async () => {
    await network.nextEpoch();
    const stake = await stakeOf();
    const record = await post({ gasLimit: 1_000n, gasPrice: stake / 1_000n });
    await network.mineTo(record.blockNumber + TIMEOUT);
    expect((await user.refund(record)).events).toMatchObject([
      { name: "TaskRefunded" },
      { name: "WorkerLoggedOut", worker: worker.account.address },
      { name: "WorkerPenalised", amount: stake },
    ]);
    expect(await network.contract.worker(worker.account.address)).toMatchObject({ stake: 0n, loggedIn: false });
    // What a snapshot that is still to be taken must count cannot go from the list at once.
    await refusedWith("stake-locked", worker.account.unregister());
    await worker.account.depositStake(STAKE);
    await worker.account.logIn();
  });
});

test("nobody answers for a task during which no epoch ruled for half of the time", async () => {
  const short = await TestNetwork.start({ parameters: { epochBlocks: 1, taskTimeoutBlocks: 60 } });
  try {
    const [only] = [await short.addWorker(1)] as [TestWorker];
    const sender = short.account(0);
    await sender.deposit(ENG);
    await short.nextEpoch();
    const { secretContract } = await short.deployContract(sender, only);
    const ordered = await short.order(sender, { kind: 3, secretContract });
    const record = createdRecord(await sender.postRecord(ordered, INPUT, KEY));
    while ((await short.blockNumber()) < record.blockNumber + 60n) await short.nextEpoch();
    expect((await sender.refund(record)).events.map(({ name }) => name)).toEqual(["TaskRefunded"]);
  } finally {
    await short.close();
  }
});
