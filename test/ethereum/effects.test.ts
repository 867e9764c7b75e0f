/** What tasks do on Ethereum after their receipts: calls and events, from the accounts of their secret contracts. */
import { id } from "ethers";
import { describe, expect, test } from "vitest";
import { encodeCommitReceipts } from "../../host/ethereum/commitment.ts";
import { refusalCode } from "../../host/ethereum/revert-error.ts";
import { type Effect, effectsHash, eventEffect } from "../../host/protocol/effect.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { type Address, address, fromHex, type Hash, type Hex, hash, ZERO_ADDRESS } from "../../host/protocol/hex.ts";
import { OUTCOME, outcomeSlot } from "../../host/protocol/outcome.ts";
import { receiptHash } from "../../host/protocol/receipt.ts";
import type { TaskRecord } from "../../host/protocol/task-record.ts";
import {
  BASE_GAS,
  bestEffort,
  CALL_GAS,
  call,
  commitmentOf,
  contract,
  event,
  hostile,
  network,
  note,
  perform,
  readTip,
  record,
  recorded,
  refused,
  required,
  targets,
  tip,
  useEffectsNetwork,
  user,
  worker,
} from "./effects-network.ts";
import { refusedWith } from "./refused-with.ts";
import { CALL_GAS_PRICE, createdRecord, stateAfterOf } from "./test-network.ts";

useEffectsNetwork();

describe("calls", () => {
  test("are made in order, from the contract's own account, after the receipt", async () => {
    const { transaction, outcome, commitment } = await perform([
      note("first"),
      note("second", bestEffort),
      note("third"),
    ]);
    expect(outcome).toBe(OUTCOME.committed);
    expect(recorded(transaction).map(({ caller, text }) => [caller, text])).toEqual([
      [contract, "first"],
      [contract, "second"],
      [contract, "third"],
    ]);
    expect(await network.contract.tip(contract)).toBe(stateAfterOf(commitment.receipt.taskId));
  });

  test("are paid by what they use, and the rest of their escrow goes back", async () => {
    const before = await Promise.all([worker.account, user].map(({ address }) => network.contract.balance(address)));
    const { gasPaid, commitment } = await perform([note("something")]);
    const after = await Promise.all([worker.account, user].map(({ address }) => network.contract.balance(address)));
    expect(gasPaid).toBeGreaterThan(BASE_GAS + 16n * 9n);
    expect(gasPaid).toBeLessThan(12_000n);
    const fee = 100_000n * commitment.record.gasPrice + gasPaid * CALL_GAS_PRICE;
    expect(after).toEqual([(before[0] ?? 0n) + fee, (before[1] ?? 0n) - fee]);
  });

  test("can send ether of the account, and fail where it has none", async () => {
    await user.sender.send({ to: contract, data: "0x", gasLimit: 100_000n, value: 5n });
    const receiver = address(`0x${"5e".repeat(20)}`);
    const { outcome, failures } = await perform([
      call(required, receiver, "0x", 3n),
      call(bestEffort, receiver, "0x", 3n),
    ]);
    expect(outcome).toBe(OUTCOME.committed);
    expect(failures).toMatchObject([{ index: 1, reason: "0x" }]);
    expect(BigInt(await network.connection.request<Hex>("eth_getBalance", [receiver, "latest"]))).toBe(3n);
  });
});

