import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createdTasks, type EnigmaAccount } from "../../host/ethereum/enigma-account.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { type Address, address, type Hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import { MAX_GAS_LIMIT } from "../../host/protocol/limits.ts";
import { OUTCOME, outcomeSlot } from "../../host/protocol/outcome.ts";
import { taskId } from "../../host/protocol/task-id.ts";
import { recordHash, type TaskKind, type TaskOrder } from "../../host/protocol/task-record.ts";
import { refusedWith } from "./refused-with.ts";
import { CALL_GAS_PRICE, PARAMETERS, TestNetwork, type TestWorker } from "./test-network.ts";

let network: TestNetwork;
let user: EnigmaAccount;
let worker: TestWorker;
let deployed: Address;
beforeAll(async () => {
  network = await TestNetwork.start();
  worker = await network.addWorker(1);
  user = network.account(0);
  await user.deposit(100n * ENG);
  await network.nextEpoch();
  deployed = (await network.deployContract(user, worker)).secretContract;
});
afterAll(() => network.close());

const call = (changes: Partial<TaskOrder> = {}) =>
  network.order(user, { kind: 2, secretContract: deployed, ...changes });
const HASH = `0x${"11".repeat(32)}` as Hash;

describe("a record", () => {
  test("is announced in full, and its hash is the task's slot", async () => {
    const order = await call();
    const transaction = await user.createRecord(order);
    const [created] = createdTasks(transaction);
    const parent = await network.connection.request<{ hash: Hash; timestamp: string }>("eth_getBlockByNumber", [
      `0x${(transaction.blockNumber - 1n).toString(16)}`,
      false,
    ]);
    const { codeHash } = (await network.contract.contractInfo(deployed)) ?? {};
    expect(created?.record).toMatchObject({
      ...order,
      codeHash,
      sender: user.address,
      blockNumber: transaction.blockNumber,
      parentHash: parent.hash,
      rules: 1,
    });
    const id = taskId(network.domain, user.address, order.nonce);
    expect(created?.taskId).toBe(id);
    expect(created && (await network.contract.taskSlot(id))).toBe(created && recordHash(created.record));
  });

  test("takes the most that the task can cost from the balance", async () => {
    const before = await network.contract.balance(user.address);
    await user.createRecord(await call({ gasLimit: 1_000n, gasPrice: 7n }));
    expect(await network.contract.balance(user.address)).toBe(before - 7_000n);
  });

  test("takes the most that its calls can cost, too", async () => {
    const before = await network.contract.balance(user.address);
    await user.createRecord(await call({ gasLimit: 1_000n, gasPrice: 7n, callGasLimit: 5_000_000n }));
    expect(await network.contract.balance(user.address)).toBe(before - 7_000n - 5_000_000n * CALL_GAS_PRICE);
  });

  test("may cost the whole balance, and nothing more", async () => {
    const poor = network.account(5);
    await poor.deposit(1_000n);
    const order = await network.order(poor, { kind: 2, secretContract: deployed, gasLimit: 1_001n, gasPrice: 1n });
    const error = await refusedWith("balance-too-low", poor.createRecord(order));
    expect(error.data).toMatchObject({ balance: 1_000n, needed: 1_001n });
    await poor.createRecord({ ...order, gasLimit: 1_000n });
    expect(await network.contract.balance(poor.address)).toBe(0n);
  });

  test("that costs more than numbers hold is refused", async () => {
    const order = await call({ gasLimit: MAX_GAS_LIMIT, gasPrice: 2n ** 128n - 1n });
    await refusedWith("balance-too-low", user.createRecord(order));
  });
});

