/** Worker and principal nodes as they run in the local network: real chain, real enclaves, real peers. */
import { readFile } from "node:fs/promises";
import { Ajv } from "ajv";
import { JsonRpcProvider, Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Enigma } from "../../host/client/enigma.ts";
import type { EnigmaEvent } from "../../host/ethereum/enigma-events.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { LocalNetwork } from "../../host/network/local-network.ts";
import { ANY_PORTS } from "../../host/network/network-ports.ts";
import { systemClock } from "../../host/protocol/clock.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { type Address, address, type Hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import type { ObservedEvent } from "../../host/protocol/node-event.ts";
import { outcomeSlot } from "../../host/protocol/outcome.ts";
import { receiptHash } from "../../host/protocol/receipt.ts";
import { sendTaskToJson } from "../../host/protocol/rpc-types.ts";
import { TASK_KIND } from "../../host/protocol/task-record.ts";
import { recoverViewAnswerSigner } from "../../host/protocol/view-answer.ts";
import {
  parseViewResult,
  type ViewParams,
  type ViewResult,
  viewParamsToJson,
} from "../../host/protocol/view-rpc-types.ts";
import { RpcClient } from "../../host/rpc/rpc-client.ts";
import type { WorkerNode } from "../../host/worker/worker-node.ts";
import { ended, RawUser, refusal, resultOf, send } from "./raw-tasks.ts";

const dist = new URL("../../contracts/dist/millionaires/", import.meta.url);
const TIMEOUT = 60_000;
const refusedModule = new Uint8Array([0, 97, 115, 109, 9]);

let network: LocalNetwork;
let user: RawUser;
let contract: Address;
const events: ObservedEvent[] = [];

beforeAll(async () => {
  network = await LocalNetwork.start({
    workers: 2,
    ports: ANY_PORTS,
    checkModule: async (module) => {
      if (keccak(module) === keccak(refusedModule))
        throw new EnigmaError("module-refused", { data: { rule: "wasm-malformed" } });
    },
    clock: systemClock,
    log: silentLogger,
    onEvent: (event) => events.push(event),
  });
  user = await RawUser.open(network, 2);
  contract = await deployMillionaires();
}, TIMEOUT);

afterAll(async () => {
  await network?.stop();
}, TIMEOUT);

async function deployMillionaires(): Promise<Address> {
  const provider = new JsonRpcProvider(network.chain.url, undefined, { batchMaxCount: 1, cacheTimeout: -1 });
  const signer = new Wallet(String(network.accounts.users[1]?.privateKey), provider);
  const client = await Enigma.connect({ rpc: gateway(0).url, signer, checkModule: false });
  await client.deposit(1_000n * ENG);
  const [module, abi] = await Promise.all([
    readFile(new URL("millionaires.wasm", dist)),
    readFile(new URL("abi.json", dist), "utf8"),
  ]);
  const deployment = await client.deploy({
    module: new Uint8Array(module),
    abi: JSON.parse(abi),
    gasLimit: 2_000_000n,
  });
  await deployment.wait();
  provider.destroy();
  return address(String(deployment.contract.address));
}

function gateway(index: number): WorkerNode {
  const worker = network.workers[index];
  if (worker === undefined) throw new Error("no such worker");
  return worker;
}

/** The index of the worker that serves the contract, and of the other one. */
async function roles(): Promise<{ selected: number; other: number }> {
  const { number } = await network.view.contract.currentEpoch();
  const worker = await network.view.contract.selectedWorker(number, contract);
  const selected = network.workers.findIndex(({ address }) => address === worker);
  return { selected, other: 1 - selected };
}

/** All settlements on chain, by task. */
async function settlements(): Promise<Map<Hash, EnigmaEvent[]>> {
  const abort = new AbortController();
  const { number } = await network.view.head();
  const found = new Map<Hash, EnigmaEvent[]>();
  for await (const step of network.view.follow({ signal: abort.signal })) {
    if (step.kind !== "block") continue;
    for (const event of step.events) {
      if (event.name === "TaskSettled") found.set(event.taskId, [...(found.get(event.taskId) ?? []), event]);
    }
    if (step.number >= number) abort.abort();
  }
  return found;
}

test("a gateway answers every method, and subscribers, as its OpenRPC document says", async () => {
  const { url } = gateway(0);
  const document = (await (await fetch(`${url}/openrpc.json`)).json()) as {
    methods: { name: string; result: { schema: object } }[];
  };
  const answered: string[] = [];
  async function answer(method: string, params: object): Promise<void> {
    const result = await new RpcClient(url).call(method, params);
    expect(problems(method, result), method).toEqual([]);
    answered.push(method);
  }
  function problems(method: string, value: unknown): unknown[] {
    const schema = document.methods.find(({ name }) => name === method)?.result.schema;
    const validate = new Ajv({ strict: false, allErrors: true }).compile(schema ?? { not: {} });
    return validate(value) ? [] : (validate.errors ?? []);
  }
  const { taskId, params } = await user.recordCall(contract);
  const info = await network.view.contract.contractInfo(contract);
  await answer("enigma_getInfo", {});
  await answer("enigma_getContractKey", { secretContract: contract });
  await answer("enigma_sendTask", sendTaskToJson(params));
  expect(problems("enigma_getTaskStatus", await ended(gateway(0), taskId))).toEqual([]);
  await answer("enigma_getTaskStatus", { taskId });
  await answer("enigma_getTaskResult", { taskId });
  await answer("enigma_getCode", { codeHash: info?.codeHash });
  await answer("enigma_view", viewParamsToJson(await user.view(contract)));
  await answer("enigma_getAttestation", {});
  await answer("enigma_getTaskInput", { taskId });
  await answer("enigma_getLog", { secretContract: contract, from: "0" });
  await answer("enigma_listTasks", { secretContract: contract });
  expect(answered).toEqual(document.methods.map(({ name }) => name));
});

