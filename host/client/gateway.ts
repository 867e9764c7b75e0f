/** JSON-RPC 2.0 to the worker that serves as the user's gateway. What it answers is checked by whoever uses it. */
import { EnigmaError, type ErrorData } from "../protocol/errors/enigma-error.ts";
import type { Hash } from "../protocol/hex.ts";
import {
  type ContractKeyParams,
  type ContractKeyResult,
  type InfoResult,
  parseContractKeyResult,
  parseInfoResult,
  parseSendTaskResult,
  parseTaskResult,
  parseTaskUpdate,
  type RpcErrorJson,
  type SendTaskParams,
  type SendTaskResult,
  sendTaskToJson,
  type TaskResult,
} from "../protocol/rpc-types.ts";
import type { TaskUpdate } from "../protocol/task-status.ts";
import { parseViewResult, type ViewParams, type ViewResult, viewParamsToJson } from "../protocol/view-rpc-types.ts";

export class Gateway {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  #id = 0;

  constructor(url: string, fetch: typeof globalThis.fetch) {
    this.url = url;
    this.fetch = fetch;
  }

  async info(): Promise<InfoResult> {
    return this.#read(parseInfoResult, await this.#request("enigma_getInfo", {}));
  }

  async contractKey({ secretContract, codeHash, group, epoch }: ContractKeyParams): Promise<ContractKeyResult> {
    const params = {
      secretContract,
      ...(codeHash === null ? {} : { codeHash }),
      ...(group === null ? {} : { group }),
      ...(epoch === null ? {} : { epoch: epoch.toString() }),
    };
    return this.#read(parseContractKeyResult, await this.#request("enigma_getContractKey", params));
  }

  async sendTask(task: SendTaskParams): Promise<SendTaskResult> {
    return this.#read(parseSendTaskResult, await this.#request("enigma_sendTask", sendTaskToJson(task)));
  }

  async taskStatus(taskId: Hash): Promise<TaskUpdate> {
    return this.#read(parseTaskUpdate, await this.#request("enigma_getTaskStatus", { taskId }));
  }

  async taskResult(taskId: Hash): Promise<TaskResult> {
    return this.#read(parseTaskResult, await this.#request("enigma_getTaskResult", { taskId }));
  }

  async view(params: ViewParams): Promise<ViewResult> {
    return this.#read(parseViewResult, await this.#request("enigma_view", viewParamsToJson(params)));
  }

  async #request(method: string, params: object): Promise<unknown> {
    this.#id += 1;
    const answer = await this.#post(JSON.stringify({ jsonrpc: "2.0", id: this.#id, method, params }));
    if (answer.error !== undefined) throw gatewayError(answer.error);
    return answer.result;
  }

  async #post(body: string): Promise<{ result?: unknown; error?: RpcErrorJson }> {
    const headers = { "content-type": "application/json" };
    try {
      const response = await this.fetch(this.url, { method: "POST", headers, body });
      return (await response.json()) as { result?: unknown; error?: RpcErrorJson };
    } catch (cause) {
      throw new EnigmaError("gateway-unreachable", { data: { url: this.url }, cause });
    }
  }

  /** An answer that does not have its form is the gateway's fault, not the caller's. */
  #read<T>(parse: (result: unknown) => T, result: unknown): T {
    try {
      return parse(result);
    } catch (cause) {
      throw new EnigmaError("gateway-error", { data: { reason: "Its answer is malformed." }, cause });
    }
  }
}

function gatewayError({ message, data }: RpcErrorJson): EnigmaError {
  if (typeof data?.code !== "string") return new EnigmaError("gateway-error", { data: { reason: message } });
  return EnigmaError.received({ code: data.code, sentence: message, hint: data.hint, data: data as ErrorData });
}
