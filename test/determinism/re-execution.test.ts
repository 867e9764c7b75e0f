import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Enigma, UntypedSecretContract } from "../../host/client/index.ts";
import type { TaskExecution, WorkerEnclave } from "../../host/enclave/enclave-client.ts";
import type { ResultMessage, TaskMessage } from "../../host/p2p/gossip-message.ts";
import { type Hash, hashFromBytes, toHex, ZERO_HASH } from "../../host/protocol/hex.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { logEntryFromCbor } from "../../host/protocol/log-entry-cbor.ts";
import { parseGrantResult } from "../../host/protocol/principal-rpc-types.ts";
import { decodeReceipt } from "../../host/protocol/receipt.ts";
import { taskId as idOf } from "../../host/protocol/task-id.ts";
import { decodeTaskRecord } from "../../host/protocol/task-record.ts";
import { RpcClient } from "../../host/rpc/rpc-client.ts";
import type { GossipListener } from "../../host/testing/gossip-listener.ts";
import { sampleContract } from "../../host/testing/sample-contract.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";

const EPOCH_BLOCKS = 12;

let network: TestNetwork;
let gossip: GossipListener;
let user: Enigma;
let probe: UntypedSecretContract;

/** Every kind of ending and of change, some failing, each settled before the next. */
const CALLS: readonly [string, ...unknown[]][] = [
  ["set", "0xaa", "0xbb"],
  ["randomNumbers", 1_000_000n],
  ["writeLine", "a line"],
  ["deny", 5n],
  ["storeLarge", 20_000],
  ["loopForever"],
  ["facts"],
  ["remove", "0xaa"],
  ["entries"],
  ["gasLeft"],
];

async function call([name, ...args]: readonly [string, ...unknown[]]): Promise<void> {
  const task = await probe.getFunction(name)(...args, { gasLimit: 1_000_000n });
  await task.wait().catch(({ code }) => expect(code).toMatch(/contract-reverted|out-of-gas/));
}

/** Has the contract's keys of an epoch granted to the enclave, as its worker does. */
async function fetchKeys(enclave: WorkerEnclave, codeHash: Hash, epoch: bigint): Promise<void> {
  const secretContract = probe.address;
  const contracts = [{ secretContract, codeHash, group: secretContract }];
  const { request } = await enclave.requestContractKeys({ epoch, contracts });
  const principal = new RpcClient(network.local.principal.url);
  const { grant } = parseGrantResult(await principal.call("principal_grantContractKeys", { request: toHex(request) }));
  await enclave.acceptContractKeys({ grant, now: (await network.local.view.head()).timestamp });
}

/** The worker's enclave without what it held in memory: keys, modules and states. */
async function freshEnclave(index: number): Promise<WorkerEnclave> {
  const worker = network.worker(index);
  const started = network.events.next("enclave-started", ({ node }) => node === worker.address);
  process.kill((await worker.enclave()).pid as number, "SIGKILL");
  await started;
  return worker.enclave();
}

beforeAll(async () => {
  network = await startTestNetwork({ epochBlocks: EPOCH_BLOCKS });
  gossip = await network.listenToGossip();
  user = await network.user(1);
  probe = await network.deploy(user, "probe", ["0x01", "0x02"]);
});
afterAll(() => network?.stop());

describe("another worker's enclave", () => {
  it("repeats the whole history of a contract that was handed to it, byte for byte", async () => {
    const executors = () => new Set(network.events.of("task-executed").map(({ node }) => node));
    for (const each of CALLS) await call(each);
    while (executors().size < 2) await call(["countRun"]);
    const settlements = await network.settlements();
    const enclave = await freshEnclave(await network.selected(probe.address));
    const { module } = await sampleContract("probe");
    const codeHash = keccak(module);
    const history = heardHistory();
    expect(history.length).toBe(settlements.size);
    const epochs = new Set(history.map(({ result }) => decodeReceipt(result.receipt).epoch));
    for (const epoch of epochs) await fetchKeys(enclave, codeHash, epoch);
    await enclave.loadModule({ module, rules: 1 });
    await enclave.loadLog({ secretContract: probe.address, codeHash, entries: [], expectedTip: ZERO_HASH });
    const signatures = new Set<string>();
    for (const { task, result } of history) {
      const { signature } = await expectEqual(enclave, task, result);
      if (Buffer.compare(signature, result.signature) !== 0) signatures.add(toHex(signature));
    }
    // Only the signature tells which of the two enclaves did it; the other one did some.
    expect(signatures.size).toBeGreaterThan(0);
  });
});

/** Tasks with their results, in the order of their execution: each was settled before the next was ordered. */
function heardHistory(): { task: TaskMessage; result: ResultMessage }[] {
  return gossip.results.map((result) => {
    const task = gossip.tasks.find(({ record }) => {
      const { sender, nonce } = decodeTaskRecord(record);
      return idOf(network.local.domain, sender, nonce) === hashFromBytes(result.taskId);
    });
    if (task === undefined) throw new Error("a result without its task was heard");
    return { task, result };
  });
}

async function expectEqual(enclave: WorkerEnclave, task: TaskMessage, result: ResultMessage) {
  const receipt = decodeReceipt(result.receipt);
  const [again] = await enclave.executeTasks({ epoch: receipt.epoch, tasks: [{ ...task, group: probe.address }] });
  const executed = again as Extract<TaskExecution, { receipt: unknown }>;
  expect(executed.receipt).toEqual(receipt);
  expect(executed.entry).toEqual(result.entry === null ? null : logEntryFromCbor(result.entry));
  const { output } = await enclave.releaseOutput({ sealedOutput: executed.sealedOutput, outcome: receipt.status });
  expect(output).toEqual(result.output);
  return executed;
}
