import { Interface } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Enigma, UntypedSecretContract } from "../../host/client/index.ts";
import type { TaskExecution, TouchedCode, WorkerEnclave } from "../../host/enclave/enclave-client.ts";
import type { TaskSettled } from "../../host/ethereum/enigma-events.ts";
import { type Hash, toHex, ZERO_HASH } from "../../host/protocol/hex.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { LOG_ENTRY_KIND } from "../../host/protocol/log-entry.ts";
import { OUTCOME } from "../../host/protocol/outcome.ts";
import { parseGrantResult } from "../../host/protocol/principal-rpc-types.ts";
import { decodeReceipt } from "../../host/protocol/receipt.ts";
import { RpcClient } from "../../host/rpc/rpc-client.ts";
import type { GossipListener } from "../../host/testing/gossip-listener.ts";
import { sampleContract } from "../../host/testing/sample-contract.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { deployInto } from "../e2e/contract-groups.ts";
import { askCrafted, type CraftedAnswer } from "../e2e/crafted-view.ts";
import { chainEvents } from "../e2e/settled-facts.ts";
import { type HeardTask, heardHistory, logsIn } from "./heard-history.ts";

const GAS = { gasLimit: 2_000_000n, callGasLimit: 200_000n };

let network: TestNetwork;
let gossip: GossipListener;
let user: Enigma;
/** Two contracts of one group. */
let probe: UntypedSecretContract;
let messenger: UntypedSecretContract;
const code = new Map<string, { module: Uint8Array; codeHash: Hash }>();

beforeAll(async () => {
  network = await startTestNetwork({ settings: { epochBlocks: 50, taskTimeoutBlocks: 2_000 } });
  gossip = await network.listenToGossip();
  user = await network.user(1);
  probe = await network.deploy(user, "probe", ["0x01", "0x02"]);
  messenger = await deployInto(probe.address, user, "messenger");
  for (const [name, { address }] of [["probe", probe] as const, ["messenger", messenger] as const]) {
    const { module } = await sampleContract(name);
    code.set(address, { module, codeHash: keccak(module) });
  }
});
afterAll(() => network?.stop());

/** Orders a call and waits for its end, however it ends. */
async function call(contract: UntypedSecretContract, name: string, ...args: unknown[]): Promise<void> {
  const touches = [contract === probe ? messenger.address : probe.address];
  const task = await contract.getFunction(name)(...args, { ...GAS, touches });
  await task.wait().catch((error) => expect(error.code).toMatch(/contract-reverted|out-of-gas|callback-failed/));
}

/** Every kind of ending, of change and of effect, each settled before the next. */
async function makeHistory(): Promise<void> {
  await call(probe, "set", "0xaa", "0xbb");
  await call(probe, "randomNumbers", 1_000_000n);
  await call(probe, "deny", 5n);
  // Enough for checkpoints.
  for (const size of [20_000, 20_001, 20_002]) await call(probe, "storeLarge", size);
  await call(probe, "loopForever");
  const transfer = new Interface(["function transfer(address,uint256)"]);
  const nothing = transfer.encodeFunctionData("transfer", [user.account, 0n]);
  await call(messenger, "requireCall", network.local.token, 0n, nothing);
  await call(messenger, "leaveEverything", user.account);
  await call(messenger, "emitPrivatePing", "privately", 1n);
  const draw = probe.interface.encodeFunctionData("randomNumbers", [7n]);
  await call(messenger, "callOther", probe.address, draw, 2n ** 64n - 1n);
  await call(messenger, "callAndRevert", probe.address, draw);
  await call(probe, "remove", "0xaa");
}

/** The worker's enclave without what it held in memory: keys, modules and states. */
async function freshEnclave(index: number): Promise<WorkerEnclave> {
  const { address } = network.worker(index);
  const started = network.events.next("enclave-started", ({ node }) => node === address);
  await network.local.killEnclave(index);
  await started;
  return network.worker(index).enclave();
}