describe("a required call that fails", () => {
  test("undoes the state, the other calls and the events, and is told and paid", async () => {
    const effects = [
      note("undone"),
      eventEffect(contract, { topics: [hash(id("Undone"))], data: new Uint8Array() }),
      refused(required),
    ];
    const before = await network.contract.balance(worker.account.address);
    const { transaction, outcome, failures, gasPaid, commitment } = await perform(effects);
    expect(outcome).toBe(OUTCOME["callback-failed"]);
    expect(transaction.events.map(({ name }) => name)).toEqual(["CallFailed", "TaskSettled", "CallGasPaid"]);
    expect(transaction.events[1]).toMatchObject({ stateAfter: tip });
    expect(failures).toMatchObject([{ index: 2 }]);
    expect(targets.Recorder.abi.parseError(failures[0]?.reason ?? "")?.name).toBe("Refused");
    expect(recorded(transaction)).toEqual([]);
    expect(transaction.logs.filter((log) => log.address.toLowerCase() === contract)).toEqual([]);
    expect(await network.contract.tip(contract)).toBe(tip);
    const slot = outcomeSlot(OUTCOME["callback-failed"], receiptHash(commitment.receipt));
    expect(await network.contract.taskSlot(commitment.receipt.taskId)).toBe(slot);
    const fee = 100_000n * commitment.record.gasPrice + gasPaid * CALL_GAS_PRICE;
    expect(await network.contract.balance(worker.account.address)).toBe(before + fee);
  });

  test("of a deployment leaves nothing deployed", async () => {
    const task = await network.record(user, { callGasLimit: CALL_GAS });
    const effect = { ...refused(required), source: task.secretContract };
    const receipt = network.receipt(task, `0x${"00".repeat(32)}` as Hash, { effectsHash: effectsHash([effect]) });
    const { events } = await worker.account.commitReceipts([network.commitment(worker, task, receipt, [effect])]);
    expect(events.map(({ name }) => name)).toEqual(["CallFailed", "TaskSettled", "CallGasPaid"]);
    expect(await network.contract.contractInfo(task.secretContract)).toBeUndefined();
    expect(await network.connection.request("eth_getCode", [task.secretContract, "latest"])).toBe("0x");
  });

  test("refuses the receipts of a batch that were built on it, and spoils no others", async () => {
    const other = await network.deployContract(user, worker);
    const tasks = [await record(), await record()] as [TaskRecord, TaskRecord];
    const stranger = await network.record(user, { kind: 2, secretContract: other.secretContract });
    const failing = commitmentOf(tasks[0], [refused(required)]);
    const built = network.commitment(worker, tasks[1], network.receipt(tasks[1], stateAfterOf(failing.receipt.taskId)));
    const apart = network.commitment(worker, stranger, network.receipt(stranger, other.tip));
    const { events } = await worker.account.commitReceipts([failing, built, apart]);
    expect(events.filter(({ name }) => name !== "CallGasPaid")).toMatchObject([
      { name: "CallFailed" },
      { name: "TaskSettled", outcome: OUTCOME["callback-failed"] },
      { name: "ReceiptRefused", taskId: built.receipt.taskId },
      { name: "TaskSettled", outcome: OUTCOME.committed, secretContract: other.secretContract },
    ]);
    const refusal = events.find((item) => item.name === "ReceiptRefused");
    expect(refusalCode(refusal?.reason ?? "0x")).toBe("state-mismatch");
    // Executed again, from where the contract is, it settles.
    const again = await worker.account.commitReceipts([commitmentOf(tasks[1], [])]);
    expect(again.events).toMatchObject([{ name: "TaskSettled", outcome: OUTCOME.committed }]);
  });
});

describe("a best-effort call that fails", () => {
  test("fails alone", async () => {
    const { transaction, outcome, failures } = await perform([note("before"), refused(bestEffort), note("after")]);
    expect(outcome).toBe(OUTCOME.committed);
    expect(failures).toMatchObject([{ index: 1 }]);
    expect(recorded(transaction).map(({ text }) => text)).toEqual(["before", "after"]);
  });
});

describe("a target", () => {
  test("without code fails instead of seeming to succeed", async () => {
    const nowhere = address(`0x${"4e".repeat(20)}`);
    const { outcome, failures } = await perform([call(required, nowhere, "0x12345678")]);
    expect(outcome).toBe(OUTCOME["callback-failed"]);
    expect(refusalCode(failures[0]?.reason ?? "0x")).toBe("target-without-code");
  });

  test("that burns all its gas costs what was promised, never more", async () => {
    const { outcome, gasPaid } = await perform([hostile(bestEffort, "burn"), note("nothing is left", bestEffort)]);
    expect(outcome).toBe(OUTCOME.committed);
    expect(gasPaid).toBeGreaterThan(CALL_GAS - 3_000n);
    expect(gasPaid).toBeLessThanOrEqual(CALL_GAS);
  });

  test("that reverts with a lot is heard for 256 bytes", async () => {
    const { failures } = await perform([hostile(bestEffort, "shout", 20_000n)]);
    expect(fromHex(failures[0]?.reason ?? "0x").length).toBe(256);
  });

  test("that returns a lot is not listened to", async () => {
    const { outcome, transaction } = await perform([hostile(required, "babble", 60_000n)]);
    expect(outcome).toBe(OUTCOME.committed);
    expect(transaction.gasUsed).toBeLessThan(250_000n);
  });

  test.each(["CallGasStarved()", "RequiredCallFailed(uint256,uint256,bytes)", "EnigmaOnly()"])(
    "that reverts with Enigma's own %s has just failed",
    async (error) => {
      const { outcome, failures } = await perform([hostile(bestEffort, "pretend", id(error).slice(0, 10))]);
      expect(outcome).toBe(OUTCOME.committed);
      expect(failures).toMatchObject([{ index: 0, reason: id(error).slice(0, 10) }]);
      const insisted = await perform([hostile(required, "pretend", id(error).slice(0, 10))]);
      expect(insisted.outcome).toBe(OUTCOME["callback-failed"]);
    },
  );

  test("that destroys itself has been called", async () => {
    const { contractAddress } = await user.sender.send({ data: "0x63600035ff6000526004601cf3", gasLimit: 200_000n });
    const { outcome } = await perform([
      call(required, contractAddress as Address, `0x${"00".repeat(32)}`),
      call(required, contractAddress as Address, `0x${"00".repeat(32)}`),
    ]);
    expect(outcome).toBe(OUTCOME.committed);
  });
});

