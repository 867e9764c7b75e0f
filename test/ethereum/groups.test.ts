/** Contracts of one group share a worker; a task may touch several of them, and moves all or none. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EnigmaAccount, EnigmaTransaction } from "../../host/ethereum/enigma-account.ts";
import { refusalCode } from "../../host/ethereum/revert-error.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { type Address, address, type Hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import { OUTCOME } from "../../host/protocol/outcome.ts";
import type { Move, Receipt } from "../../host/protocol/receipt.ts";
import { taskId } from "../../host/protocol/task-id.ts";
import type { TaskOrder, TaskRecord } from "../../host/protocol/task-record.ts";
import { groupWord, touchesHash } from "../../host/protocol/touches.ts";
import { refusedWith } from "./refused-with.ts";
import { createdRecord, TestNetwork, type TestWorker } from "./test-network.ts";

const OTHER = `0x${"77".repeat(32)}` as Hash;

let network: TestNetwork;
let user: EnigmaAccount;
let workers: TestWorker[];
let worker: TestWorker;
let founder: Address;
let members: Address[];
let stranger: Address;
beforeAll(async () => {
  network = await TestNetwork.start({ parameters: { epochBlocks: 1_000, taskTimeoutBlocks: 1_000 } });
  workers = [await network.addWorker(1), await network.addWorker(2), await network.addWorker(3)];
  user = network.account(0);
  await user.deposit(100n * ENG);
  await network.nextEpoch();
  founder = await deploy(null);
  worker = await network.selected(workers, founder);
  members = [];
  for (let count = 0; count < 8; count += 1) members.push(await deploy(founder));
  members.sort();
  stranger = await deploy(null);
});
afterAll(() => network.close());

async function deploy(group: Address | null): Promise<Address> {
  const record = await network.record(user, { touchesHash: groupWord(group) });
  const selected = await network.selected(workers, group ?? record.secretContract);
  const receipt = network.receipt(record, ZERO_HASH);
  const { events } = await selected.account.commitReceipts([network.commitment(selected, record, receipt)]);
  expect(events[0]).toMatchObject({ name: "ContractDeployed", group: group ?? record.secretContract });
  return record.secretContract;
}

const order = (changes: Partial<TaskOrder> = {}) =>
  network.order(user, { kind: 2, secretContract: founder, ...changes });
const touching = async (touches: readonly Address[]) =>
  createdRecord(await user.createRecordTouching(await order(), touches));
const refusals = ({ events }: EnigmaTransaction) =>
  events.filter((event) => event.name === "ReceiptRefused").map(({ reason }) => refusalCode(reason));

/** A receipt that moves all contracts of a task from where they are. */
async function receiptOf(record: TaskRecord, touches: readonly Address[], changes: Partial<Receipt> = {}) {
  const plain = network.receipt(record, ZERO_HASH);
  const stateAfter = plain.moves[0]?.stateAfter as Hash;
  const contracts = [record.secretContract, ...touches];
  const tips = await Promise.all(contracts.map((contract) => network.contract.tip(contract)));
  const moves = contracts.map((secretContract, at) => ({ secretContract, stateBefore: tips[at] as Hash, stateAfter }));
  return { ...plain, moves, ...changes };
}

describe("a group", () => {
  test("is named by the contract that founded it, and known of each member", async () => {
    for (const contract of [founder, ...members]) {
      expect((await network.contract.contractInfo(contract))?.group).toBe(founder);
    }
    expect((await network.contract.contractInfo(stranger))?.group).toBe(stranger);
  });

  test("cannot be named by a member that joined it", async () => {
    const joining = await network.order(user, { touchesHash: groupWord(members[0] as Address) });
    await refusedWith("group-unknown", user.createRecord(joining));
  });

  test("has one worker: another's receipt is refused, whoever the member's own address would draw", async () => {
    for (const member of members) {
      const record = await network.record(user, { kind: 2, secretContract: member });
      const { number } = await network.contract.currentEpoch();
      expect(await network.contract.selectedWorker(number, founder)).toBe(worker.account.address);
      const receipt = await receiptOf(record, []);
      const other = workers.find((candidate) => candidate !== worker) as TestWorker;
      const wrong = await other.account.commitReceipts([network.commitment(other, record, receipt)]);
      expect(refusals(wrong)).toEqual(["worker-not-selected"]);
      expect(refusals(await worker.account.commitReceipts([network.commitment(worker, record, receipt)]))).toEqual([]);
    }
  });
});