describe("a gateway refuses", () => {
  test("a record that is not on chain", async () => {
    const { params } = await user.recordCall(contract);
    const record = { ...params.record, nonce: params.record.nonce ^ 1n };
    expect(await refusal(gateway(0), { ...params, record })).toBe("record-not-found");
  });

  test("a record that pays less for gas than it asks for", async () => {
    const { params } = await user.record(TASK_KIND.call, contract, null, ZERO_HASH, 0n);
    expect(await refusal(gateway(0), params)).toBe("gas-price-too-low");
  });

  test("a record that differs from the one on chain", async () => {
    const { params } = await user.recordCall(contract);
    const record = { ...params.record, gasLimit: params.record.gasLimit + 1n };
    expect(await refusal(gateway(0), { ...params, record })).toBe("record-mismatch");
  });

  test("another input or another user key than the record's", async () => {
    const { params } = await user.recordCall(contract);
    expect(await refusal(gateway(0), { ...params, input: params.input.with(0, (params.input[0] ?? 0) ^ 1) })).toBe(
      "input-hash-mismatch",
    );
    expect(await refusal(gateway(0), { ...params, userKey: new Uint8Array(32) })).toBe("input-hash-mismatch");
  });

  test("a task that has ended, at every worker", async () => {
    const { taskId, params } = await user.recordCall(contract);
    await send(gateway(0), params);
    await Promise.all([ended(gateway(0), taskId), ended(gateway(1), taskId)]);
    expect(await refusal(gateway(0), params)).toBe("task-already-settled");
    expect(await refusal(gateway(1), params)).toBe("task-already-settled");
  });

  test("a call that brings a module, and a deployment without one, with another, or with one that breaks a rule", async () => {
    const call = await user.recordCall(contract);
    expect(await refusal(gateway(0), { ...call.params, module: refusedModule })).toBe("module-unexpected");
    const { params } = await user.record(TASK_KIND.deploy, undefined, null, keccak(refusedModule));
    expect(await refusal(gateway(0), params)).toBe("module-missing");
    expect(await refusal(gateway(0), { ...params, module: new Uint8Array([1]) })).toBe("code-hash-mismatch");
    expect(await refusal(gateway(0), { ...params, module: refusedModule })).toBe("module-refused");
  });

  test("questions about tasks that it does not know or that have not ended", async () => {
    await expect(resultOf(gateway(0), ZERO_HASH)).rejects.toMatchObject({ code: "task-unknown" });
    const { taskId, params } = await user.recordCall(contract);
    await expect
      .poll(() => resultOf(gateway(0), taskId).catch((error: EnigmaError) => error.code))
      .toBe("task-not-settled");
    await send(gateway(0), params);
    await ended(gateway(0), taskId);
  });
});

test("a task may be sent again and to every worker; it is executed once, and every worker answers for it", async () => {
  const { taskId, params } = await user.recordCall(contract);
  await Promise.all([send(gateway(0), params), send(gateway(1), params), send(gateway(0), params)]);
  const updates = await Promise.all([ended(gateway(0), taskId), ended(gateway(1), taskId)]);
  expect(updates[0]).toEqual(updates[1]);
  expect(updates[0].status).toBe("failed"); // its input is no ciphertext
  const [first, second] = await Promise.all([resultOf(gateway(0), taskId), resultOf(gateway(1), taskId)]);
  expect(first).toEqual(second);
  if (first.receipt === null || first.output === null) throw new Error("no receipt");
  expect(keccak(first.output)).toBe(first.receipt.outputHash);
  expect(await network.view.contract.taskSlot(taskId)).toBe(outcomeSlot(2, receiptHash(first.receipt)));
  expect((await settlements()).get(taskId)).toHaveLength(1);
});

test("a task whose input stands on the chain is executed and its end known everywhere, though nobody sent it", async () => {
  const { taskId } = await user.postCall(contract, new Uint8Array(4));
  const updates = await Promise.all([ended(gateway(0), taskId), ended(gateway(1), taskId)]);
  expect(updates.map(({ status }) => status)).toEqual(["failed", "failed"]); // no such function
  const [first, second] = await Promise.all([resultOf(gateway(0), taskId), resultOf(gateway(1), taskId)]);
  expect(first).toEqual(second);
  expect(first.output).toEqual(new Uint8Array()); // there is nobody to encrypt to
});

