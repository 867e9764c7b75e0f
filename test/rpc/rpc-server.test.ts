import { once } from "node:events";
import { type IncomingMessage, request as httpRequest } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { Ajv, type ValidateFunction } from "ajv";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../host/protocol/clock.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { address, type Hash, hash, toHex } from "../../host/protocol/hex.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import type { SendTaskParams } from "../../host/protocol/rpc-types.ts";
import { sendTaskToJson } from "../../host/protocol/rpc-types.ts";
import type { TaskUpdate } from "../../host/protocol/task-status.ts";
import { nestsDeeperThan } from "../../host/rpc/json-depth.ts";
import { RpcServer } from "../../host/rpc/rpc-server.ts";
import type { TaskFeed, TaskFilter } from "../../host/rpc/task-feed.ts";
import { type WorkerApi, workerMethods } from "../../host/rpc/worker-methods.ts";

const h = (byte: number): Hash => hash(toHex(new Uint8Array(32).fill(byte)));
const a = (byte: number) => address(toHex(new Uint8Array(20).fill(byte)));

const sent: SendTaskParams = {
  record: {
    sender: a(1),
    nonce: 2n ** 255n,
    kind: 2,
    secretContract: a(2),
    codeHash: h(3),
    inputHash: h(4),
    touchesHash: h(0),
    gasLimit: 500_000n,
    gasPrice: 1n,
    callGasLimit: 0n,
    blockNumber: 7n,
    timestamp: 8n,
    parentHash: h(9),
    epoch: 1n,
    rules: 1,
  },
  input: new Uint8Array([1, 2]),
  userKey: new Uint8Array(32),
  module: null,
};
const update: TaskUpdate = { taskId: h(1), status: "running", worker: a(5), transactionHash: null };

class FakeWorker implements WorkerApi, TaskFeed {
  readonly received: SendTaskParams[] = [];
  readonly subscribers = new Set<{ filter: TaskFilter; listener: (update: TaskUpdate) => void }>();
  info: WorkerApi["info"] = () => ({
    version: "0.1.0",
    chainId: 31337n,
    enigma: a(1),
    worker: a(5),
    signer: a(6),
    mrEnclave: h(7),
    debug: true,
    epoch: 1n,
    principalSigner: a(8),
    peers: 1,
    simulated: true,
  });
  contractKey: WorkerApi["contractKey"] = async ({ secretContract, codeHash, epoch }) => ({
    secretContract,
    codeHash: codeHash ?? h(3),
    epoch: epoch ?? 1n,
    publicKey: new Uint8Array(32),
    signature: new Uint8Array(65),
  });
  sendTask: WorkerApi["sendTask"] = async (params) => {
    this.received.push(params);
    return { taskId: h(1), worker: a(5) };
  };
  taskStatus: WorkerApi["taskStatus"] = async (taskId) => {
    if (taskId !== h(1)) throw new EnigmaError("task-unknown", { data: { taskId } });
    return update;
  };
  taskResult: WorkerApi["taskResult"] = async (taskId) => ({
    taskId,
    status: "committed",
    receipt: {
      taskId,
      recordHash: h(2),
      epoch: 1n,
      moves: [{ secretContract: a(2), stateBefore: h(0), stateAfter: h(4) }],
      outputHash: h(5),
      gasUsed: 12_345n,
      effectsHash: h(0),
      status: 1,
    },
    signature: new Uint8Array(65),
    output: new Uint8Array(104),
    transactionHash: h(6),
    blockNumber: 9n,
  });
  code: WorkerApi["code"] = async () => new Uint8Array([0, 97, 115, 109]);
  subscribe(filter: TaskFilter, listener: (update: TaskUpdate) => void): () => void {
    const subscriber = { filter, listener };
    this.subscribers.add(subscriber);
    listener(update);
    return () => this.subscribers.delete(subscriber);
  }
}

let worker: FakeWorker;
let server: RpcServer;
beforeEach(async () => {
  worker = new FakeWorker();
  const info = { title: "Test worker", version: "0.1.0", description: "A worker with made-up answers." };
  server = await RpcServer.start({
    binding: { port: 0, hosts: ["worker-1"], origins: ["https://dapp.example"] },
    info,
    methods: workerMethods(worker),
    feed: worker,
    clock: systemClock,
    log: silentLogger,
  });
});
afterEach(async () => {
  await server.stop();
});

