/** A JSON-RPC client over HTTP: how a worker asks the principal, and an auditor both. */

import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { RpcErrorJson } from "../protocol/rpc-types.ts";

const TIMEOUT_MS = 30_000;

export class RpcClient {
  readonly url: string;
  private readonly unreachable: "principal-unreachable" | "gateway-unreachable";
  private nextId = 1;

  /** @param unreachable what is said of a node that does not answer */
  constructor(url: string, unreachable: RpcClient["unreachable"] = "principal-unreachable") {
    this.url = url;
    this.unreachable = unreachable;
  }

  /**
   * Calls a method; `signal` gives up early.
   *
   * @throws EnigmaError `principal-unreachable` or `gateway-unreachable` where nothing that speaks JSON-RPC answers, or the error that was answered
   */
  async call(method: string, params: object, signal?: AbortSignal): Promise<unknown> {
    const id = this.nextId++;
    const limit = AbortSignal.timeout(TIMEOUT_MS);
    let answer: { result?: unknown; error?: RpcErrorJson };
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id, method, params }),
        signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
      });
      answer = (await response.json()) as typeof answer;
    } catch (cause) {
      throw new EnigmaError(this.unreachable, { data: { url: this.url }, cause });
    }
    if (answer.error !== undefined) throw receivedError(answer.error);
    return answer.result;
  }
}

function receivedError(error: RpcErrorJson): EnigmaError {
  const { code = "invalid-request", hint, ...data } = error.data ?? {};
  return EnigmaError.received({ code, hint, sentence: error.message, data });
}
