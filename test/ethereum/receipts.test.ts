import { Interface, id, Signature } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Commitment } from "../../host/ethereum/commitment.ts";
import type { EnigmaAccount, EnigmaTransaction } from "../../host/ethereum/enigma-account.ts";
import { enigmaAbi } from "../../host/ethereum/generated/enigma-abi.ts";
import { refusalCode } from "../../host/ethereum/revert-error.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import {
  type Address,
  address,
  fromHex,
  type Hash,
  type Hex,
  hash,
  toHex,
  ZERO_HASH,
} from "../../host/protocol/hex.ts";
import { OUTCOME, outcomeSlot } from "../../host/protocol/outcome.ts";
import { type Receipt, type ReceiptStatus, receiptHash } from "../../host/protocol/receipt.ts";
import type { TaskRecord } from "../../host/protocol/task-record.ts";
import { refusedWith } from "./refused-with.ts";
import { enclaveKey, PARAMETERS, stateAfterOf, TestNetwork, type TestWorker } from "./test-network.ts";

let network: TestNetwork;
let user: EnigmaAccount;
let workers: TestWorker[];
let worker: TestWorker;
let contract: Address;
let tip: Hash;
beforeAll(async () => {
  network = await TestNetwork.start();
  workers = [await network.addWorker(1), await network.addWorker(2)];
  user = network.account(0);
  await user.deposit(100n * ENG);
  await network.nextEpoch();
  const record = await network.record(user);
  contract = record.secretContract;
  worker = await network.selected(workers, contract);
  const receipt = network.receipt(record, ZERO_HASH);
  await worker.account.commitReceipts([network.commitment(worker, record, receipt)]);
  tip = stateAfterOf(receipt.taskId);
});
afterAll(() => network.close());

const call = () => network.record(user, { kind: 2, secretContract: contract });
const refusals = ({ events }: EnigmaTransaction) =>
  events.filter((event) => event.name === "ReceiptRefused").map(({ reason }) => refusalCode(reason));

/** Commits one receipt and moves the tip of these tests if it was taken. */
async function commit(commitment: Commitment): Promise<EnigmaTransaction> {
  const transaction = await worker.account.commitReceipts([commitment]);
  for (const event of transaction.events) if (event.name === "TaskSettled") tip = event.stateAfter;
  return transaction;
}

describe("a committed receipt", () => {
  test("moves the tip, pays the worker, gives the rest back and leaves the outcome", async () => {
    const record = await call();
    const receipt = network.receipt(record, tip, { gasUsed: 123_456n });
    const [paid, kept] = await balances();
    const { events } = await commit(network.commitment(worker, record, receipt));
    expect(events).toMatchObject([
      {
        name: "TaskSettled",
        taskId: receipt.taskId,
        secretContract: contract,
        outcome: OUTCOME.committed,
        receiptHash: receiptHash(receipt),
        stateAfter: stateAfterOf(receipt.taskId),
        outputHash: receipt.outputHash,
        gasUsed: 123_456n,
      },
    ]);
    expect(await network.contract.tip(contract)).toBe(stateAfterOf(receipt.taskId));
    expect(await network.contract.taskSlot(receipt.taskId)).toBe(outcomeSlot(OUTCOME.committed, receiptHash(receipt)));
    const fee = 123_456n * record.gasPrice;
    expect(await balances()).toEqual([paid + fee, kept + record.gasLimit * record.gasPrice - fee]);
  });

  test("of a deployment creates the account, which only Enigma can use", async () => {
    const record = await network.record(user);
    const receipt = network.receipt(record, ZERO_HASH);
    const selected = await network.selected(workers, record.secretContract);
    const { events } = await selected.account.commitReceipts([network.commitment(selected, record, receipt)]);
    expect(events).toMatchObject([
      {
        name: "ContractDeployed",
        secretContract: record.secretContract,
        codeHash: record.codeHash,
        group: record.secretContract,
        rules: 1,
      },
      { name: "TaskSettled" },
    ]);
    expect(await network.contract.contractInfo(record.secretContract)).toEqual({
      codeHash: record.codeHash,
      group: record.secretContract,
      rules: 1,
    });
    const account = new Interface([
      "function execute(address,uint256,uint256,bytes)",
      "function emitLog(uint256,bytes)",
      "function enigma() view returns (address)",
    ]);
    const read = account.encodeFunctionData("enigma") as Hex;
    const enigma = await network.connection.request<Hex>("eth_call", [
      { to: record.secretContract, data: read },
      "latest",
    ]);
    expect(address(`0x${enigma.slice(26)}`)).toBe(network.deployment.enigma);
    const acts = [
      account.encodeFunctionData("execute", [user.address, 0n, 0n, "0x"]),
      account.encodeFunctionData("emitLog", [0n, "0x"]),
    ];
    for (const data of acts as Hex[]) {
      const direct = user.sender.send({ to: record.secretContract, data, gasLimit: 100_000n });
      await refusedWith("enigma-only", direct);
    }
  });

  async function balances() {
    return [await network.contract.balance(worker.account.address), await network.contract.balance(user.address)] as [
      bigint,
      bigint,
    ];
  }
});

