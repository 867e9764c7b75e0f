/** A network with a contract whose receipts carry effects, and targets that note, fail and call back. */
import { Interface } from "ethers";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { Commitment } from "../../host/ethereum/commitment.ts";
import type { EnigmaAccount, EnigmaTransaction } from "../../host/ethereum/enigma-account.ts";
import { enigmaAbi } from "../../host/ethereum/generated/enigma-abi.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { EFFECT_KIND, type Effect, effectsHash } from "../../host/protocol/effect.ts";
import { type Address, address, fromHex, type Hash, type Hex } from "../../host/protocol/hex.ts";
import type { Receipt } from "../../host/protocol/receipt.ts";
import type { TaskRecord } from "../../host/protocol/task-record.ts";
import { deployTargets, type Target } from "./target-contracts.ts";
import { TestNetwork, type TestWorker } from "./test-network.ts";

export const CALL_GAS = 300_000n;
export const BASE_GAS = 3_000n;
export const { required, bestEffort, event } = EFFECT_KIND;
export const enigma = new Interface(enigmaAbi);

export let network: TestNetwork;
export let user: EnigmaAccount;
export let worker: TestWorker;
export let contract: Address;
export let tip: Hash;
export let targets: Record<"Recorder" | "Hostile" | "Reentrant", Target>;
/** Opens the network for the tests of a file. */
export function useEffectsNetwork(): void {
  beforeAll(async () => {
    network = await TestNetwork.start({ parameters: { taskTimeoutBlocks: 1_000, epochBlocks: 1_000 } });
    worker = await network.addWorker(1);
    user = network.account(0);
    await user.deposit(100n * ENG);
    await network.nextEpoch();
    ({ secretContract: contract, tip } = await network.deployContract(user, worker));
    targets = await deployTargets(user.sender, ["Recorder", "Hostile", "Reentrant"]);
  });
  afterAll(() => network.close());
  beforeEach(readTip);
}

/** Reads the contract's tip again. */
export async function readTip(): Promise<void> {
  tip = await network.contract.tip(contract);
}

export const call = (kind: 1 | 2, target: Address, data: Hex | Uint8Array, value = 0n): Effect => ({
  kind,
  source: contract,
  target,
  value,
  data: typeof data === "string" ? fromHex(data) : data,
});
export const record = (callGasLimit = CALL_GAS) =>
  network.record(user, { kind: 2, secretContract: contract, callGasLimit });
export const note = (text: string, kind: 1 | 2 = required) => call(kind, targets.Recorder.address, Buffer.from(text));
/** The recorder refuses what has one byte. */
export const refused = (kind: 1 | 2) => call(kind, targets.Recorder.address, new Uint8Array([7]));
export const hostile = (kind: 1 | 2, name: string, ...args: unknown[]) =>
  call(kind, targets.Hostile.address, targets.Hostile.abi.encodeFunctionData(name, args) as Hex);

export function commitmentOf(task: TaskRecord, effects: readonly Effect[], changes: Partial<Receipt> = {}): Commitment {
  const receipt = network.receipt(task, tip, { effectsHash: effectsHash(effects), ...changes });
  return network.commitment(worker, task, receipt, effects);
}

export async function perform(effects: readonly Effect[], callGasLimit = CALL_GAS) {
  const task = await record(callGasLimit);
  tip = await network.contract.tip(contract);
  const commitment = commitmentOf(task, effects);
  const transaction = await worker.account.commitReceipts([commitment]);
  const settled = transaction.events.find((item) => item.name === "TaskSettled");
  const gasPaid = transaction.events.find((item) => item.name === "CallGasPaid")?.gasUsed ?? 0n;
  const failures = transaction.events.filter((item) => item.name === "CallFailed");
  return { transaction, commitment, outcome: settled?.outcome, gasPaid, failures };
}

/** What the recorder has written down in a transaction. */
export function recorded({ logs }: EnigmaTransaction) {
  return logs
    .filter((log) => log.address.toLowerCase() === targets.Recorder.address)
    .map((log) => {
      const [caller, value, gas, data] = targets.Recorder.abi.decodeEventLog("Called", log.data, log.topics);
      return { caller: address(caller), value, gas: gas as bigint, text: Buffer.from(fromHex(data)).toString() };
    });
}