describe("an order is refused", () => {
  test("if its nonce is used, also after the task has ended", async () => {
    const order = await call();
    await user.createRecord(order);
    await refusedWith("nonce-used", user.createRecord(order));
  });

  test.each<[string, string, Partial<TaskOrder>]>([
    ["gas-limit-zero", "with a gas limit of zero", { gasLimit: 0n }],
    ["gas-limit-too-high", "with a gas limit above the highest", { gasLimit: MAX_GAS_LIMIT + 1n, gasPrice: 0n }],
    ["gas-limit-too-high", "with the highest number for a gas limit", { gasLimit: 2n ** 64n - 1n, gasPrice: 0n }],
    ["kind-unknown", "of an unknown kind", { kind: 5 as TaskKind }],
    ["kind-unknown", "of a kind that comes with its input", { kind: 3 }],
    ["touches-invalid", "that hashes the contracts it touches itself", { touchesHash: HASH }],
    ["call-gas-limit-too-high", "with too much gas for calls", { callGasLimit: 5_000_001n }],
    ["code-hash-wrong", "to call with a code hash", { codeHash: HASH }],
    ["contract-unknown", "to call what is not deployed", { secretContract: address(`0x${"12".repeat(20)}`) }],
    ["epoch-unknown", "for an epoch that has not started", { epoch: 2n }],
    ["epoch-unknown", "for epoch 0", { epoch: 0n }],
  ])("as %s %s", async (code, _, changes) => {
    await refusedWith(code, user.createRecord(await call(changes)));
  });

  test("if it deploys to an address that is not its own", async () => {
    const order = await network.order(user, { secretContract: deployed });
    const error = await refusedWith("contract-address-wrong", user.createRecord(order));
    expect(String(error.data.expected).toLowerCase()).toBe(network.addressOf(user.address, order.nonce));
  });

  test("if it deploys into a group that does not exist", async () => {
    for (const group of [`0x${"00".repeat(12)}${"77".repeat(20)}`, `0x01${"00".repeat(11)}${deployed.slice(2)}`]) {
      const order = await network.order(user, { touchesHash: group as Hash });
      await refusedWith("group-unknown", user.createRecord(order));
    }
  });

  test("if it deploys without a code hash", async () => {
    await refusedWith("code-hash-wrong", user.createRecord(await network.order(user, { codeHash: ZERO_HASH })));
  });
});

describe("several orders", () => {
  test("are recorded with one transaction and paid together", async () => {
    const before = await network.contract.balance(user.address);
    const orders = await Promise.all([1, 2, 3].map(() => call({ gasLimit: 10n, gasPrice: 2n })));
    const created = createdTasks(await user.createRecords(orders));
    expect(created.map(({ record }) => record.nonce)).toEqual(orders.map(({ nonce }) => nonce));
    expect(await network.contract.balance(user.address)).toBe(before - 60n);
  });

  test("are refused together if one of them is", async () => {
    const orders = [await call(), await call({ gasLimit: 0n })];
    await refusedWith("gas-limit-zero", user.createRecords(orders));
    const [first] = orders as [TaskOrder, TaskOrder];
    expect(await network.contract.taskSlot(taskId(network.domain, user.address, first.nonce))).toBe(ZERO_HASH);
  });

  test("are refused if one of them comes twice", async () => {
    const order = await call();
    await refusedWith("nonce-used", user.createRecords([order, order]));
  });

  test("cannot spend the same balance twice", async () => {
    const balance = await network.contract.balance(user.address);
    const orders = [await call({ gasLimit: 1n, gasPrice: balance }), await call({ gasLimit: 1n, gasPrice: 1n })];
    await refusedWith("balance-too-low", user.createRecords(orders));
  });
});

describe("a refund", () => {
  test("gives the escrow back after the timeout, once, whoever asks", async () => {
    const record = await network.record(user, { kind: 2, secretContract: deployed, gasLimit: 100n, gasPrice: 3n });
    const stranger = network.account(7);
    const error = await refusedWith("refund-too-early", stranger.refund(record));
    expect(error.data.firstBlock).toBe(record.blockNumber + BigInt(PARAMETERS.taskTimeoutBlocks));
    await network.mineTo(record.blockNumber + BigInt(PARAMETERS.taskTimeoutBlocks) - 1n);

    const before = await network.contract.balance(user.address);
    const id = taskId(network.domain, user.address, record.nonce);
    expect((await stranger.refund(record)).events).toMatchObject([{ name: "TaskRefunded", taskId: id, amount: 300n }]);
    expect(await network.contract.balance(user.address)).toBe(before + 300n);
    expect(await network.contract.taskSlot(id)).toBe(outcomeSlot(OUTCOME.refunded, ZERO_HASH));
    await refusedWith("task-already-settled", stranger.refund(record));
  });

  test("is refused for a record that was altered or never made", async () => {
    const record = await network.record(user, { kind: 2, secretContract: deployed });
    await refusedWith("record-mismatch", user.refund({ ...record, gasPrice: record.gasPrice + 1n }));
    await refusedWith("record-unknown", user.refund({ ...record, nonce: 2n ** 200n }));
  });
});

describe("when the epoch has turned", () => {
  test("records may name the one before for some blocks", async () => {
    const { number } = await network.contract.currentEpoch();
    await network.nextEpoch();
    const { firstBlock } = await network.contract.currentEpoch();
    await user.createRecord(await call({ epoch: number }));
    await network.mineTo(firstBlock + BigInt(PARAMETERS.epochGraceBlocks) - 1n);
    const error = await refusedWith("epoch-too-old", user.createRecord(await call({ epoch: number })));
    expect(error.data.current).toBe(number + 1n);
  });

  test("records may never name the one before that", async () => {
    const { number } = await network.contract.currentEpoch();
    await network.nextEpoch();
    await refusedWith("epoch-too-old", user.createRecord(await call({ epoch: number - 1n })));
  });
});
