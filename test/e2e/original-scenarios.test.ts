/**
 * The acceptance scenarios of the first Enigma network: deployments and executions that succeed, and each way in which they fail.
 *
 * What troubled that network's users, and where it is tested:
 * - failed calls of Ethereum locked a contract for good, a wrong address or payload: here, `ethereum-calls.test.ts`;
 * - a worker that was not selected could take a task, or its receipt was mistaken for another's: here, `late-receipts.test.ts`;
 * - keys, clients and nodes that were good for one task, one epoch or one start; changes of state that came twice; contracts
 *   that are not there: `long-lived-client.test.ts`;
 * - workers or enclaves that stop in the middle of something, tasks that wait for ever:
 *   `../worker/worker-network.test.ts`, `../worker/worker-recovery.test.ts`, `refunds.test.ts`;
 * - the keys' way to the next worker: `hand-over.test.ts`.
 */
import { getAddress } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Enigma, Task, TaskReceipt, UntypedSecretContract } from "../../host/client/index.ts";
import type { DevAccount } from "../../host/ethereum/dev-accounts.ts";
import { decodeEnigmaLog } from "../../host/ethereum/enigma-events.ts";
import { JsonRpcConnection } from "../../host/ethereum/json-rpc-connection.ts";
import { refusalCode } from "../../host/ethereum/revert-error.ts";
import { TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import type { Address } from "../../host/protocol/hex.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { OUTCOME } from "../../host/protocol/outcome.ts";
import { recordHash, TASK_KIND } from "../../host/protocol/task-record.ts";
import { sampleContract } from "../../host/testing/sample-contract.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { RawUser, resultOf, send } from "../worker/raw-tasks.ts";
import { CraftingUser } from "./crafted-task.ts";
import { compiled, EthereumContract, ethereumSender, sample } from "./ethereum-contract.ts";
import { HeldChain } from "./held-chain.ts";
import { expectFailed, expectUndone, settlementOf } from "./settled-facts.ts";

const NOWHERE = `0x${"77".repeat(20)}`;
const CALLS = { callGasLimit: 300_000n };

let chain: HeldChain;
let network: TestNetwork;
let user: Enigma;
let ballot: EthereumContract;

beforeAll(async () => {
  // The gateway lets every module through here, so that enclaves have to refuse.
  chain = await HeldChain.start();
  const settings = { epochBlocks: 50 };
  network = await startTestNetwork({ chainUrl: chain.url, checkModule: async () => {}, settings });
  user = await network.user(1, 0, { checkModule: false });
  ballot = await EthereumContract.deploy(ethereumSender(network, 9), sample("Ballot"));
});
afterAll(async () => {
  chain?.releaseAll();
  await network?.stop();
  await chain?.close();
});

/**
 * Orders a task for worker 0, and has worker 1, which is not selected, hand in the receipt first; then worker 0 may.
 * Checks that this is refused, costs the user nothing and leaves the task as it was; resolves when worker 0 has settled it.
 */
async function passTheWrongWorker(order: () => Promise<Task<unknown>>): Promise<TaskReceipt<unknown>> {
  chain.hold();
  const task = await order();
  await chain.waiting(1);
  const { contract } = network.local.view;
  const slot = await contract.taskSlot(task.id);
  const balance = await user.balance();
  expect(slot).toBe(recordHash(task.record));

  // Its host does what it would not do by itself.
  await network.stopWorker(1);
  const { privateKey } = network.local.accounts.workers[1] as DevAccount;
  const connection = new JsonRpcConnection(chain.directUrl);
  const data = chain.calldata();
  const wrong = new TransactionSender(connection, privateKey);
  const { logs } = await wrong.send({ to: contract.address, data, gasLimit: 3_000_000n });
  connection.close();
  const refusals = logs.map(decodeEnigmaLog).filter((event) => event?.name === "ReceiptRefused");
  expect(refusals).toMatchObject([{ taskId: task.id }]);
  expect(refusals.map((event) => event && refusalCode(event.reason))).toEqual(["worker-not-selected"]);
  expect([await contract.taskSlot(task.id), await user.balance()]).toEqual([slot, balance]);
  await network.restartWorker(1);

  chain.releaseAll();
  const receipt = await task.wait();
  expect(receipt.worker).toBe(network.worker(0).address);
  const executed = network.events.of("task-executed").filter(({ taskId }) => taskId === task.id);
  expect(new Set(executed.map(({ node }) => node))).toEqual(new Set([network.worker(0).address]));
  return receipt;
}

describe("a deployment", () => {
  it("of each sample succeeds, also all at once", async () => {
    const { number } = await network.local.view.head();
    const deployed = await Promise.all([
      network.deploy(user, "millionaires"),
      network.deploy(user, "private-token", [1_000n]),
      network.deploy(user, "voting", [ballot.address, 1n, [user.account]]),
      network.deploy(user, "auction", [network.local.token, user.account, user.account, number]),
      network.deploy(user, "swap"),
      network.deploy(user, "lucky-number"),
    ]);
    const infos = await Promise.all(deployed.map(({ address }) => network.local.view.contract.contractInfo(address)));
    expect(infos.filter((info) => info === undefined)).toEqual([]);
    expect(new Set(deployed.map(({ address }) => address)).size).toBe(6);
  });

  const failing = async (
    name: "probe" | "voting",
    options: { args?: unknown[]; abi?: string[]; gasLimit?: bigint },
  ) => {
    const made = await sampleContract(name);
    return expectFailed(network, user, () => user.deploy({ ...made, gasPrice: 1n, ...options }));
  };

  it("fails by its bytecode", async () => {
    const module = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 9);
    const error = await expectFailed(network, user, () => user.deploy({ module, abi: [], gasPrice: 1n }));
    expect(error.code).toBe("module-refused");
  });

  it("fails by its constructor", async () => {
    expect(await failing("probe", { args: ["0x", "0x"] })).toMatchObject({ name: "Refused" });
  });

  it("fails by running out of gas", async () => {
    expect(await failing("probe", { args: ["0x01", "0x"], gasLimit: 20_000n })).toMatchObject({ code: "out-of-gas" });
  });

  it("fails by parameters that do not fit its constructor", async () => {
    const error = await failing("voting", { abi: ["constructor(uint8)"], args: [1] });
    expect(error).toMatchObject({ code: "bad-arguments", data: { function: "the constructor" } });
  });

  it("fails by a wrong Ethereum address that its constructor has to call, and deploys nothing", async () => {
    const made = await sampleContract("herald");
    const deploying = (host: string) => user.deploy({ ...made, args: [host], gasPrice: 1n, ...CALLS });
    const error = await expectUndone(network, user, () => deploying(NOWHERE));
    expect(error.data.reason).toBe("TargetWithoutCode()");
    const [move] = error.task.receipt.moves;
    expect(await network.local.view.contract.contractInfo(move?.secretContract as Address)).toBeUndefined();

    const greeted = await EthereumContract.deploy(ethereumSender(network, 8), compiled("CallTarget"));
    const deployment = await deploying(greeted.address);
    await deployment.wait();
    expect(await deployment.contract.getView("host")()).toBe(getAddress(greeted.address));
  });

  it("passes a wrong worker, and is executed by the right one", async () => {
    const made = await sampleContract("messenger");
    let contract: UntypedSecretContract | undefined;
    // An address is drawn with its task, and its worker with it.
    const deploying = async () => {
      for (;;) {
        const deployment = await user.deploy({ ...made, gasPrice: 1n });
        ({ contract } = deployment);
        if ((await network.selected(contract.address)) === 0) return deployment;
        chain.releaseAll();
        await deployment.wait();
        chain.hold();
      }
    };
    await passTheWrongWorker(deploying);
    expect(await contract?.getView("runs")()).toBe(0n);
  });

  it("fails by an input that is encrypted with a wrong key, and deploys nothing", async () => {
    const { module } = await sampleContract("voting");
    const stranger = await RawUser.open(network.local, 2);
    const { taskId, params } = await stranger.record(TASK_KIND.deploy, undefined, module, keccak(module));
    await send(network.worker(0), params);
    expect((await settlementOf(network, taskId)).outcome).toBe(OUTCOME.failed);
    expect(await network.local.view.contract.contractInfo(params.record.secretContract)).toBeUndefined();
  });
});