/** Gives the enclave modules, empty logs, and the keys of epochs, as its worker does. */
async function prepare(enclave: WorkerEnclave, epochs: Iterable<bigint>): Promise<void> {
  const group = probe.address;
  const contracts = [probe, messenger].map(({ address: secretContract }) => {
    return { secretContract, codeHash: code.get(secretContract)?.codeHash as Hash, group };
  });
  const principal = new RpcClient(network.local.principal.url);
  for (const epoch of epochs) {
    const { request } = await enclave.requestContractKeys({ epoch, contracts });
    const answer = await principal.call("principal_grantContractKeys", { request: toHex(request) });
    const { grant } = parseGrantResult(answer);
    await enclave.acceptContractKeys({ grant, now: (await network.local.view.head()).timestamp });
  }
  for (const { module } of code.values()) await enclave.loadModule({ module, rules: 1 });
  for (const contract of contracts) {
    await enclave.loadLog({ ...contract, stateBefore: ZERO_HASH, entries: [], expectedTip: ZERO_HASH });
  }
}

/** Executes a task again and compares everything that leaves the enclave; settles it as it was settled. */
async function expectEqual(enclave: WorkerEnclave, { taskId, task, result }: HeardTask, { outcome }: TaskSettled) {
  const receipt = decodeReceipt(result.receipt);
  const touches: TouchedCode[] = receipt.moves.slice(1).map(({ secretContract }) => {
    return { secretContract, codeHash: code.get(secretContract)?.codeHash as Hash };
  });
  const group = probe.address;
  const [again] = await enclave.executeTasks({ epoch: receipt.epoch, tasks: [{ ...task, group, touches }] });
  const executed = again as Extract<TaskExecution, { receipt: unknown }>;
  expect(executed.receipt).toEqual(receipt);
  if (outcome !== OUTCOME["callback-failed"]) expect(executed.logs).toEqual(logsIn(result));
  const { output } = await enclave.releaseOutput({ sealedOutput: executed.sealedOutput, outcome });
  expect(output).toEqual(result.output);
  if (outcome !== OUTCOME.failed) await enclave.settle({ group, taskId, committed: outcome === OUTCOME.committed });
  return executed;
}

/** Asks the same view again: the same answer, byte for byte. */
async function expectEqualView(enclave: WorkerEnclave, view: CraftedAnswer): Promise<void> {
  if (typeof view === "string") throw new Error(view);
  const { codeHash } = code.get(probe.address) as { codeHash: Hash };
  const { blockNumber, output, tip } = view.result;
  const { timestamp } = (await network.local.view.header(blockNumber)) as { timestamp: bigint };
  const again = await enclave.view({ ...view.params, codeHash, group: probe.address, blockNumber, timestamp });
  expect(again).toMatchObject({ output, tip });
}

describe("another worker's enclave", () => {
  it("repeats the whole history of contracts that were handed to it, byte for byte", async () => {
    await makeHistory();
    const first = await network.selected(probe.address);
    await network.advanceEpochTo(probe.address, 1 - first);
    await makeHistory();
    const get = probe.interface.encodeFunctionData("get", ["0x01"]);
    const view = await askCrafted(network, probe.address, get);
    const entries = [];
    const settled = await chainEvents(network, "TaskSettled");
    await expect.poll(() => gossip.results.length).toBe(settled.length);
    const enclave = await freshEnclave(1 - first);
    const history = heardHistory(network, gossip);
    await prepare(enclave, new Set(history.map(({ result }) => decodeReceipt(result.receipt).epoch)));
    const signatures = new Set<string>();
    for (const heard of history) {
      const settlement = settled.find(({ taskId }) => taskId === heard.taskId) as TaskSettled;
      const { signature, logs } = await expectEqual(enclave, heard, settlement);
      entries.push(...logs.flatMap((log) => log.entries));
      if (Buffer.compare(signature, heard.result.signature) !== 0) signatures.add(toHex(signature));
    }
    // Only the signature tells which of the two enclaves did it; the other one did some.
    expect(signatures.size).toBeGreaterThan(0);
    expect(new Set(settled.map(({ outcome }) => outcome))).toEqual(new Set([1, 2, 3]));
    expect(entries.some(({ kind }) => kind === LOG_ENTRY_KIND.checkpoint)).toBe(true);
    await expectEqualView(enclave, view);
  });
});