describe("a view", () => {
  const ask = (index: number, params: ViewParams): Promise<ViewResult> =>
    new RpcClient(gateway(index).url).call("enigma_view", viewParamsToJson(params)).then(parseViewResult);

  test("is answered by the selected worker, whichever is asked, on the state that stands on the chain", async () => {
    const { selected } = await roles();
    const tip = await network.view.contract.tip(contract);
    for (const index of [0, 1]) {
      const params = await user.view(contract);
      const answer = await ask(index, params);
      expect(answer).toMatchObject({ requestId: params.requestId, worker: gateway(selected).address, tip });
      const { requestId, blockNumber, output, signature } = answer;
      const claim = { requestId, secretContract: contract, tip, blockNumber, outputHash: keccak(output) };
      expect(recoverViewAnswerSigner(network.domain, claim, signature)).toBe(gateway(selected).info().signer);
    }
  });

  test("is refused with the enclave's reason, whichever is asked", async () => {
    const late = await user.view(contract, { expiryBlock: 1n });
    const forged = { ...(await user.view(contract)), account: address(`0x${"11".repeat(20)}`) };
    for (const index of [0, 1]) {
      await expect(ask(index, late)).rejects.toMatchObject({ code: "permit-expired" });
      await expect(ask(index, forged)).rejects.toMatchObject({ code: "permit-invalid" });
      const nowhere = await user.view(address(`0x${"12".repeat(20)}`));
      await expect(ask(index, nowhere)).rejects.toMatchObject({ code: "contract-not-deployed" });
    }
  });
});

test("only the selected worker executes", async () => {
  const { selected } = await roles();
  const executed = events.filter((event) => event.kind === "task-executed");
  expect(executed.length).toBeGreaterThan(0);
  expect(new Set(executed.map(({ node }) => node))).toEqual(new Set([gateway(selected).address]));
});

describe("nothing is lost and nothing done twice when", () => {
  test(
    "the selected worker is down while tasks arrive",
    async () => {
      const { selected, other } = await roles();
      await gateway(selected).stop();
      const tasks = [await user.recordCall(contract), await user.recordCall(contract)];
      for (const { params } of tasks) await send(gateway(other), params);
      await network.restartWorker(selected);
      for (const { taskId } of tasks) expect((await ended(gateway(other), taskId)).status).toBe("failed");
    },
    TIMEOUT,
  );

  test(
    "the selected worker is stopped in the middle of a burst",
    async () => {
      const { selected, other } = await roles();
      const tasks = await Promise.all(Array.from({ length: 20 }, () => user.recordCall(contract)));
      await Promise.all(tasks.slice(0, 10).map(({ params }) => send(gateway(other), params)));
      const stopping = gateway(selected).stop();
      await Promise.all(tasks.slice(10).map(({ params }) => send(gateway(other), params)));
      await stopping;
      await network.restartWorker(selected);
      await Promise.all(tasks.map(({ taskId }) => ended(gateway(other), taskId)));
      const settled = await settlements();
      for (const { taskId } of tasks) expect(settled.get(taskId)).toHaveLength(1);
      await Promise.all(tasks.map(({ taskId }) => resultOf(gateway(selected), taskId)));
      await Promise.all(tasks.map(({ taskId }) => resultOf(gateway(other), taskId)));
    },
    TIMEOUT,
  );

  test(
    "the enclave's process is killed in mid-task",
    async () => {
      const { selected, other } = await roles();
      const { pid, closed } = await gateway(selected).enclave();
      const tasks = await Promise.all(Array.from({ length: 20 }, () => user.recordCall(contract)));
      const sending = tasks.map(({ params }) => send(gateway(other), params));
      await Promise.race(sending);
      process.kill(Number(pid), "SIGKILL");
      await Promise.all([...sending, closed]);
      await Promise.all(tasks.map(({ taskId }) => ended(gateway(other), taskId)));
      const settled = await settlements();
      for (const { taskId } of tasks) expect(settled.get(taskId)).toHaveLength(1);
      expect((await gateway(selected).enclave()).pid).not.toBe(pid);
    },
    TIMEOUT,
  );

  test(
    "the principal is down while a worker needs keys",
    async () => {
      const { selected, other } = await roles();
      await network.principal.stop();
      const { pid, closed } = await gateway(selected).enclave();
      process.kill(Number(pid), "SIGKILL"); // its successor holds no keys
      await closed;
      const { taskId, params } = await user.recordCall(contract);
      await send(gateway(other), params);
      await network.restartPrincipal();
      expect((await ended(gateway(other), taskId)).status).toBe("failed");
    },
    TIMEOUT,
  );
});

test(
  "a gateway that was down learns the ends and results of what it missed",
  async () => {
    const { selected, other } = await roles();
    await gateway(other).stop();
    const { taskId, params } = await user.recordCall(contract);
    await send(gateway(selected), params);
    await ended(gateway(selected), taskId);
    await network.restartWorker(other);
    await expect
      .poll(() => resultOf(gateway(other), taskId).catch((error: EnigmaError) => error.code), { timeout: TIMEOUT })
      .toEqual(await resultOf(gateway(selected), taskId));
  },
  TIMEOUT,
);