describe("an execution", () => {
  let messenger: UntypedSecretContract;
  const running = (name: string, ...args: unknown[]) => messenger.getFunction(name)(...args);
  beforeAll(async () => {
    messenger = await network.deploy(user, "messenger");
  });

  it("fails by a function that does not exist", async () => {
    const liar = user.contract(messenger.address, ["function withdraw()"] as string[]);
    const error = await expectFailed(network, user, () => liar.getFunction("withdraw")());
    expect(error.code).toBe("unknown-function");
  });

  it("fails by running out of gas", async () => {
    const error = await expectFailed(network, user, () => running("countRun", { gasLimit: 11_000n }));
    expect(error.code).toBe("out-of-gas");
  });

  it("fails by parameters that do not decode", async () => {
    const { selector } = messenger.interface.getFunction("requireCall") ?? {};
    const crafted = await CraftingUser.open(network, 3);
    const { ending, receipt } = await crafted.call(messenger.address, Buffer.from(String(selector).slice(2), "hex"));
    expect([ending, receipt.status]).toEqual(["reverted", OUTCOME.failed]);
  });

  it("fails by an input that is encrypted with a wrong key", async () => {
    const stranger = await RawUser.open(network.local, 4);
    const { taskId, params } = await stranger.recordCall(messenger.address);
    await send(network.worker(1), params);
    expect((await settlementOf(network, taskId)).outcome).toBe(OUTCOME.failed);
    const { receipt } = await resultOf(network.worker(1), taskId);
    expect(receipt?.gasUsed).toBeLessThan(params.record.gasLimit);
  });

  it("fails by a wrong Ethereum address", async () => {
    const error = await expectUndone(network, user, () => running("requireCall", NOWHERE, 0n, "0x1234", CALLS));
    expect(error.data.reason).toBe("TargetWithoutCode()");
  });

  it("fails by a wrong payload for Ethereum", async () => {
    const error = await expectUndone(network, user, () =>
      running("requireCall", ballot.address, 0n, "0x12345678", CALLS),
    );
    expect(error.data.reason).toBe("no reason given");
  });

  it("passes a wrong worker, and is executed by the right one", async () => {
    await network.advanceEpochTo(messenger.address, 0);
    const runs = (await messenger.getView("runs")()) as bigint;
    const { result } = await passTheWrongWorker(() => running("countRun"));
    expect(result).toBe(runs + 1n);
    await (await running("countRun")).wait();
    expect(await messenger.getView("runs")()).toBe(runs + 2n);
  });

  it("goes on after all of that, and in the epochs after", async () => {
    const runs = (await messenger.getView("runs")()) as bigint;
    for (let run = runs + 1n; run <= runs + 3n; run += 1n) {
      expect((await (await running("countRun")).wait()).result).toBe(run);
      await network.advanceEpoch();
    }
  });
});