interface RpcAnswer {
  id?: unknown;
  result?: unknown;
  error?: { code: number; message: string; data: { code: string; hint: string } };
}

/** Posts a body with node:http, since fetch forbids some of the headers. */
async function post(body: string | Uint8Array, headers: Record<string, string> = {}): Promise<{ status: number; body: string; headers: IncomingMessage["headers"] }> {
  const request = httpRequest(server.url, { method: "POST", headers: { "content-type": "application/json", ...headers } });
  request.end(body);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode ?? 0, body: text, headers: response.headers };
}

async function call(method: string, params?: unknown): Promise<RpcAnswer> {
  const { body } = await post(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
  return JSON.parse(body) as RpcAnswer;
}

async function errorOf(body: string | Uint8Array, headers?: Record<string, string>): Promise<[number, number | undefined, string | undefined]> {
  const answer = await post(body, headers);
  const { error } = JSON.parse(answer.body) as RpcAnswer;
  return [answer.status, error?.code, error?.data.code];
}

const getInfo = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "enigma_getInfo" });

describe("the OpenRPC document", () => {
  interface Described {
    name: string;
    params: { name: string; schema: object; required: boolean }[];
    result: { schema: object };
  }
  const validator = (schema: object): ValidateFunction => new Ajv({ strict: false, allErrors: true }).compile(schema);

  async function document(): Promise<{ methods: Described[] }> {
    return (await (await fetch(`${server.url}/openrpc.json`)).json()) as { methods: Described[] };
  }

  test("is the same by rpc.discover", async () => {
    expect((await call("rpc.discover")).result).toEqual(await document());
  });

  const params: Record<string, object> = {
    enigma_getInfo: {},
    enigma_getContractKey: { secretContract: a(2) },
    enigma_sendTask: sendTaskToJson(sent),
    enigma_getTaskStatus: { taskId: h(1) },
    enigma_getTaskResult: { taskId: h(1) },
    enigma_getCode: { codeHash: h(3) },
  };

  test("describes exactly the methods that are served", async () => {
    expect((await document()).methods.map(({ name }) => name)).toEqual(Object.keys(params));
  });

  test.each(Object.entries(params))("describes the params and the real answer of %s", async (name, given) => {
    const method = (await document()).methods.find((each) => each.name === name);
    const answer = await call(name, given);
    expect(answer.error).toBeUndefined();
    const validate = validator(method?.result.schema ?? {});
    expect(validate(answer.result), JSON.stringify(validate.errors)).toBe(true);
    for (const parameter of method?.params ?? []) {
      const value = (given as Record<string, unknown>)[parameter.name];
      if (value === undefined) expect(parameter.required).toBe(false);
      else expect(validator(parameter.schema)(value)).toBe(true);
    }
    expect(validate({ ...(answer.result as object), more: 1 })).toBe(false);
  });
});