describe("a failed receipt", () => {
  const failed = (record: TaskRecord, before: Hash): Receipt =>
    network.receipt(record, before, {
      status: 2,
      moves: [{ secretContract: record.secretContract, stateBefore: before, stateAfter: before }],
    });

  test("leaves the tip and is paid", async () => {
    const record = await call();
    const receipt = failed(record, tip);
    const { events } = await commit(network.commitment(worker, record, receipt));
    expect(events).toMatchObject([{ name: "TaskSettled", outcome: OUTCOME.failed, stateAfter: tip }]);
    expect(await network.contract.tip(contract)).toBe(tip);
    expect(await network.contract.taskSlot(receipt.taskId)).toBe(outcomeSlot(OUTCOME.failed, receiptHash(receipt)));
  });

  test("of a deployment deploys nothing", async () => {
    const record = await network.record(user);
    const selected = await network.selected(workers, record.secretContract);
    await selected.account.commitReceipts([network.commitment(selected, record, failed(record, ZERO_HASH))]);
    expect(await network.contract.contractInfo(record.secretContract)).toBeUndefined();
    expect(await network.connection.request("eth_getCode", [record.secretContract, "latest"])).toBe("0x");
  });
});

describe("a receipt is refused by itself, changes nothing and costs the user nothing", () => {
  const STATE = hash(id("another state"));
  const move = (changes: object) => (record: TaskRecord, receipt: Receipt) =>
    network.commitment(worker, record, {
      ...receipt,
      moves: [{ ...receipt.moves[0], ...changes }] as Receipt["moves"],
    });
  const change = (changes: Partial<Receipt>) => (record: TaskRecord, receipt: Receipt) =>
    network.commitment(worker, record, { ...receipt, ...changes });
  const signature = (alter: (bytes: Uint8Array) => Uint8Array) => (record: TaskRecord, receipt: Receipt) => {
    const commitment = network.commitment(worker, record, receipt);
    return { ...commitment, signature: alter(commitment.signature) };
  };

  test.each<[string, string, (record: TaskRecord, receipt: Receipt) => Commitment]>([
    [
      "record-unknown",
      "there is no record",
      (record, receipt) => network.commitment(worker, { ...record, nonce: 2n ** 210n }, receipt),
    ],
    [
      "record-mismatch",
      "the record is altered",
      (record, receipt) => network.commitment(worker, { ...record, gasPrice: 1n }, receipt),
    ],
    ["record-mismatch", "it names another record", change({ recordHash: STATE })],
    ["record-mismatch", "it names another task", change({ taskId: STATE })],
    ["receipt-epoch-wrong", "it is from another epoch", change({ epoch: 2n })],
    ["status-invalid", "its status is none", change({ status: 3 as ReceiptStatus })],
    ["status-invalid", "its status is zero", change({ status: 0 as ReceiptStatus })],
    ["gas-above-limit", "it uses too much gas", change({ gasUsed: 500_001n })],
    ["effects-mismatch", "it names effects that are not shown", change({ effectsHash: STATE })],
    ["moves-invalid", "it moves nothing", change({ moves: [] })],
    [
      "moves-invalid",
      "it moves twice",
      (record, receipt) =>
        network.commitment(worker, record, { ...receipt, moves: [...receipt.moves, ...receipt.moves] }),
    ],
    ["moves-invalid", "it moves another contract", move({ secretContract: address(`0x${"ab".repeat(20)}`) })],
    ["moves-invalid", "it is committed and stays", (record, receipt) => move({ stateAfter: tip })(record, receipt)],
    ["moves-invalid", "it is failed and moves", change({ status: 2 })],
    ["state-mismatch", "it starts elsewhere", move({ stateBefore: STATE })],
    [
      "signature-invalid",
      "a stranger signed it",
      (record, receipt) => network.commitment({ ...worker, enclave: enclaveKey("a stranger") }, record, receipt),
    ],
    ["signature-invalid", "its signature is short", signature((bytes) => bytes.subarray(0, 64))],
    ["signature-invalid", "its signature is empty", signature(() => new Uint8Array())],
    ["signature-invalid", "its signature is zero", signature(() => new Uint8Array(65))],
    ["signature-invalid", "its v is neither 27 nor 28", signature((bytes) => bytes.with(64, 1))],
    ["signature-high-s", "its signature has the high-s form", signature(highS)],
  ])("as %s if %s", async (code, _, spoil) => {
    const record = await call();
    const good = network.receipt(record, tip);
    const before = await Promise.all([network.contract.balance(user.address), network.contract.taskSlot(good.taskId)]);
    expect(refusals(await commit(spoil(record, good)))).toEqual([code]);
    const after = await Promise.all([network.contract.balance(user.address), network.contract.taskSlot(good.taskId)]);
    expect(after).toEqual(before);
    expect(refusals(await commit(network.commitment(worker, record, good)))).toEqual([]);
  });

  test("as worker-not-selected if another worker sends it", async () => {
    const record = await call();
    const other = workers.find((candidate) => candidate !== worker) as TestWorker;
    const transaction = await other.account.commitReceipts([
      network.commitment(other, record, network.receipt(record, tip)),
    ]);
    expect(refusals(transaction)).toEqual(["worker-not-selected"]);
  });

  test("as worker-not-selected if a stranger hands in what the worker's enclave signed", async () => {
    const record = await call();
    const commitment = network.commitment(worker, record, network.receipt(record, tip));
    expect(refusals(await network.account(8).commitReceipts([commitment]))).toEqual(["worker-not-selected"]);
  });

  test("as task-already-settled if it comes twice, in one batch or two", async () => {
    const record = await call();
    const commitment = network.commitment(worker, record, network.receipt(record, tip));
    const transaction = await worker.account.commitReceipts([commitment, commitment]);
    expect(transaction.events.map(({ name }) => name)).toEqual(["TaskSettled", "ReceiptRefused"]);
    expect(refusals(transaction)).toEqual(["task-already-settled"]);
    expect(refusals(await worker.account.commitReceipts([commitment]))).toEqual(["task-already-settled"]);
    tip = stateAfterOf(commitment.receipt.taskId);
  });

  test("as task-already-settled if another receipt has settled it", async () => {
    const record = await call();
    const settling = network.commitment(worker, record, network.receipt(record, tip));
    const other = network.commitment(worker, record, network.receipt(record, tip, { gasUsed: 99_999n }));
    expect(refusals(await commit(settling))).toEqual([]);
    expect(refusals(await commit(other))).toEqual(["task-already-settled"]);
  });

  test("as record-mismatch if its record stands on blocks that have left the chain", async () => {
    const record = { ...(await call()), parentHash: STATE };
    const receipt = network.receipt(record, tip);
    expect(refusals(await commit(network.commitment(worker, record, receipt)))).toEqual(["record-mismatch"]);
  });

  test("as task-already-settled after a refund", async () => {
    const record = await call();
    await network.mineTo(record.blockNumber + BigInt(PARAMETERS.taskTimeoutBlocks));
    await user.refund(record);
    const receipt = network.receipt(record, tip);
    expect(refusals(await commit(network.commitment(worker, record, receipt)))).toEqual(["task-already-settled"]);
  });
});

