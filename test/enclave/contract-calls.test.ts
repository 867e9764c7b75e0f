import { AbiCoder, Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TaskExecution, WorkerEnclave } from "../../host/enclave/enclave-client.ts";
import { effectsHash, eventOf } from "../../host/protocol/effect.ts";
import { type Address, address, fromHex, ZERO_HASH } from "../../host/protocol/hex.ts";
import { keccak, keccakBytes } from "../../host/protocol/keccak.ts";
import { openPrivateEvent, privateEventOf, USER_RECIPIENT } from "../../host/protocol/private-event.ts";
import { userKeyPair, userSessionKeys } from "../../host/protocol/session-keys.ts";
import { recoverViewAnswerSigner } from "../../host/protocol/view-answer.ts";
import { EnclaveNetwork, NETWORK } from "./enclave-network.ts";
import { builtContract, SecretUser, type TaskOptions, type UserTask } from "./secret-user.ts";

const EPOCH = 1n;
const account = (digit: string): Address => address(`0x${digit.repeat(20)}`);
const OWN = account("c0");
const OTHER = account("a1");
const PROBE = account("b2");
const STRANGER = account("d3");
const TARGET = account("7a");

const messenger = builtContract("messenger");
const probe = builtContract("probe");

let network: EnclaveNetwork;
let worker: WorkerEnclave;
let own: SecretUser;
let other: SecretUser;
let bystander: SecretUser;

type Executed = Extract<TaskExecution, { receipt: unknown }>;

async function execute(task: UserTask): Promise<Executed> {
  const [result] = await worker.executeTasks({ epoch: EPOCH, tasks: [task] });
  if (result === undefined || "error" in result) throw result?.error ?? new Error("no result");
  return result;
}

/** Executes and settles; the decoded result where the task returned. */
async function run(task: UserTask) {
  const executed = await execute(task);
  const { status } = executed.receipt;
  await worker.settle({ group: OWN, taskId: task.taskId, committed: status === 1 });
  const { output } = await worker.releaseOutput({ sealedOutput: executed.sealedOutput, outcome: status });
  return { ...executed, ending: task.read(output) };
}

/** The task of a messenger that may touch the other messenger and the probe. */
function call(name: string, values: readonly unknown[], options: TaskOptions = {}): UserTask {
  const touches = [other, bystander].map(({ secretContract, codeHash }) => ({ secretContract, codeHash }));
  return own.call(messenger.abi, name, values, { touches, ...options });
}

function results(name: string, ending: object): unknown[] {
  expect(ending).toMatchObject({ name: "returned" });
  return [...messenger.abi.decodeFunctionResult(name, (ending as { result: Uint8Array }).result)];
}

const length = async (secretContract: Address) => (await worker.contractState({ secretContract })).length;

beforeAll(async () => {
  network = await EnclaveNetwork.start();
  worker = await network.worker("worker");
  await network.select(worker, EPOCH);
  const user = (place: Address, module: Uint8Array) => SecretUser.of(network.principal, place, module, EPOCH, OWN);
  [own, other] = [await user(OWN, messenger.module), await user(OTHER, messenger.module)];
  bystander = await user(PROBE, probe.module);
  for (const { secretContract, codeHash } of [own, other, bystander])
    await network.grantKeys(worker, secretContract, codeHash, EPOCH, OWN);
  for (const { module } of [messenger, probe]) await worker.loadModule({ module, rules: 1 });
  const deployments = [own.deploy(), other.deploy(), bystander.deploy(["bytes", "bytes"], ["0x01", "0x02"])];
  for (const task of deployments) expect((await run(task)).ending.name).toBe("returned");
});
afterAll(() => network?.close());