describe("a record that touches other contracts", () => {
  test("names them by their hash, and announces them before itself", async () => {
    const touches = members.slice(0, 7);
    const { events } = await user.createRecordTouching(await order(), touches);
    expect(events).toMatchObject([
      { name: "TaskTouches", touches },
      { name: "RecordCreated", record: { touchesHash: touchesHash(touches) } },
    ]);
  });

  test("may touch none", async () => {
    expect((await touching([])).touchesHash).toBe(ZERO_HASH);
  });

  test.each<[string, () => readonly Address[]]>([
    ["out of order", () => [members[1] as Address, members[0] as Address]],
    ["twice", () => [members[0] as Address, members[0] as Address]],
    ["with the called one among them", () => [founder, ...members.slice(0, 1)].sort()],
    ["of another group", () => [...members.slice(0, 1), stranger].sort()],
    ["that are not deployed", () => [address(`0x${"12".repeat(20)}`)]],
    ["eight at once", () => members],
  ])("is refused if it names contracts %s", async (_, touches) => {
    await refusedWith("touches-invalid", user.createRecordTouching(await order(), touches()));
  });

  test("is refused with a hash of its own, and unless it is a call", async () => {
    const hashed = await order({ touchesHash: touchesHash(members.slice(0, 1)) });
    await refusedWith("touches-invalid", user.createRecordTouching(hashed, members.slice(0, 1)));
    for (const kind of [1, 3, 4] as const) {
      await refusedWith("kind-unknown", user.createRecordTouching(await order({ kind }), []));
    }
  });
});

describe("a receipt of several moves", () => {
  test("moves all contracts and announces each", async () => {
    const touches = members.slice(2, 5);
    const record = await touching(touches);
    const receipt = await receiptOf(record, touches);
    const { events } = await worker.account.commitReceipts([network.commitment(worker, record, receipt)]);
    const stateAfter = receipt.moves[0]?.stateAfter;
    expect(events).toMatchObject([
      { name: "TaskSettled", secretContract: founder, stateAfter },
      ...touches.map((secretContract) => ({ name: "StateMoved", taskId: receipt.taskId, secretContract, stateAfter })),
    ]);
    for (const contract of [founder, ...touches]) expect(await network.contract.tip(contract)).toBe(stateAfter);
  });

  test("that has failed moves none", async () => {
    const touches = members.slice(0, 2);
    const record = await touching(touches);
    const good = await receiptOf(record, touches);
    const moves = good.moves.map((move) => ({ ...move, stateAfter: move.stateBefore }));
    const { events } = await worker.account.commitReceipts([
      network.commitment(worker, record, { ...good, status: 2, moves }),
    ]);
    expect(events).toMatchObject([{ name: "TaskSettled", outcome: OUTCOME.failed }]);
  });

  const touches = () => members.slice(0, 2);
  const alter = (change: (moves: readonly Move[]) => readonly Move[]) => change;
  test.each<[string, string, (moves: readonly Move[]) => readonly Move[]]>([
    ["moves-invalid", "one is missing", alter((moves) => moves.slice(0, 2))],
    [
      "moves-invalid",
      "one is too many",
      alter((moves) => [...moves, { ...(moves[1] as Move), secretContract: stranger }]),
    ],
    ["moves-invalid", "two are swapped", alter(([first, second, third]) => [first, third, second] as Move[])],
    [
      "moves-invalid",
      "one is another contract",
      alter(([first, second, third]) => [first, second, { ...third, secretContract: stranger }] as Move[]),
    ],
    [
      "moves-invalid",
      "one stays",
      alter(([first, second, third]) => [first, second, { ...third, stateAfter: third?.stateBefore }] as Move[]),
    ],
    [
      "state-mismatch",
      "one starts elsewhere",
      alter(([first, second, third]) => [first, second, { ...third, stateBefore: OTHER }] as Move[]),
    ],
    [
      "state-mismatch",
      "the first starts elsewhere",
      alter(([first, ...rest]) => [{ ...first, stateBefore: OTHER }, ...rest] as Move[]),
    ],
    ["moves-invalid", "there are nine", alter((moves) => Array(9).fill(moves[0]))],
  ])("is refused as %s if %s, and then moves none", async (code, _, change) => {
    const record = await touching(touches());
    const good = await receiptOf(record, touches());
    const tips = () => Promise.all([founder, ...touches(), stranger].map((contract) => network.contract.tip(contract)));
    const before = await tips();
    const spoiled = network.commitment(worker, record, { ...good, moves: change(good.moves) });
    expect(refusals(await worker.account.commitReceipts([spoiled]))).toEqual([code]);
    expect(await tips()).toEqual(before);
    expect(refusals(await worker.account.commitReceipts([network.commitment(worker, record, good)]))).toEqual([]);
  });

  test("of a deployment into a group moves the new contract only", async () => {
    const record = await network.record(user, { touchesHash: groupWord(founder) });
    const single = network.receipt(record, ZERO_HASH);
    const stateBefore = await network.contract.tip(founder);
    const more = { secretContract: founder, stateBefore, stateAfter: OTHER };
    const spoiled = network.commitment(worker, record, { ...single, moves: [...single.moves, more] });
    expect(refusals(await worker.account.commitReceipts([spoiled]))).toEqual(["moves-invalid"]);
    expect(taskId(network.domain, user.address, record.nonce)).toBe(single.taskId);
  });
});
