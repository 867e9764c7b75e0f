/** Tasks of a real network, executed once more by an auditor: every byte that is public comes out the same. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Auditor } from "../../host/auditor/auditor.ts";
import type { Replay } from "../../host/auditor/replay-result.ts";
import type { Enigma, Task, UntypedSecretContract } from "../../host/client/index.ts";
import { REPLAYED_FIELDS } from "../../host/enclave/enclave-client.ts";
import { ENG, TokenContract } from "../../host/ethereum/token-contract.ts";
import { address, type Hash, hash } from "../../host/protocol/hex.ts";
import { TASK_KIND } from "../../host/protocol/task-record.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { deployInto } from "../e2e/contract-groups.ts";
import { compiled, EthereumContract, ethereumSender, sample } from "../e2e/ethereum-contract.ts";
import { settlementOf } from "../e2e/settled-facts.ts";
import { RawUser, send } from "../worker/raw-tasks.ts";
import { auditorOf } from "./audited-network.ts";

const TIMEOUT_BLOCKS = 400;
const CALLS = { callGasLimit: 1_000_000n };

let network: TestNetwork;
let users: readonly [Enigma, Enigma];
let auditor: Auditor;

beforeAll(async () => {
  network = await startTestNetwork({ settings: { epochBlocks: 100, taskTimeoutBlocks: TIMEOUT_BLOCKS } });
  users = [await network.user(1), await network.user(2, 1)];
  auditor = await auditorOf(network);
});
afterAll(async () => {
  await auditor?.close();
  await network?.stop();
});

/** Replays a task that is expected to be equal; what was compared, by field. */
async function equal(taskId: Hash, outcome = "committed"): Promise<Record<string, string>> {
  const replay = await auditor.replay(taskId);
  expect(replay).toMatchObject({ verdict: "equal", taskId, outcome, difference: null });
  const compared = replay.verdict === "task-refunded" ? [] : replay.compared;
  expect(compared.map(({ field }) => field)).toEqual([...REPLAYED_FIELDS]);
  return Object.fromEntries(compared.map(({ field, value }) => [field, value]));
}

/** The id of a task that ends somehow. */
async function ended(ordering: Promise<Task<unknown>>): Promise<Hash> {
  const task = await ordering;
  await task.wait().catch(() => {});
  return task.id;
}

describe("a vote that reports to Ethereum", () => {
  let voting: UntypedSecretContract;
  let ballot: EthereumContract;
  const close = () => voting.getFunction("close")(CALLS);

  beforeAll(async () => {
    ballot = await EthereumContract.deploy(ethereumSender(network, 9), sample("Ballot"));
    voting = await network.deploy(users[0], "voting", [ballot.address, 7n, users.map(({ account }) => account)]);
  });

  it("is replayed vote by vote, also where its report was refused and the task undone", async () => {
    const voted = await ended(voting.getFunction("vote")(true));
    const undone = await ended(close());
    const compared = await equal(voted);
    expect(compared.gasUsed).toBe((await settlementOf(network, voted)).gasUsed.toString());
    expect(compared.logs).toMatch(/^[1-9]\d* entries, \d+ bytes$/);
    expect(compared.output).toMatch(/^\d+ bytes$/);
    expect(await equal(undone, "callback-failed")).toMatchObject({ logs: "0 entries, 0 bytes", status: "committed" });
    await ballot.send("nameVotingContract", voting.address);
    expect((await equal(await ended(close()))).effectsHash).not.toMatch(/^0x0+$/);
  });

  it("is replayed where a call failed by its contract's own error", async () => {
    await equal(await ended(voting.getFunction("close")(CALLS)), "failed");
  });
});

it("an exchange of two private tokens is replayed in all three contracts, and their whole history", async () => {
  const [maker, taker] = users;
  const apples = await network.deploy(maker, "private-token", [1_000n]);
  const pears = await deployInto(apples.address, taker, "private-token", [1_000n]);
  const swap = await deployInto(apples.address, maker, "swap");
  await ended(apples.getFunction("approve")(swap.address, 500n));
  await ended(pears.getFunction("approve")(swap.address, 500n));
  const offered = await (await swap.getFunction("offer")(apples.address, 5n, pears.address, 9n)).wait();
  const takers = await network.contract(taker, "swap", swap.address);
  const touches = [pears.address, apples.address];
  const accepted = await ended(takers.getFunction("accept")(offered.result, { touches }));
  const again = await ended(takers.getFunction("accept")(offered.result, { touches }));
  const { moves } = await equal(accepted);
  for (const { address } of [apples, pears, swap]) expect(moves).toContain(address);
  await equal(again, "failed");

  const seen: Replay[] = [];
  const audit = await auditor.audit(apples.address, ({ task }) => seen.push(task));
  expect(audit).toMatchObject({ verdict: "equal", tasks: 8, outcomes: { committed: 7, failed: 1 }, difference: null });
  expect([...audit.contracts].sort()).toEqual([apples, pears, swap].map(({ address }) => address).sort());
  expect(audit.tip).toBe(await network.local.view.contract.tip(apples.address));
  expect(seen).toHaveLength(8);
});