describe("a task that calls another contract", () => {
  it("moves every contract that it may touch, called or not, in the order of its record", async () => {
    const [first, second] = [await length(OTHER), await length(PROBE)];
    const { receipt, logs, ending } = await run(call("countRunOf", [OTHER]));
    expect(results("countRunOf", ending)).toEqual([1n]);
    expect(receipt.moves.map((move) => move.secretContract)).toEqual([OWN, OTHER, PROBE]);
    expect(logs.map((log) => log.secretContract)).toEqual([OWN, OTHER, PROBE]);
    expect([await length(OTHER), await length(PROBE)]).toEqual([first + 1n, second + 1n]);
  });

  it("is the sender that the called contract sees", async () => {
    const parties = messenger.abi.encodeFunctionData("parties");
    const { ending } = await run(call("callOther", [OTHER, parties, 10_000_000n]));
    const [byte, payload] = results("callOther", ending) as [bigint, string];
    expect(byte).toBe(0n);
    const [sender, self] = messenger.abi.decodeFunctionResult("parties", payload);
    expect([sender.toLowerCase(), self.toLowerCase()]).toEqual([OWN, OTHER]);
  });

  const endings: [string, () => readonly [Address, string, bigint], bigint][] = [
    ["reverted", () => [PROBE, probe.abi.encodeFunctionData("deny", [7n]), 10_000_000n], 1n],
    ["panicked", () => [PROBE, probe.abi.encodeFunctionData("panic", ["no"]), 10_000_000n], 2n],
    ["out-of-gas", () => [PROBE, probe.abi.encodeFunctionData("loopForever"), 2_000_000n], 3n],
    ["stack-overflow", () => [PROBE, probe.abi.encodeFunctionData("recurse", [1_000_000n]), 40_000_000n], 5n],
    ["call-refused", () => [STRANGER, "0x", 10_000_000n], 10n],
    ["call-refused", () => [OWN, "0x", 10_000_000n], 10n],
  ];

  it.each(endings)("goes on after one that was %s", async (_, values, byte) => {
    const before = (await worker.contractState({ secretContract: OWN })).length;
    const { ending, receipt } = await run(call("callOther", values()));
    expect(results("callOther", ending)[0]).toBe(byte);
    expect(receipt.status).toBe(1);
    expect(await length(OWN)).toBeGreaterThan(before);
  });

  it("moves none of them when it fails itself", async () => {
    const before = await Promise.all([OWN, OTHER, PROBE].map(length));
    const emit = messenger.abi.encodeFunctionData("countRun");
    const { receipt, logs } = await run(call("callAndRevert", [OTHER, emit]));
    expect(receipt.status).toBe(2);
    expect(receipt.moves.every((move) => move.stateBefore === move.stateAfter)).toBe(true);
    expect(logs).toEqual([]);
    expect(await Promise.all([OWN, OTHER, PROBE].map(length))).toEqual(before);
  });

  it("is refused for a set of contracts that is not its record's", async () => {
    const task = call("countRunOf", [OTHER]);
    const [result] = await worker.executeTasks({ epoch: EPOCH, tasks: [{ ...task, touches: [] }] });
    expect(result).toMatchObject({ error: { code: "touches-differ" } });
  });
});

describe("effects", () => {
  it("come in their order, named by the receipt, and the user reads the private one", async () => {
    const task = call("leaveEverything", [TARGET]);
    const { receipt, effects } = await run(task);
    expect(effects.map(({ kind, source }) => [kind, source])).toEqual([1, 3, 3, 2, 3].map((kind) => [kind, OWN]));
    expect(receipt.effectsHash).toBe(effectsHash(effects));
    expect([effects[0], effects[3]]).toMatchObject([
      { target: TARGET, value: 0n, data: Uint8Array.of(1) },
      { target: TARGET, value: 0n, data: Uint8Array.of(4) },
    ]);
    const event = privateEventOf(eventOf(effects[2] as never));
    expect(event).toMatchObject({ taskId: task.taskId, recipient: USER_RECIPIENT, epoch: EPOCH });
    const { publicKey } = await network.principal.certifyContractKey({
      secretContract: OWN,
      codeHash: own.codeHash,
      group: OWN,
      epoch: EPOCH,
    });
    const keys = userSessionKeys(userKeyPair(keccakBytes(fromHex(task.taskId))), publicKey);
    const place = { secretContract: OWN, taskId: task.taskId, index: 2 };
    const content = openPrivateEvent(NETWORK, keys.output, place, event?.ciphertext ?? new Uint8Array());
    expect(content.topic).toBe(messenger.abi.getEvent("Ping")?.topicHash);
    const [sender, text, number] = AbiCoder.defaultAbiCoder().decode(["address", "string", "uint64"], content.args);
    expect([sender.toLowerCase(), text, number]).toEqual([task.fields.sender, "order", 3n]);
  });

  it("of a failed task are none", async () => {
    const { receipt, effects, ending } = await run(call("emitMany", [33]));
    expect(ending).toMatchObject({ name: "trapped", trap: "too-many-effects" });
    expect([receipt.effectsHash, effects]).toEqual([ZERO_HASH, []]);
  });

  it("that are required hold up the group until they are settled", async () => {
    const calling = call("requireCall", [TARGET, 0n, "0x"]);
    await execute(calling);
    const next = other.call(messenger.abi, "countRun");
    const [held] = await worker.executeTasks({ epoch: EPOCH, tasks: [next] });
    expect(held).toMatchObject({ error: { code: "calls-uncommitted" } });
    await worker.settle({ group: OWN, taskId: calling.taskId, committed: false });
    expect((await run(next)).receipt.status).toBe(1);
  });
});

