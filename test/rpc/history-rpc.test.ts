/** The methods of a worker's history, with made-up answers: what they take, what they answer, what they refuse. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../host/protocol/clock.ts";
import {
  type ListParams,
  type ListResult,
  type LogParams,
  type LogResult,
  listResultToJson,
  logResultToJson,
  parseListResult,
  parseLogResult,
  parseTaskInputResult,
  type TaskInputResult,
  taskInputToJson,
} from "../../host/protocol/history-rpc-types.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import { type HistoryApi, historyMethods } from "../../host/rpc/history-methods.ts";
import { RpcClient } from "../../host/rpc/rpc-client.ts";
import { RpcServer } from "../../host/rpc/rpc-server.ts";
import { a, h, sent } from "./fake-worker.ts";
import { OpenRpc } from "./open-rpc.ts";

const taskInput: TaskInputResult = {
  ...{ record: sent.record, input: new Uint8Array([1, 2]), userKey: new Uint8Array(32).fill(3) },
  touches: [{ secretContract: a(4), codeHash: h(5), group: a(6) }],
};
const page: LogResult = {
  stateBefore: h(1),
  entries: [{ index: 7n, kind: 2, taskId: h(2), epoch: 3n, ciphertext: new Uint8Array([4]) }],
  next: 8n,
};
const listed: ListResult = {
  tasks: [
    {
      ...{ taskId: h(1), status: "committed", secretContract: a(2), sender: a(3), kind: 1 },
      ...{ blockNumber: 4n, gasUsed: 5n },
    },
    {
      ...{ taskId: h(2), status: "submitted", secretContract: a(2), sender: a(3), kind: 2 },
      ...{ blockNumber: 3n, gasUsed: null },
    },
  ],
  next: new Uint8Array(40).fill(9),
};

let server: RpcServer;
let asked: (LogParams | ListParams)[];

const history: HistoryApi = {
  taskInput: async () => taskInput,
  log: async (params) => {
    asked.push(params);
    return page;
  },
  listTasks: async (params) => {
    asked.push(params);
    return listed;
  },
};

beforeEach(async () => {
  asked = [];
  server = await RpcServer.start({
    binding: { port: 0 },
    info: { title: "Test worker", version: "0.1.0", description: "A history that is made up." },
    methods: historyMethods(history),
    clock: systemClock,
    log: silentLogger,
  });
});
afterEach(() => server.stop());

const call = (method: string, params: object) => new RpcClient(server.url).call(method, params);
const before = `0x${"00".repeat(40)}`;

describe("the OpenRPC document", () => {
  test.each<[string, Record<string, unknown>]>([
    ["enigma_getTaskInput", { taskId: h(1) }],
    ["enigma_getLog", { secretContract: a(2), from: "7" }],
    ["enigma_listTasks", { secretContract: a(2), limit: 100, before }],
  ])("describes the params and the answer of %s", async (name, given) => {
    const document = await OpenRpc.of(server.url);
    expect(document.names).toEqual(["enigma_getTaskInput", "enigma_getLog", "enigma_listTasks"]);
    expect(document.wrongParams(name, given)).toEqual([]);
    expect(document.problems(name, await call(name, given))).toEqual([]);
  });
});

describe("params", () => {
  test("that are left out mean any contract, 20 tasks, and from the last checkpoint", async () => {
    await call("enigma_listTasks", {});
    await call("enigma_getLog", { secretContract: a(2) });
    const list = { secretContract: null, limit: 20, before: null };
    expect(asked).toEqual([list, { secretContract: a(2), from: null }]);
  });

  test.each<[string, object]>([
    ["enigma_getTaskInput", {}],
    ["enigma_getTaskInput", { taskId: "0x12" }],
    ["enigma_getLog", {}],
    ["enigma_getLog", { secretContract: a(2), from: 7 }],
    ["enigma_getLog", { secretContract: a(2), from: "-1" }],
    ["enigma_getLog", { secretContract: a(2), from: String(2n ** 53n) }],
    ["enigma_getLog", { secretContract: a(2), upTo: "7" }],
    ["enigma_listTasks", { limit: 0 }],
    ["enigma_listTasks", { limit: 101 }],
    ["enigma_listTasks", { limit: 1.5 }],
    ["enigma_listTasks", { limit: "20" }],
    ["enigma_listTasks", { before: "0x00" }],
    ["enigma_listTasks", { secretContract: "0x12" }],
  ])("of %s that do not fit are refused: %j", async (method, params) => {
    await expect(call(method, params)).rejects.toMatchObject({ code: "invalid-params" });
    expect(asked).toEqual([]);
  });
});

describe("answers", () => {
  test("are read as they were written", () => {
    expect(parseTaskInputResult(JSON.parse(JSON.stringify(taskInputToJson(taskInput))))).toEqual(taskInput);
    expect(parseLogResult(logResultToJson(page))).toEqual(page);
    expect(parseListResult(listResultToJson(listed))).toEqual(listed);
    expect(parseListResult(listResultToJson({ tasks: [], next: null }))).toEqual({ tasks: [], next: null });
  });

  test("with anything missing, more or out of range are refused with the field named", () => {
    const broken = fc.constantFrom<unknown>(
      ...[null, [], { ...taskInputToJson(taskInput), more: 1 }, { ...taskInputToJson(taskInput), touches: [{}] }],
      { ...logResultToJson(page), entries: [{ ...logResultToJson(page).entries[0], kind: 3 }] },
      { ...listResultToJson(listed), tasks: [{ ...listResultToJson(listed).tasks[0], status: "done" }] },
    );
    fc.assert(
      fc.property(broken, (value) => {
        for (const parse of [parseTaskInputResult, parseLogResult, parseListResult])
          expect(() => parse(value)).toThrow(expect.objectContaining({ code: "invalid-params" }));
      }),
    );
  });
});