describe("a batch", () => {
  test("settles its good receipts, whatever the bad ones are", async () => {
    const records = [await call(), await call(), await call()] as [TaskRecord, TaskRecord, TaskRecord];
    const first = network.receipt(records[0], tip);
    const lost = network.receipt(records[1], hash(id("nowhere")));
    const last = network.receipt(records[2], stateAfterOf(first.taskId));
    const transaction = await worker.account.commitReceipts([
      network.commitment(worker, records[0], first),
      network.commitment(worker, records[1], lost),
      network.commitment(worker, records[2], last),
    ]);
    expect(transaction.events.map(({ name }) => name)).toEqual(["TaskSettled", "ReceiptRefused", "TaskSettled"]);
    tip = stateAfterOf(last.taskId);
    expect(await network.contract.tip(contract)).toBe(tip);
  });

  test("is not spoiled by words with dirty upper bits", async () => {
    const record = await call();
    const good = network.commitment(worker, record, network.receipt(record, tip));
    const data = fromHex(encodeTwice(good));
    // The status of the first receipt: the eighth word of the receipt's head, after selector, array head and record.
    data[4 + 32 * (2 + 2 + 18 + 7)] = 1;
    const { logs } = await worker.account.sender.send({
      to: network.deployment.enigma,
      data: toHex(data),
      gasLimit: 1_000_000n,
    });
    expect(logs.map(({ topics }) => topics[0])).toEqual([
      id("ReceiptRefused(bytes32,bytes4)"),
      id("TaskSettled(bytes32,address,uint8,bytes32,bytes32,bytes32,uint64)"),
    ]);
    tip = stateAfterOf(good.receipt.taskId);
  });

  test("is taken from a plain account only, not from one with delegated code", async () => {
    const record = await call();
    const commitment = network.commitment(worker, record, network.receipt(record, tip));
    const { address: sender } = worker.account;
    await network.connection.request("anvil_setCode", [sender, `0xef0100${network.deployment.token.slice(2)}`]);
    await refusedWith("plain-account-required", worker.account.commitReceipts([commitment]));
    await network.connection.request("anvil_setCode", [sender, "0x"]);
    expect(refusals(await commit(commitment))).toEqual([]);
  });
});

test("when the epoch turns, receipts of the old one are refused and those of the new one taken", async () => {
  const record = await call();
  const late = network.commitment(worker, record, network.receipt(record, tip));
  await network.nextEpoch();
  const { number } = await network.contract.currentEpoch();
  const selected = await network.selected(workers, contract);
  expect(refusals(await selected.account.commitReceipts([late]))).toEqual(["receipt-epoch-wrong"]);
  const again = network.commitment(selected, record, network.receipt(record, tip, { epoch: number }));
  expect((await selected.account.commitReceipts([again])).events).toMatchObject([{ name: "TaskSettled" }]);
});

function encodeTwice(commitment: Commitment): Hex {
  return new Interface(enigmaAbi).encodeFunctionData("commitReceipts", [[commitment, commitment]]) as Hex;
}

function highS(bytes: Uint8Array): Uint8Array {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const { r, s, v } = Signature.from(toHex(bytes));
  const twin = order - BigInt(s);
  return fromHex(`${r}${twin.toString(16).padStart(64, "0")}${v === 27 ? "1c" : "1b"}`);
}