describe("a view", () => {
  const wallet = new Wallet(`0x${"11".repeat(32)}`);

  it("is answered on the committed state, to the account of its permit, and signed", async () => {
    const { request, read } = other.view(messenger.abi, "parties", [], wallet);
    const before = await worker.contractState({ secretContract: OTHER });
    const { output, tip, signature } = await worker.view(request);
    const [sender, self] = results("parties", read(output)) as [string, string];
    expect([sender, self.toLowerCase()]).toEqual([wallet.address, OTHER]);
    expect(tip).toBe(before.tip);
    const { requestId, secretContract, blockNumber } = request;
    const answer = { requestId, secretContract, tip, blockNumber, outputHash: keccak(output) };
    expect(recoverViewAnswerSigner(NETWORK, answer, signature)).toBe(worker.identity.signer);
    expect(await worker.contractState({ secretContract: OTHER })).toEqual(before);
  });

  it("sees nothing of a task that is pending", async () => {
    const runs = async () => {
      const { request, read } = other.view(messenger.abi, "runs", [], wallet);
      return results("runs", read((await worker.view(request)).output))[0] as bigint;
    };
    const before = await runs();
    const task = other.call(messenger.abi, "countRun");
    await execute(task);
    expect(await runs()).toBe(before);
    await worker.settle({ group: OWN, taskId: task.taskId, committed: true });
    expect(await runs()).toBe(before + 1n);
  });

  it.each([
    ["viewThatWrites", { name: "trapped", trap: "view-effect" }],
    ["viewThatRemoves", { name: "trapped", trap: "view-effect" }],
    ["viewThatEmits", { name: "trapped", trap: "view-effect" }],
    ["viewThatEmitsPrivately", { name: "trapped", trap: "view-effect" }],
    ["viewThatCallsEthereum", { name: "trapped", trap: "view-effect" }],
    ["countRun", { name: "reverted" }],
  ])("that is none, %s, changes nothing", async (name, ending) => {
    const before = await worker.contractState({ secretContract: OTHER });
    const { request, read } = other.view(messenger.abi, name, [], wallet);
    expect(read((await worker.view(request)).output)).toMatchObject(ending);
    expect(await worker.contractState({ secretContract: OTHER })).toEqual(before);
  });

  it("needs the permit of its account, for its very input, and a block that is not past", async () => {
    const refused: [object, string][] = [
      [{ account: STRANGER }, "permit-invalid"],
      [{ expiryBlock: 11n }, "permit-invalid"],
      [{ input: new Uint8Array(104) }, "permit-invalid"],
      [{ blockNumber: 11n }, "permit-expired"],
    ];
    for (const [change, code] of refused) {
      const { request } = other.view(messenger.abi, "runs", [], wallet, change);
      await expect(worker.view(request)).rejects.toMatchObject({ code });
    }
  });
});
