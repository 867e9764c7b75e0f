import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TaskUpdate } from "../../host/protocol/task-status.ts";
import type { RpcServer } from "../../host/rpc/rpc-server.ts";
import { a, FakeWorker, h, serve, update } from "./fake-worker.ts";
import { OpenRpc, problemsOf } from "./open-rpc.ts";

let worker: FakeWorker;
let server: RpcServer;
beforeEach(async () => {
  worker = new FakeWorker();
  server = await serve(worker);
});
afterEach(async () => {
  await server.stop();
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
    expect(text).toBe(
      `event: task\ndata: ${JSON.stringify(update)}\n\nevent: task\ndata: ${JSON.stringify(settled)}\n\n`,
    );
    abort.abort();
    await expect.poll(() => worker.subscribers.size).toBe(0);
  });

  test("is what the OpenRPC document says of it", async () => {
    const { events } = await OpenRpc.of(server.url);
    if (events === undefined) throw new Error("the document does not know events");
    const queries = [`taskIds=${h(1)},${h(2)}`, `taskIds=${h(1)}`, `sender=${a(1)}`];
    for (const query of queries) {
      const [name, value] = query.split("=");
      expect(problemsOf(events.query.find((each) => each.name === name)?.schema ?? { not: {} }, value)).toEqual([]);
      const response = await fetch(`${server.url}${events.path}?${query}`);
      expect(response.headers.get("content-type")).toContain(events.contentType);
      const text = await firstChunks(response, (soFar) => soFar.endsWith("\n\n"));
      const [event, data] = text.split("\n").map((line) => line.replace(/^(event|data): /, ""));
      const described = events.events.find((each) => each.name === event);
      expect(problemsOf(described?.data ?? { not: {} }, JSON.parse(data ?? ""))).toEqual([]);
    }
    const tooMany = Array.from({ length: 101 }, () => h(1)).join(",");
    expect(problemsOf(events.query[0]?.schema ?? {}, tooMany)).not.toEqual([]);
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
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: { data: { code: "invalid-params" } } },
    ]);
    expect(worker.subscribers.size).toBe(0);
  });

  test("ends when the server stops", async () => {
    const response = await fetch(`${server.url}/events?taskIds=${h(1)}`);
    await server.stop();
    expect(await response.text()).toContain("running");
  });
});
