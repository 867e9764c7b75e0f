import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../host/protocol/clock.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import { sendTaskToJson } from "../../host/protocol/rpc-types.ts";
import { viewParamsToJson } from "../../host/protocol/view-rpc-types.ts";
import { nestsDeeperThan } from "../../host/rpc/json-depth.ts";
import { RpcServer } from "../../host/rpc/rpc-server.ts";
import { a, FakeWorker, h, sent, serve, view } from "./fake-worker.ts";
import { OpenRpc } from "./open-rpc.ts";

let worker: FakeWorker;
let server: RpcServer;
beforeEach(async () => {
  worker = new FakeWorker();
  server = await serve(worker);
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
async function post(
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string; headers: IncomingMessage["headers"] }> {
  const request = httpRequest(server.url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
  });
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

async function errorOf(
  body: string | Uint8Array,
  headers?: Record<string, string>,
): Promise<[number, number | undefined, string | undefined]> {
  const answer = await post(body, headers);
  const { error } = JSON.parse(answer.body) as RpcAnswer;
  return [answer.status, error?.code, error?.data.code];
}

const getInfo = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "enigma_getInfo" });

describe("the OpenRPC document", () => {
  test("is the same by rpc.discover", async () => {
    expect((await call("rpc.discover")).result).toEqual(await (await fetch(`${server.url}/openrpc.json`)).json());
  });

  const params: Record<string, Readonly<Record<string, unknown>>> = {
    enigma_getInfo: {},
    enigma_getContractKey: { secretContract: a(2) },
    enigma_sendTask: { ...sendTaskToJson(sent) },
    enigma_getTaskStatus: { taskId: h(1) },
    enigma_getTaskResult: { taskId: h(1) },
    enigma_getCode: { codeHash: h(3) },
    enigma_view: viewParamsToJson(view),
    enigma_getAttestation: {},
  };

  test("gives errors the numbers under which they are answered", async () => {
    const { errors } = (await OpenRpc.of(server.url)).method("enigma_sendTask");
    const numbers = new Map(errors.map(({ code, data }) => [data.code, code]));
    expect(numbers.get("record-not-found")).toBe(-32000);
    expect(numbers.get("input-too-large")).toBe(-32602);
    expect(numbers.get("module-too-large")).toBe(-32602);
  });

  test("describes exactly the methods that are served", async () => {
    expect((await OpenRpc.of(server.url)).names).toEqual(Object.keys(params));
  });

  test.each(Object.entries(params))("describes the params and the real answer of %s", async (name, given) => {
    const document = await OpenRpc.of(server.url);
    const answer = await call(name, given);
    expect(answer.error).toBeUndefined();
    expect(document.problems(name, answer.result)).toEqual([]);
    expect(document.wrongParams(name, given)).toEqual([]);
  });
});

describe("a call", () => {
  test("reaches the worker with typed params", async () => {
    expect((await call("enigma_sendTask", sendTaskToJson(sent))).result).toEqual({ taskId: h(1), worker: a(5) });
    expect(worker.received).toEqual([sent]);
  });

  test("of a view reaches the worker with typed params", async () => {
    expect((await call("enigma_view", viewParamsToJson(view))).result).toMatchObject({
      requestId: view.requestId,
      tip: h(4),
      blockNumber: "9",
    });
    expect(worker.viewed).toEqual([view]);
  });

  test.each([
    ["an input that is too large", { input: `0x${"00".repeat(262_144 + 41)}` }, "input-too-large"],
    ["a short response key", { responseKey: "0x00" }, "invalid-params"],
    ["a permit that is no signature", { permit: `0x${"00".repeat(64)}` }, "invalid-params"],
    ["an expiry that is no block", { expiryBlock: "1.5" }, "invalid-params"],
  ])("of a view with %s is refused", async (_, wrong, code) => {
    const { error } = await call("enigma_view", { ...viewParamsToJson(view), ...wrong });
    expect(error).toMatchObject({ code: -32602, data: { code } });
    expect(worker.viewed).toEqual([]);
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
    expect(await errorOf(JSON.stringify(Array.from({ length: 21 }, () => JSON.parse(getInfo))))).toEqual([
      200,
      -32600,
      "batch-size",
    ]);
  });
});

describe("a request is refused when", () => {
  test.each([
    ["its body is not JSON", "{", [200, -32700, "malformed-json"]],
    ["its body is empty", "", [200, -32700, "malformed-json"]],
    ["it is not a request", '"text"', [200, -32600, "invalid-request"]],
    [
      "it is of another version",
      '{"jsonrpc":"1.0","id":1,"method":"enigma_getInfo"}',
      [200, -32600, "invalid-request"],
    ],
    [
      "its params are a number",
      '{"jsonrpc":"2.0","id":1,"method":"enigma_getInfo","params":1}',
      [200, -32600, "invalid-request"],
    ],
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
    socket.write(
      `POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${100 * 1024 * 1024}\r\n\r\n`,
    );
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
    expect([response.status, await response.json()]).toMatchObject([
      404,
      { error: { data: { code: "path-unknown" } } },
    ]);
  });
});

test("pages on loopback and of listed origins are let in, preflight included", async () => {
  for (const origin of ["http://localhost:5173", "http://127.0.0.1:8080", "https://dapp.example"]) {
    expect(await post(getInfo, { origin })).toMatchObject({
      status: 200,
      headers: { "access-control-allow-origin": origin },
    });
    expect((await fetch(server.url, { method: "OPTIONS", headers: { origin } })).status).toBe(204);
  }
});

test("a port that is taken is reported as such", async () => {
  const options = {
    info: { title: "", version: "", description: "" },
    methods: [],
    clock: systemClock,
    log: silentLogger,
  };
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

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