describe("a call", () => {
  test("reaches the worker with typed params", async () => {
    expect((await call("enigma_sendTask", sendTaskToJson(sent))).result).toEqual({ taskId: h(1), worker: a(5) });
    expect(worker.received).toEqual([sent]);
  });

  test("that fails answers the error's code, sentence and hint", async () => {
    const { error } = await call("enigma_getTaskStatus", { taskId: h(2) });
    expect(error).toMatchObject({ code: -32000, data: { code: "task-unknown", taskId: h(2) } });
    expect(error?.data.hint).not.toBe("");
  });

  test("that fails answers large numbers of the error's data as decimal strings", async () => {
    worker.taskStatus = async () => {
      throw new EnigmaError("epoch-not-current", { data: { epoch: 2n ** 64n - 1n, current: 7n } });
    };
    const { error } = await call("enigma_getTaskStatus", { taskId: h(1) });
    expect(error).toMatchObject({ data: { code: "epoch-not-current", epoch: "18446744073709551615", current: "7" } });
  });

  test("that fails for a reason of ours says so and nothing more", async () => {
    worker.taskStatus = async () => {
      throw new TypeError("a detail of the inside");
    };
    const { error } = await call("enigma_getTaskStatus", { taskId: h(1) });
    expect(error?.data.code).toBe("internal-error");
    expect(JSON.stringify(error)).not.toContain("detail");
  });

  test.each([
    ["params that are missing", "enigma_getTaskStatus", {}],
    ["params of another type", "enigma_getTaskStatus", { taskId: 5 }],
    ["params too many", "enigma_getTaskStatus", { taskId: h(1), more: 1 }],
    ["params where there are none", "enigma_getInfo", { more: 1 }],
  ])("with %s is refused as invalid-params", async (_, method, given) => {
    expect((await call(method, given)).error).toMatchObject({ code: -32602, data: { code: "invalid-params" } });
    expect(worker.received).toEqual([]);
  });

  test("with an input or a module that is too large says so", async () => {
    const json = sendTaskToJson(sent);
    const input = await call("enigma_sendTask", { ...json, input: `0x${"00".repeat(262_144 + 41)}` });
    expect(input.error).toMatchObject({ code: -32602, data: { code: "input-too-large", most: 262_144 + 40 } });
    const module = await call("enigma_sendTask", { ...json, module: `0x${"00".repeat(1024 * 1024 + 1)}` });
    expect(module.error).toMatchObject({ code: -32602, data: { code: "module-too-large" } });
    expect(worker.received).toEqual([]);
  });

  test("of an unknown method is refused", async () => {
    expect((await call("eth_call", {})).error).toMatchObject({ code: -32601, data: { code: "unknown-method" } });
  });
});

describe("a batch", () => {
  test("is answered in order, without answers to notifications", async () => {
    const requests = [
      { jsonrpc: "2.0", id: "x", method: "enigma_getInfo" },
      { jsonrpc: "2.0", method: "enigma_getInfo" },
      7,
      { jsonrpc: "2.0", id: null, method: "none" },
    ];
    const answers = JSON.parse((await post(JSON.stringify(requests))).body) as RpcAnswer[];
    expect(answers.map(({ id, error }) => [id, error?.code])).toEqual([
      ["x", undefined],
      [null, -32600],
      [null, -32601],
    ]);
  });

  test("of notifications, or a single one, has no answer", async () => {
    const notification = { jsonrpc: "2.0", method: "enigma_getInfo" };
    expect(await post(JSON.stringify([notification, notification]))).toMatchObject({ status: 204, body: "" });
    expect(await post(JSON.stringify(notification))).toMatchObject({ status: 204, body: "" });
  });

  test("that is empty or larger than 20 is refused", async () => {
    expect(await errorOf("[]")).toEqual([200, -32600, "batch-size"]);
    expect(await errorOf(JSON.stringify(Array.from({ length: 21 }, () => JSON.parse(getInfo))))).toEqual([200, -32600, "batch-size"]);
  });
});

describe("a request is refused when", () => {
  test.each([
    ["its body is not JSON", "{", [200, -32700, "malformed-json"]],
    ["its body is empty", "", [200, -32700, "malformed-json"]],
    ["it is not a request", '"text"', [200, -32600, "invalid-request"]],
    ["it is of another version", '{"jsonrpc":"1.0","id":1,"method":"enigma_getInfo"}', [200, -32600, "invalid-request"]],
    ["its params are a number", '{"jsonrpc":"2.0","id":1,"method":"enigma_getInfo","params":1}', [200, -32600, "invalid-request"]],
    ["it nests too deep", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, [200, -32600, "too-deep"]],
  ] as const)("%s", async (_, body, expected) => {
    expect(await errorOf(body)).toEqual(expected);
  });

  test("its body has 20 MB", async () => {
    expect(await errorOf(Buffer.alloc(20 * 1024 * 1024, "1"))).toEqual([413, -32000, "body-too-large"]);
    expect((await call("enigma_getInfo")).error).toBeUndefined();
  });

  test("its body is announced with 100 MB, before any of it is read", async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write(`POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${100 * 1024 * 1024}\r\n\r\n`);
    let text = "";
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1.1 413 /);
    expect(text).toContain("body-too-large");
  });

  test("its content type is not JSON", async () => {
    expect(await errorOf(getInfo, { "content-type": "text/plain" })).toEqual([415, -32000, "content-type-refused"]);
  });

  test("its body is compressed", async () => {
    expect(await errorOf(gzipSync(getInfo), { "content-encoding": "gzip" })).toEqual([415, -32000, "compressed-body"]);
  });

  test("its Host is a name that only resolves here", async () => {
    expect(await errorOf(getInfo, { host: "rebound.example" })).toEqual([403, -32000, "host-refused"]);
    expect((await post(getInfo, { host: "worker-1:3346" })).status).toBe(200);
  });

  test("its Origin is another site, a look-alike, or opaque", async () => {
    for (const origin of ["https://evil.example", "http://localhost.evil.example", "null"]) {
      expect(await errorOf(getInfo, { origin })).toEqual([403, -32000, "origin-refused"]);
    }
  });

  test("its path leads nowhere", async () => {
    const response = await fetch(`${server.url}/admin`);
    expect([response.status, await response.json()]).toMatchObject([404, { error: { data: { code: "path-unknown" } } }]);
  });
});

