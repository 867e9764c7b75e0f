/** Ethereum contracts that order secret tasks, and those that secret contracts report to. */
import { AbiCoder, Interface } from "ethers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createdTasks, type EnigmaAccount } from "../../host/ethereum/enigma-account.ts";
import { decodeEnigmaLog } from "../../host/ethereum/enigma-events.ts";
import { ballotAbi } from "../../host/ethereum/generated/ballot-abi.ts";
import { enigmaAbi } from "../../host/ethereum/generated/enigma-abi.ts";
import { luckyDrawAbi } from "../../host/ethereum/generated/lucky-draw-abi.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { EFFECT_KIND, type Effect, effectsHash } from "../../host/protocol/effect.ts";
import { type Address, fromHex, type Hash, type Hex, ZERO_HASH } from "../../host/protocol/hex.ts";
import { OUTCOME } from "../../host/protocol/outcome.ts";
import { resultCallbackCalldata } from "../../host/protocol/result-callback.ts";
import type { TaskRecord } from "../../host/protocol/task-record.ts";
import { deployArtifact, type Target } from "./target-contracts.ts";
import { PARAMETERS, TestNetwork, type TestWorker } from "./test-network.ts";

const ballotInterface = new Interface(ballotAbi);
const drawInterface = new Interface(luckyDrawAbi);
const uint64 = (value: bigint) => fromHex(AbiCoder.defaultAbiCoder().encode(["uint64"], [value]));

let network: TestNetwork;
let user: EnigmaAccount;
let worker: TestWorker;
let secret: Address;
beforeAll(async () => {
  network = await TestNetwork.start({ parameters: { epochBlocks: 1_000 } });
  worker = await network.addWorker(1);
  user = network.account(0);
  await user.deposit(100n * ENG);
  await network.nextEpoch();
  secret = (await network.deployContract(user, worker)).secretContract;
});
afterAll(() => network.close());

const send = (account: EnigmaAccount, { address: to, abi }: Target, name: string, ...args: unknown[]) =>
  account.sender.send({ to, data: abi.encodeFunctionData(name, args) as Hex, gasLimit: 1_000_000n });
async function read({ address: to, abi }: Target, name: string, ...args: unknown[]) {
  const data = abi.encodeFunctionData(name, args);
  return abi.decodeFunctionResult(name, await network.connection.request<Hex>("eth_call", [{ to, data }, "latest"]));
}
const reverts = async (action: Promise<unknown>, abi: Interface, name: string) => {
  const error = await action.then(
    () => undefined,
    (reason) => reason as { data: { error: string } },
  );
  expect(error && abi.parseError(error.data.error)?.name).toBe(name);
};

async function settle(record: TaskRecord, effects: readonly Effect[], ended: "returned" | "failed" = "returned") {
  const stateBefore = await network.contract.tip(secret);
  const good = network.receipt(record, stateBefore, { effectsHash: effectsHash(effects) });
  const moves = [{ secretContract: secret, stateBefore, stateAfter: stateBefore }];
  const receipt = ended === "returned" ? good : { ...good, status: 2 as const, moves };
  const { events } = await worker.account.commitReceipts([network.commitment(worker, record, receipt, effects)]);
  return events.find((event) => event.name === "TaskSettled")?.outcome;
}

