/** What is true of every task that failed, whatever the reason: settled, paid for what it used, and nothing moved. */
import { expect } from "vitest";
import { type Enigma, type Task, TaskFailedError } from "../../host/client/index.ts";
import { decodeEnigmaLog, type EnigmaEvent } from "../../host/ethereum/enigma-events.ts";
import type { TransactionLog } from "../../host/ethereum/transaction-sender.ts";
import type { Hash } from "../../host/protocol/hex.ts";
import { OUTCOME, outcomeSlot } from "../../host/protocol/outcome.ts";
import { receiptHash } from "../../host/protocol/receipt.ts";
import type { TestNetwork } from "../../host/testing/test-network.ts";

type Order = () => Promise<Task<unknown>>;
type EventOf<N extends EnigmaEvent["name"]> = Extract<EnigmaEvent, { name: N }>;

/** The events of the Enigma contract about a task, from the chain, in order. */
export async function chainEvents<N extends EnigmaEvent["name"]>(
  { local }: TestNetwork,
  name: N,
  taskId?: Hash,
): Promise<EventOf<N>[]> {
  const filter = { address: local.domain.enigma, fromBlock: "0x0", toBlock: "latest" };
  const logs = await local.view.connection.request<TransactionLog[]>("eth_getLogs", [filter]);
  return logs
    .map(decodeEnigmaLog)
    .filter((event): event is EventOf<N> => event?.name === name)
    .filter((event) => taskId === undefined || ("taskId" in event && event.taskId === taskId));
}

/** Orders a task that must fail; checks that it is settled as failed, paid for the gas it used, and moved nothing. */
export async function expectFailed(network: TestNetwork, user: Enigma, order: Order): Promise<TaskFailedError> {
  const { error, record, paid } = await endOf(network, user, order);
  const { receipt, outcomeSlot: slot } = error.task;
  expect(slot).toBe(outcomeSlot(OUTCOME.failed, receiptHash(receipt)));
  expect(paid).toBe(receipt.gasUsed * record.gasPrice);
  for (const { stateBefore, stateAfter } of receipt.moves) expect(stateAfter).toBe(stateBefore);
  return error;
}

/**
 * Orders a task whose required call must fail; checks that it is settled as that, that its execution and its calls are
 * paid, and that it moved nothing.
 */
export async function expectUndone(network: TestNetwork, user: Enigma, order: Order): Promise<TaskFailedError> {
  const { error, record, paid } = await endOf(network, user, order);
  const { receipt, outcomeSlot: slot } = error.task;
  expect(error.code).toBe("callback-failed");
  expect(slot).toBe(outcomeSlot(OUTCOME["callback-failed"], receiptHash(receipt)));
  const { callGasPrice } = await network.local.view.contract.parameters();
  const calls = await chainEvents(network, "CallGasPaid", receipt.taskId);
  const callGas = calls.reduce((sum, { gasUsed }) => sum + gasUsed, 0n);
  expect(callGas).toBeLessThanOrEqual(record.callGasLimit);
  expect(paid).toBe(receipt.gasUsed * record.gasPrice + callGas * callGasPrice);
  return error;
}

async function endOf(network: TestNetwork, user: Enigma, order: Order) {
  const { contract } = network.local.view;
  const before = await user.balance();
  const task = await order();
  const { id, record } = task;
  const [touched] = await chainEvents(network, "TaskTouches", id);
  const contracts = [record.secretContract, ...(touched?.touches ?? [])];
  const tips = () => Promise.all(contracts.map((each) => contract.tip(each)));
  const tipsBefore = await tips();
  const error = await task.wait().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TaskFailedError);
  const failed = error as TaskFailedError;
  const { receipt, outcomeSlot: slot } = failed.task;
  expect(await contract.taskSlot(id)).toBe(slot);
  expect(receipt.gasUsed).toBeGreaterThan(0n);
  expect(receipt.gasUsed).toBeLessThanOrEqual(record.gasLimit);
  expect(receipt.moves.map(({ secretContract }) => secretContract)).toEqual(contracts);
  expect(receipt.moves.map(({ stateBefore }) => stateBefore)).toEqual(tipsBefore);
  expect(await tips()).toEqual(tipsBefore);
  return { error: failed, record, paid: before - (await user.balance()) };
}

/** How a task is settled on chain, once it is. */
export async function settlementOf(network: TestNetwork, taskId: Hash): Promise<EventOf<"TaskSettled">> {
  await expect.poll(() => chainEvents(network, "TaskSettled", taskId), { timeout: 20_000 }).toHaveLength(1);
  const [settled] = await chainEvents(network, "TaskSettled", taskId);
  return settled as EventOf<"TaskSettled">;
}