describe("gas", () => {
  /** Gas with which the recorder starts when it is given some by a call: what is left at its first step. */
  const START = 100n;

  test("that is promised is given, however much the worker sends along", async () => {
    const seen: bigint[] = [];
    for (const extra of [0n, 37_000n, 1_000_000n]) {
      const commitment = commitmentOf(await record(), [note("how much?")]);
      const data = encodeCommitReceipts([commitment]);
      const gasLimit = 1_200_000n + extra;
      const transaction = await worker.account.sender.send({ to: network.deployment.enigma, data, gasLimit });
      seen.push(...recorded({ ...transaction, events: [] }).map(({ gas }) => gas));
      await readTip();
    }
    const promised = CALL_GAS - BASE_GAS - 16n * 9n;
    expect(new Set(seen).size).toBe(1);
    expect(promised - (seen[0] ?? 0n)).toBeLessThan(START);
  });

  test("that is withheld makes the whole transaction revert, and nothing between", async () => {
    const commitment = commitmentOf(await record(), [note("starved?")]);
    const data = encodeCommitReceipts([commitment]);
    let settled: bigint | undefined;
    // From far too little to enough, in steps that are not multiples of each other's 64ths.
    for (let gasLimit = 120_000n; settled === undefined; gasLimit += 7_777n) {
      try {
        const transaction = await worker.account.sender.send({ to: network.deployment.enigma, data, gasLimit });
        const [seen] = recorded({ ...transaction, events: [] });
        expect(CALL_GAS - BASE_GAS - 16n * 8n - (seen?.gas ?? 0n)).toBeLessThan(START);
        settled = gasLimit;
      } catch (error) {
        expect(["call-gas-starved", "transaction-out-of-gas"]).toContain(
          error instanceof EnigmaError ? error.code : error,
        );
        expect(await network.contract.tip(contract)).toBe(tip);
      }
    }
    expect(settled).toBeGreaterThan(CALL_GAS);
  });

  test("that is withheld is told by its name", async () => {
    const commitment = commitmentOf(await record(), [note("starved")]);
    const data = encodeCommitReceipts([commitment]);
    const starving = worker.account.sender.send({ to: network.deployment.enigma, data, gasLimit: 250_000n });
    await refusedWith("call-gas-starved", starving);
  });

  test("that is not left is not begged for: the call fails without being made", async () => {
    const { outcome, failures, gasPaid } = await perform([note("too dear")], BASE_GAS);
    expect(outcome).toBe(OUTCOME["callback-failed"]);
    expect(refusalCode(failures[0]?.reason ?? "0x")).toBe("call-gas-spent");
    expect(gasPaid).toBe(0n);
  });

  test("that the account foresees is enough for 32 large calls of a task", async () => {
    const effects = Array.from({ length: 32 }, () =>
      call(required, targets.Recorder.address, new Uint8Array(2_000).fill(5)),
    );
    const { outcome, transaction } = await perform(effects, 5_000_000n);
    expect(outcome).toBe(OUTCOME.committed);
    expect(recorded(transaction).length).toBe(32);
  });
});