describe("a lucky draw", () => {
  let draw: Target;
  beforeEach(async () => {
    const enigma = network.deployment.enigma;
    draw = await deployArtifact(user.sender, "LuckyDraw", ["address", "address"], [enigma, secret]);
    await network.token.approve(user.sender, draw.address, ENG);
    await send(user, draw, "fund", ENG);
    await network.token.approve(user.sender, network.deployment.enigma, 10n ** 28n);
    for (const player of [2, 3, 4]) await send(network.account(player), draw, "enter");
  });

  async function ordered(): Promise<{ taskId: Hash; record: TaskRecord }> {
    const receipt = await send(user, draw, "draw");
    const enigma = new Interface(enigmaAbi);
    const log = receipt.logs.find(({ topics }) => topics[0] === enigma.getEvent("RecordCreated")?.topicHash);
    const event = log && decodeEnigmaLog(log);
    if (event?.name !== "RecordCreated") throw new Error("no record was created");
    return event;
  }
  const callback = (record: TaskRecord, taskId: Hash, ending: number, payload: Uint8Array): Effect => ({
    kind: ending === 0 ? EFFECT_KIND.required : EFFECT_KIND.bestEffort,
    source: secret,
    target: record.sender,
    value: 0n,
    data: resultCallbackCalldata(taskId, ending, payload),
  });

  test("orders a task in public and gets its result in a callback", async () => {
    const { taskId, record } = await ordered();
    expect(record).toMatchObject({ kind: 4, sender: draw.address, secretContract: secret, gasPrice: 1n });
    expect(await settle(record, [callback(record, taskId, 0, uint64(2n))])).toBe(OUTCOME.committed);
    expect(String((await read(draw, "winner"))[0]).toLowerCase()).toBe(network.account(3).address);
    await reverts(send(user, draw, "draw"), drawInterface, "DrawStarted");
  });

  test("may draw again when the task has failed", async () => {
    const { taskId, record } = await ordered();
    await reverts(send(user, draw, "draw"), drawInterface, "DrawStarted");
    expect(await settle(record, [callback(record, taskId, 1, new Uint8Array())], "failed")).toBe(OUTCOME.failed);
    expect((await ordered()).taskId).not.toBe(taskId);
  });

  test("may draw again when it could not take the result, which is undone", async () => {
    const { taskId, record } = await ordered();
    const tip = await network.contract.tip(secret);
    // There is no fourth player.
    expect(await settle(record, [callback(record, taskId, 0, uint64(4n))])).toBe(OUTCOME["callback-failed"]);
    expect(await network.contract.tip(secret)).toBe(tip);
    expect((await ordered()).taskId).not.toBe(taskId);
  });

  test("may draw again when nobody executed the task in time, and has its money back", async () => {
    const { record } = await ordered();
    const balance = await network.contract.balance(draw.address);
    await network.mineTo(record.blockNumber + BigInt(PARAMETERS.taskTimeoutBlocks));
    await user.refund(record);
    expect(await network.contract.balance(draw.address)).toBeGreaterThan(balance);
    await ordered();
  });

  test("takes a result from its secret contract only, of its own task, once", async () => {
    const { taskId, record } = await ordered();
    const args = [taskId, 0, uint64(1n)];
    await reverts(send(network.account(2), draw, "onEnigmaResult", ...args), drawInterface, "ResultUnexpected");
    const foreign = callback(record, ZERO_HASH, 0, uint64(1n));
    const own = callback(record, taskId, 0, uint64(1n));
    const effects = [{ ...foreign, kind: EFFECT_KIND.bestEffort }, own, { ...own, kind: EFFECT_KIND.bestEffort }];
    const stateBefore = await network.contract.tip(secret);
    const receipt = network.receipt(record, stateBefore, { effectsHash: effectsHash(effects) });
    const { events } = await worker.account.commitReceipts([network.commitment(worker, record, receipt, effects)]);
    expect(events.filter((event) => event.name === "CallFailed")).toMatchObject([
      { index: 0, reason: expect.stringContaining(drawInterface.getError("ResultUnexpected")?.selector ?? "") },
      { index: 2 },
    ]);
    expect(String((await read(draw, "winner"))[0]).toLowerCase()).toBe(network.account(2).address);
  });
});

describe("a ballot", () => {
  const report = (ballot: Target): Effect => ({
    kind: EFFECT_KIND.required,
    source: secret,
    target: ballot.address,
    value: 0n,
    data: fromHex(ballotInterface.encodeFunctionData("report", [7n, 3n, 2n])),
  });
  const reporting = async () =>
    createdTasks(
      await user.createRecord(await network.order(user, { kind: 2, secretContract: secret, callGasLimit: 200_000n })),
    )[0]?.record as TaskRecord;

  test("takes the result from the secret voting contract, once, and from nobody else", async () => {
    const ballot = await deployArtifact(user.sender, "Ballot");
    await reverts(send(network.account(2), ballot, "nameVotingContract", secret), ballotInterface, "ChairOnly");
    expect(await settle(await reporting(), [report(ballot)])).toBe(OUTCOME["callback-failed"]);
    await send(user, ballot, "nameVotingContract", secret);
    await reverts(send(user, ballot, "report", 7n, 3n, 2n), ballotInterface, "VotingContractOnly");
    expect(await settle(await reporting(), [report(ballot)])).toBe(OUTCOME.committed);
    expect(await read(ballot, "results", 7n)).toEqual([true, 3n, 2n]);
    expect(await read(ballot, "isAccepted", 7n)).toEqual([true]);
    expect(await settle(await reporting(), [report(ballot)])).toBe(OUTCOME["callback-failed"]);
  });
});

test("a sample token pays a bidder from the secret contract's own wallet", async () => {
  const token = await deployArtifact(user.sender, "SampleToken", ["uint256"], [1_000n]);
  await send(user, token, "transfer", secret, 600n);
  const winner = network.account(6).address;
  const data = fromHex(token.abi.encodeFunctionData("transfer", [winner, 400n]));
  const order = await network.order(user, { kind: 2, secretContract: secret, callGasLimit: 200_000n });
  const record = createdTasks(await user.createRecord(order))[0]?.record as TaskRecord;
  expect(await settle(record, [{ kind: 1, source: secret, target: token.address, value: 0n, data }])).toBe(1);
  expect(await read(token, "balanceOf", winner)).toEqual([400n]);
  expect(await read(token, "balanceOf", secret)).toEqual([200n]);
});
