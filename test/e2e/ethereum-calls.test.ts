/** Calls that secret contracts make on Ethereum, when all goes well and when not. */

import { Interface } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CallbackFailedError, type Enigma, type UntypedSecretContract } from "../../host/client/index.ts";
import { enigmaAbi } from "../../host/ethereum/generated/enigma-abi.ts";
import { secretContractAccountAbi } from "../../host/ethereum/generated/secret-contract-account-abi.ts";
import { refusalCode } from "../../host/ethereum/revert-error.ts";
import type { TransactionLog, TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import type { Hex } from "../../host/protocol/hex.ts";
import { PRIVATE_EVENT_TOPIC } from "../../host/protocol/private-event.ts";
import { sampleContract } from "../../host/testing/sample-contract.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { compiled, EthereumContract, ethereumSender } from "./ethereum-contract.ts";
import { chainEvents, expectUndone } from "./settled-facts.ts";

const CALL_GAS = 500_000n;

let network: TestNetwork;
let user: Enigma;
let owner: TransactionSender;
let target: EthereumContract;
let messenger: UntypedSecretContract;

beforeAll(async () => {
  network = await startTestNetwork();
  user = await network.user(1);
  owner = ethereumSender(network, 9);
  target = await EthereumContract.deploy(owner, compiled("CallTarget"));
  const { address } = await network.deploy(user, "messenger");
  // With the target's error in the ABI, it is told by name.
  const { abi } = await sampleContract("messenger");
  messenger = user.contract(address, withErrors(abi, "error Refused(string why)"));
});
afterAll(() => network?.stop());

const calldata = (name: string, ...args: unknown[]) => target.interface.encodeFunctionData(name, args);
const calls = async () => ((await target.read("calls")) as unknown[][]).map((call) => [...call]);

/** Has the messenger queue one call. */
const requireCall = (to: string, data: string, { value = 0n, callGasLimit = CALL_GAS } = {}) =>
  messenger.getFunction("requireCall")(to, value, data, { callGasLimit });

const countRun = async () => (await (await messenger.getFunction("countRun")()).wait()).result as bigint;

describe("a call that succeeds", () => {
  it("comes from the secret contract's own account, with what the contract said", async () => {
    const note = calldata("note", 7n);
    const receipt = await (await requireCall(target.address, note)).wait();
    expect((await calls()).at(-1)).toEqual([expect.any(String), 0n, note]);
    expect(String((await calls()).at(-1)?.[0]).toLowerCase()).toBe(messenger.address);
    expect(receipt.calls).toMatchObject([
      { index: 0, source: messenger.address, target: target.address, required: true, succeeded: true, reason: null },
    ]);
  });

  it("stands in one transaction with the receipt, calls and events in the order in which they were queued", async () => {
    const task = await messenger.getFunction("leaveEverything")(target.address, { callGasLimit: CALL_GAS });
    const { transactionHash } = await task.wait();
    const sequence = await logsOf(transactionHash);
    const { domain } = network.local;
    const settled = Interface.from(enigmaAbi).getEvent("TaskSettled")?.topicHash;
    const ping = messenger.interface.getEvent("Ping")?.topicHash;
    const called = target.interface.getEvent("Called")?.topicHash;
    expect(sequence.map(({ address, topics }) => [address, topics[0]]).slice(0, 6)).toEqual([
      [target.address, called],
      [messenger.address, ping],
      [messenger.address, PRIVATE_EVENT_TOPIC],
      [target.address, called],
      [messenger.address, ping],
      [domain.enigma, settled],
    ]);
    expect((await calls()).slice(-2).map(([, , data]) => data)).toEqual(["0x01", "0x04"]);
  });

  it("brings ether that the account holds", async () => {
    await owner.send({ to: messenger.address, data: "0x", value: 1_000n, gasLimit: 60_000n });
    await (await requireCall(target.address, calldata("note", 1n), { value: 400n })).wait();
    expect((await calls()).at(-1)?.[1]).toBe(400n);
    const balance = await network.local.view.connection.request<string>("eth_getBalance", [
      messenger.address,
      "latest",
    ]);
    expect(BigInt(balance)).toBe(600n);
  });

  it("is paid by its gas to the worker, and what was set aside beyond comes back", async () => {
    const { contract } = network.local.view;
    const { address: worker } = network.worker(await network.selected(messenger.address));
    const [balance, earned] = [await user.balance(), await contract.balance(worker)];
    const task = await requireCall(target.address, calldata("note", 2n));
    const { taskId, gasUsed } = await task.wait();
    const { callGasPrice } = await contract.parameters();
    const [paid] = await chainEvents(network, "CallGasPaid", taskId);
    expect(paid?.gasUsed).toBeGreaterThan(30_000n);
    const fee = gasUsed * task.record.gasPrice + (paid?.gasUsed ?? 0n) * callGasPrice;
    expect(balance - (await user.balance())).toBe(fee);
    expect((await contract.balance(worker)) - earned).toBe(fee);
  });
});

describe("a required call that fails", () => {
  it("undoes what the task and the target changed, and tells the user why", async () => {
    const [runs, before] = [await countRun(), await calls()];
    const error = await expectUndone(network, user, () => requireCall(target.address, calldata("refuse", "not now")));
    expect(error).toBeInstanceOf(CallbackFailedError);
    expect(error.data).toMatchObject({ index: 0, target: target.address, reason: "Refused(not now)" });
    expect(error.task.ending).toBeNull();
    expect(await calls()).toEqual(before);
    expect(await countRun()).toBe(runs + 1n);
  });

  it("undoes the events of its task", async () => {
    const failing = network.local.domain.enigma; // knows no function of this selector
    const order = () => messenger.getFunction("leaveEverything")(failing, { callGasLimit: CALL_GAS });
    const error = await expectUndone(network, user, order);
    const logs = await logsOf(error.task.transactionHash);
    expect(logs.filter(({ address }) => address === messenger.address)).toEqual([]);
  });

  it.each<[string, { to?: string; value?: bigint; callGasLimit?: bigint }, string]>([
    ["its target has no code", { to: `0x${"77".repeat(20)}` }, "TargetWithoutCode()"],
    ["its record sets nothing aside for calls", { callGasLimit: 0n }, "CallGasSpent()"],
    ["the account lacks the ether", { value: 10n ** 18n }, "no reason given"],
  ])("because %s", async (_, { to = target.address, ...options }, reason) => {
    const error = await expectUndone(network, user, () => requireCall(to, calldata("note", 1n), options));
    expect(error.data.reason).toBe(reason);
  });

  it("because its target uses up all the gas pays for all the gas", async () => {
    const burn = calldata("burn");
    const error = await expectUndone(network, user, () =>
      requireCall(target.address, burn, { callGasLimit: 300_000n }),
    );
    const [paid] = await chainEvents(network, "CallGasPaid", error.task.taskId);
    expect(paid?.gasUsed).toBeGreaterThan(290_000n);
  });

  it("lets the tasks behind it go on from the state before it", async () => {
    const runs = await countRun();
    const failing = requireCall(target.address, calldata("refuse", "again"));
    const tasks = await Promise.all([
      failing,
      messenger.getFunction("countRun")(),
      messenger.getFunction("countRun")(),
    ]);
    const ends = await Promise.all(tasks.map((task) => task.wait().catch(({ code }) => ({ result: code }))));
    expect(new Set(ends.map(({ result }) => result))).toEqual(new Set(["callback-failed", runs + 1n, runs + 2n]));
  });
});

describe("a best-effort call that fails", () => {
  it("fails alone: the task is committed, and says so", async () => {
    const runs = await countRun();
    const refuse = calldata("refuse", "busy");
    const task = await messenger.getFunction("attemptCall")(target.address, 0n, refuse, { callGasLimit: CALL_GAS });
    const { taskId, calls: made } = await task.wait();
    const reason = target.interface.encodeErrorResult("Refused", ["busy"]);
    expect(made).toMatchObject([{ required: false, succeeded: false, reason }]);
    expect(await chainEvents(network, "CallFailed", taskId)).toMatchObject([{ index: 0, reason }]);
    expect(await countRun()).toBe(runs + 2n);
  });
});

describe("a target that calls back while it is called", () => {
  const enigma = Interface.from(enigmaAbi);
  const account = Interface.from(secretContractAccountAbi);
  it.each<[string, () => { to: string; inward: string }, string]>([
    [
      "cannot hand in receipts",
      () => ({ to: network.local.domain.enigma, inward: enigma.encodeFunctionData("commitReceipts", [[]]) }),
      "plain-account-required",
    ],
    [
      "cannot make the contract's account act",
      () => ({
        to: messenger.address,
        inward: account.encodeFunctionData("execute", [target.address, 0n, 50_000n, "0x"]),
      }),
      "enigma-only",
    ],
  ])("%s", async (_, attack, code) => {
    const { to, inward } = attack();
    await (await requireCall(target.address, calldata("callInward", to, inward))).wait();
    expect(await target.read("inwardSucceeded")).toBe(false);
    expect(refusalCode((await target.read("inwardAnswer")) as Hex)).toBe(code);
  });
});

it("no receipt was refused, and every unit of ENG is somebody's", async () => {
  expect(network.events.of("receipt-refused")).toEqual([]);
  const { held, owed } = await network.funds();
  expect(owed).toBe(held);
});

/** A contract's ABI that also explains errors of what it calls. */
function withErrors(abi: string, ...errors: string[]): Interface {
  return new Interface([...JSON.parse(abi), ...errors]);
}

async function logsOf(transactionHash: string): Promise<TransactionLog[]> {
  const { connection } = network.local.view;
  const receipt = await connection.request<{ logs: TransactionLog[] }>("eth_getTransactionReceipt", [transactionHash]);
  return receipt.logs;
}
