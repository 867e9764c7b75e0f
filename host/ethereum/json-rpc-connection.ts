/**
 * JSON-RPC 2.0 to an Ethereum endpoint over one kept-alive HTTP agent.
 *
 * ethers' provider waits 10 ms before each call to gather batches and polls for everything; on the path of a task that
 * is most of the time. Here a call goes out at once. Calls made in the same turn of the event loop leave together as
 * one array, in order, on one socket: fewer round trips, and transactions of one account never overtake each other.
 */
import { Agent, request as httpRequest } from "node:http";
import { request as httpsRequest, Agent as TlsAgent } from "node:https";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";

export interface JsonRpcRequest {
  readonly method: string;
  readonly params?: readonly unknown[];
}

/** The error member of an answer, as the endpoint gave it. */
export interface JsonRpcErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

interface Waiting {
  readonly request: JsonRpcRequest;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: JsonRpcErrorObject;
}

/** Most calls in one array; anvil takes any number, public endpoints take few. */
const MAX_BATCH = 100;
const TIMEOUT_MS = 30_000;

export class JsonRpcConnection {
  readonly url: string;
  readonly #agent: Agent;
  readonly #send: typeof httpRequest;
  #waiting: Waiting[] = [];

  /** @throws `chain-unreachable` if the URL is not of http or https */
  constructor(url: string) {
    this.url = url;
    const protocol = URL.parse(url)?.protocol;
    if (protocol !== "http:" && protocol !== "https:") {
      throw new EnigmaError("chain-unreachable", { data: { url }, detail: "It is not an http or https URL." });
    }
    this.#agent = protocol === "http:" ? new Agent({ keepAlive: true }) : new TlsAgent({ keepAlive: true });
    this.#send = protocol === "http:" ? httpRequest : httpsRequest;
  }

  /**
   * Calls a method.
   * @throws `chain-unreachable` if no answer comes, `chain-rpc-error` if the endpoint answers with an error; its `data`
   * is the error object.
   */
  request<T = unknown>(method: string, params: readonly unknown[] = []): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#waiting.length === 0) queueMicrotask(() => this.#flush());
      this.#waiting.push({ request: { method, params }, resolve: resolve as (result: unknown) => void, reject });
    });
  }

  /** Calls several methods at once and in order. @throws as `request`, for the first that fails */
  requestAll(requests: readonly JsonRpcRequest[]): Promise<unknown[]> {
    return Promise.all(requests.map(({ method, params }) => this.request(method, params)));
  }

  /** Closes the sockets; calls in flight fail as `chain-unreachable`. */
  close(): void {
    this.#agent.destroy();
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < waiting.length; from += MAX_BATCH) {
      const batch = waiting.slice(from, from + MAX_BATCH);
      this.#exchange(batch).catch((error) => {
        for (const call of batch) call.reject(error);
      });
    }
  }

  async #exchange(batch: readonly Waiting[]): Promise<void> {
    const calls = batch.map(({ request }, id) => ({
      jsonrpc: "2.0",
      id,
      method: request.method,
      params: request.params,
    }));
    const text = await this.#post(JSON.stringify(calls.length === 1 ? calls[0] : calls));
    for (const answer of this.#parse(text)) {
      const call = batch[answer.id];
      if (answer.error === undefined) call?.resolve(answer.result);
      else call?.reject(rpcError(call.request.method, answer.error));
    }
    // Settling twice does nothing; what was not answered must not hang.
    const missing = new EnigmaError("chain-unreachable", { data: { url: this.url }, detail: "An answer is missing." });
    for (const call of batch) call.reject(missing);
  }

  #parse(text: string): Answer[] {
    try {
      const body = JSON.parse(text) as Answer | Answer[];
      const answers = Array.isArray(body) ? body : [body];
      if (answers.every((answer) => typeof answer?.id === "number")) return answers;
    } catch (cause) {
      throw new EnigmaError("chain-unreachable", { data: { url: this.url }, detail: "It does not speak JSON.", cause });
    }
    throw new EnigmaError("chain-unreachable", { data: { url: this.url }, detail: "It does not speak JSON-RPC." });
  }

  #post(body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (cause: Error) =>
        reject(new EnigmaError("chain-unreachable", { data: { url: this.url }, detail: cause.message, cause }));
      const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
      const options = { method: "POST", agent: this.#agent, headers, timeout: TIMEOUT_MS };
      const outgoing = this.#send(this.url, options, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
        incoming.on("error", fail);
      });
      outgoing.on("timeout", () => outgoing.destroy(new Error("no answer in time")));
      outgoing.on("error", fail);
      outgoing.end(body);
    });
  }
}

/** The error object behind a `chain-rpc-error`; undefined for any other error. */
export function rpcErrorObject(error: unknown): JsonRpcErrorObject | undefined {
  if (!(error instanceof EnigmaError) || error.code !== "chain-rpc-error") return undefined;
  return error.data as unknown as JsonRpcErrorObject;
}

function rpcError(method: string, error: JsonRpcErrorObject): EnigmaError {
  const { code, message, data } = error;
  return new EnigmaError("chain-rpc-error", { data: { method, code, message, data } });
}