describe("events", () => {
  test("are logs of the contract's account, with their topics, in order with the calls", async () => {
    const topics = [1, 2, 3, 4].map((index) => hash(id(`topic ${index}`)));
    const effects = [
      ...[0, 1, 2, 3, 4].map((count) =>
        eventEffect(contract, { topics: topics.slice(0, count), data: new Uint8Array(count * 5).fill(count) }),
      ),
      note("between"),
      eventEffect(contract, { topics: [], data: Buffer.from("last") }),
    ];
    const { transaction } = await perform(effects);
    const logs = transaction.logs.slice(0, 7);
    expect(logs.map((log) => log.address.toLowerCase())).toEqual([
      ...Array(5).fill(contract),
      targets.Recorder.address,
      contract,
    ]);
    for (const count of [0, 1, 2, 3, 4]) {
      expect(logs[count]?.topics).toEqual(topics.slice(0, count));
      expect(logs[count]?.data).toBe(`0x${`0${count}`.repeat(count * 5)}`);
    }
    expect(transaction.events[0]).toMatchObject({ name: "TaskSettled" });
  });
});

describe("an ordered call", () => {
  const ordered = async () => {
    const order = await network.order(user, { kind: 4, secretContract: contract, callGasLimit: 5_000_000n });
    return createdRecord(await user.postRecord(order, new Uint8Array(4), fromHex(id("user key"))));
  };

  test("with 32 effects and its callback can be settled, so that nobody makes its worker pay for it", async () => {
    const effects = [...Array.from({ length: 32 }, () => note("effect")), note("callback")];
    const { events, ...transaction } = await worker.account.commitReceipts([commitmentOf(await ordered(), effects)]);
    expect(events).toMatchObject([{ name: "TaskSettled", outcome: OUTCOME.committed }, { name: "CallGasPaid" }]);
    expect(recorded({ events, ...transaction }).length).toBe(33);
  });

  test("with one effect more is refused", async () => {
    const commitment = commitmentOf(await ordered(), Array(34).fill(note("effect")));
    const { events } = await worker.account.commitReceipts([commitment]);
    expect(events.map((item) => item.name === "ReceiptRefused" && refusalCode(item.reason))).toEqual([
      "effects-invalid",
    ]);
  });
});

describe("effects are refused", () => {
  const other = address(`0x${"99".repeat(20)}`);
  test.each<[string, string, () => readonly Effect[]]>([
    ["effects-invalid", "from an account that the task may not use", () => [{ ...note("x"), source: other }]],
    ["effects-invalid", "of an unknown kind", () => [{ ...note("x"), kind: 4 as 1 }]],
    [
      "effects-invalid",
      "that are events with five topics",
      () => [{ ...note("x"), kind: event, target: ZERO_ADDRESS, value: 5n, data: new Uint8Array(160) }],
    ],
    [
      "effects-invalid",
      "that are events without their topics",
      () => [{ ...note("x"), kind: event, target: ZERO_ADDRESS, value: 2n, data: new Uint8Array(63) }],
    ],
    ["effects-invalid", "that are events for somebody", () => [{ ...note("x"), kind: event }]],
    ["effects-invalid", "if there are more than 32", () => Array(33).fill(note("x"))],
  ])("as %s %s", async (code, _, effects) => {
    const { transaction } = await perform(effects());
    const refusal = transaction.events.find((item) => item.name === "ReceiptRefused");
    expect(refusalCode(refusal?.reason ?? "0x")).toBe(code);
    expect(await network.contract.tip(contract)).toBe(tip);
  });

  test("as effects-mismatch if one is missing, added, altered or moved", async () => {
    const signed = [note("one"), note("two")];
    const shown = [[note("one")], [...signed, note("three")], [note("two"), note("one")], [note("one"), note("2")], []];
    const task = await record();
    const commitments = shown.map((effects) => ({ ...commitmentOf(task, signed), effects }));
    const { events } = await worker.account.commitReceipts(commitments);
    expect(events.map((item) => item.name === "ReceiptRefused" && refusalCode(item.reason))).toEqual(
      Array(5).fill("effects-mismatch"),
    );
  });

  test("as effects-invalid if the task has failed", async () => {
    const effects = [note("after all", bestEffort)];
    const task = await record();
    const moves = [{ secretContract: contract, stateBefore: tip, stateAfter: tip }];
    const { events } = await worker.account.commitReceipts([commitmentOf(task, effects, { status: 2, moves })]);
    expect(events.map((item) => item.name === "ReceiptRefused" && refusalCode(item.reason))).toEqual([
      "effects-invalid",
    ]);
  });
});
