/** A worker's JSON-RPC as a host gives it that alters the answers on their way. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

type Json = Record<string, unknown>;
/** Changes the result of a method; undefined leaves it as it is. */
export type Alteration = (method: string, result: Json) => Json | undefined;

export class AlteredWorker {
  readonly url: string;
  readonly stop: () => Promise<void>;
  alter: Alteration = () => undefined;

  private constructor(url: string, stop: () => Promise<void>) {
    this.url = url;
    this.stop = stop;
  }

  /** Serves what the worker at `target` serves. */
  static async before(target: string): Promise<AlteredWorker> {
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      const headers = { "content-type": "application/json" };
      const answer = (await (await fetch(target, { method: "POST", headers, body })).json()) as Json;
      const { method } = JSON.parse(body.toString()) as { method: string };
      const altered = answer.result === undefined ? undefined : worker.alter(method, answer.result as Json);
      response
        .writeHead(200, headers)
        .end(JSON.stringify(altered === undefined ? answer : { ...answer, result: altered }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const worker = new AlteredWorker(url, async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return worker;
  }
}

/** The same hex with one bit changed. */
export function flipped(hex: unknown): string {
  const text = String(hex);
  const last = (Number.parseInt(text.slice(-1), 16) ^ 1).toString(16);
  return text.slice(0, -1) + last;
}