test("pages on loopback and of listed origins are let in, preflight included", async () => {
  for (const origin of ["http://localhost:5173", "http://127.0.0.1:8080", "https://dapp.example"]) {
    expect(await post(getInfo, { origin })).toMatchObject({ status: 200, headers: { "access-control-allow-origin": origin } });
    expect((await fetch(server.url, { method: "OPTIONS", headers: { origin } })).status).toBe(204);
  }
});

test("a port that is taken is reported as such", async () => {
  const options = { info: { title: "", version: "", description: "" }, methods: [], clock: systemClock, log: silentLogger };
  const taken = RpcServer.start({ ...options, binding: { port: Number(new URL(server.url).port) } });
  await expect(taken).rejects.toMatchObject({ code: "port-in-use" });
});

test("depth is counted outside of strings only", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), fc.integer({ min: 0, max: 8 }), (text, limit) => {
      expect(nestsDeeperThan(text, limit)).toBe(depthOf(JSON.parse(text)) > limit);
    }),
    { seed: 1 },
  );
});

describe("the event stream", () => {
  async function firstChunks(response: Response, until: (text: string) => boolean): Promise<string> {
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of response.body as ReadableStream<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      if (until(text)) break;
    }
    return text;
  }

  test("gives the present status, then each update, and forgets a subscriber that leaves", async () => {
    const abort = new AbortController();
    const response = await fetch(`${server.url}/events?taskIds=${h(1)},${h(2)}`, { signal: abort.signal });
    expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
    const [subscriber] = worker.subscribers;
    expect(subscriber?.filter).toEqual({ taskIds: [h(1), h(2)] });
    const settled: TaskUpdate = { ...update, status: "committed", transactionHash: h(6) };
    subscriber?.listener(settled);
    const text = await firstChunks(response, (soFar) => soFar.includes("committed"));
    expect(text).toBe(`event: task\ndata: ${JSON.stringify(update)}\n\nevent: task\ndata: ${JSON.stringify(settled)}\n\n`);
    abort.abort();
    await expect.poll(() => worker.subscribers.size).toBe(0);
  });

  test("takes a sender instead of tasks", async () => {
    const response = await fetch(`${server.url}/events?sender=${a(1)}`);
    expect([...worker.subscribers][0]?.filter).toEqual({ sender: a(1) });
    await response.body?.cancel();
  });

  test.each([
    ["nothing", ""],
    ["both filters", `taskIds=${h(1)}&sender=${a(1)}`],
    ["a malformed id", "taskIds=0x12"],
    ["another field", `sender=${a(1)}&more=1`],
    ["too many ids", `taskIds=${Array.from({ length: 101 }, () => h(1)).join(",")}`],
  ])("refuses %s", async (_, query) => {
    const response = await fetch(`${server.url}/events?${query}`);
    expect([response.status, await response.json()]).toMatchObject([400, { error: { data: { code: "invalid-params" } } }]);
    expect(worker.subscribers.size).toBe(0);
  });

  test("ends when the server stops", async () => {
    const response = await fetch(`${server.url}/events?taskIds=${h(1)}`);
    await server.stop();
    expect(await response.text()).toContain("running");
  });
});

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