it("the millionaires are replayed from the deployment on, under each compiler of V8 and inside this process", async () => {
  const millionaires = await network.deploy(users[0], "millionaires");
  await ended(millionaires.getFunction("addMillionaire")(5_000_000n));
  const other = await network.contract(users[1], "millionaires", millionaires.address);
  await ended(other.getFunction("addMillionaire")(7_000_000n));
  const settled = await auditor.audit(millionaires.address);
  expect(settled).toMatchObject({ verdict: "equal", tasks: 3, contracts: [millionaires.address] });
  const { blockNumber } = settled;
  const ways = [{ v8Flags: ["--liftoff-only"] }, { v8Flags: ["--no-liftoff"] }, { inProcess: true }] as const;
  for (const way of ways) {
    await using another = await auditorOf(network, way);
    // Blocks may have closed since.
    expect({ ...(await another.audit(millionaires.address)), blockNumber }).toEqual(settled);
  }
});

it("a contract that was handed over between workers and has checkpoints is replayed across both", async () => {
  const probe = await network.deploy(users[0], "probe", ["0x01", "0x02"]);
  const value = (change: number) => `0x${change.toString(16).padStart(2, "0").repeat(3_000)}`;
  const tasks: Hash[] = [];
  const first = await network.selected(probe.address);
  for (const worker of [first, 1 - first, first]) {
    await network.advanceEpochTo(probe.address, worker);
    for (let change = 0; change < 4; change += 1)
      tasks.push(await ended(probe.getFunction("set")("0xaa", value(change + tasks.length))));
  }
  const audit = await auditor.audit(probe.address);
  expect(audit).toMatchObject({ verdict: "equal", tasks: 13 });
  const logs = await Promise.all(tasks.map(async (task) => (await equal(task)).logs));
  expect(logs.filter((log) => log?.startsWith("2 entries")).length).toBeGreaterThan(1);
});

it("calls that were posted with their inputs, and inputs that do not decrypt, are replayed", async () => {
  const probe = await network.deploy(users[0], "probe", ["0x01", "0x02"]);
  const raw = await RawUser.open(network.local, 5);
  const calldata = probe.interface.encodeFunctionData("countRun");
  const { taskId } = await raw.postCall(probe.address, Buffer.from(calldata.slice(2), "hex"));
  await settlementOf(network, taskId);
  expect(await auditor.replay(taskId)).toMatchObject({ verdict: "equal", kind: TASK_KIND.posted });
  expect((await equal(taskId)).output).toBe("0 bytes");
  const garbled = await raw.recordCall(probe.address);
  await send(network.worker(0), garbled.params);
  await settlementOf(network, garbled.taskId);
  await equal(garbled.taskId, "failed");
});

it("a task that a contract on Ethereum ordered is replayed with its callback", async () => {
  const { view, token, domain } = network.local;
  const owner = ethereumSender(network, 8);
  const lucky = await network.deploy(users[0], "lucky-number");
  const orders = await EthereumContract.deploy(owner, compiled("EncryptedOrders"), [domain.enigma]);
  await new TokenContract(view.connection, token).approve(owner, orders.address, 10n * ENG);
  await orders.send("fund", 10n * ENG);
  const calldata = lucky.interface.encodeFunctionData("draw", [6n]);
  const { logs } = await orders.send("order", lucky.address, calldata, 1_000_000n, 200_000n);
  const topic = orders.interface.getEvent("Ordered")?.topicHash;
  const taskId = hash(String(logs.find(({ topics }) => topics[0] === topic)?.topics[1]));
  await settlementOf(network, taskId);
  expect((await equal(taskId)).effectsHash).not.toMatch(/^0x0+$/);
  expect(await auditor.replay(taskId)).toMatchObject({ kind: TASK_KIND.ordered });
});

describe("a task that was not executed", () => {
  it("is an error while it is open, a result once it is refunded, and an error where there is none", async () => {
    const probe = await network.deploy(users[0], "probe", ["0x01", "0x02"]);
    const raw = await RawUser.open(network.local, 6);
    const { taskId, params } = await raw.recordCall(probe.address);
    await expect(auditor.replay(taskId)).rejects.toMatchObject({ code: "task-not-settled" });
    await network.mine(TIMEOUT_BLOCKS + 1);
    await raw.account.refund(params.record);
    const refunded = { verdict: "task-refunded", taskId, secretContract: probe.address };
    expect(await auditor.replay(taskId)).toEqual(refunded);
    expect(await auditor.audit(probe.address)).toMatchObject({ verdict: "equal", tasks: 1 });
    const unknown = `0x${"ab".repeat(32)}` as Hash;
    await expect(auditor.replay(unknown)).rejects.toMatchObject({ code: "task-unknown" });
    const nowhere = { code: "contract-not-deployed" };
    await expect(auditor.audit(address(`0x${"77".repeat(20)}`))).rejects.toMatchObject(nowhere);
  });
});
