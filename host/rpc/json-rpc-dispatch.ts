/**
 * JSON-RPC 2.0 without a transport: text in, text out.
 *
 * Standard numbers for what the standard names (-32700 parse, -32600 request, -32601 method, -32602 params), -32000 for
 * ours; each error carries `data` with our code and a hint. What is not an EnigmaError is a fault of this program: it is
 * logged, and the caller learns only that.
 */

import { EnigmaError, type ErrorData } from "../protocol/errors/enigma-error.ts";
import { MAX_RPC_BATCH } from "../protocol/limits.ts";
import type { Logger } from "../protocol/logger.ts";
import { RPC_ERROR, type RpcErrorJson } from "../protocol/rpc-types.ts";
import { nestsDeeperThan } from "./json-depth.ts";
import type { RpcMethod } from "./rpc-method.ts";

/** The deepest nesting of a request: a batch, a call, its params, a record. Four more for good measure. */
const MAX_DEPTH = 8;

type RequestId = string | number | null;

interface Answer {
  readonly jsonrpc: "2.0";
  readonly id: RequestId;
  readonly result?: unknown;
  readonly error?: RpcErrorJson;
}

export class JsonRpcDispatch {
  private readonly methods: ReadonlyMap<string, RpcMethod>;
  private readonly log: Logger;

  constructor(methods: readonly RpcMethod[], log: Logger) {
    this.methods = new Map(methods.map((method) => [method.name, method]));
    this.log = log;
  }

  /** The answer to a request or a batch as JSON text; undefined where there is none (notifications only). */
  async answer(text: string): Promise<string | undefined> {
    const request = parse(text);
    if (request instanceof EnigmaError) return JSON.stringify(errorAnswer(null, request));
    if (!Array.isArray(request)) return stringify(await this.answerOne(request));
    if (request.length === 0 || request.length > MAX_RPC_BATCH) {
      const refused = new EnigmaError("batch-size", { data: { most: MAX_RPC_BATCH } });
      return JSON.stringify(errorAnswer(null, refused));
    }
    const answers = await Promise.all(request.map((each) => this.answerOne(each)));
    return stringify(answers.filter((answer) => answer !== undefined));
  }

  private async answerOne(request: unknown): Promise<Answer | undefined> {
    const call = readCall(request);
    if (call instanceof EnigmaError) return errorAnswer(null, call);
    const { id, method, params } = call;
    try {
      const found = this.methods.get(method);
      if (found === undefined) throw new EnigmaError("unknown-method", { data: { method: method.slice(0, 64) } });
      const result = await found.call(params);
      return id === undefined ? undefined : { jsonrpc: "2.0", id, result };
    } catch (error) {
      if (!(error instanceof EnigmaError)) this.log.error("rpc-method-failed", { method, message: String(error) });
      if (id === undefined) return undefined;
      return errorAnswer(id, error instanceof EnigmaError ? error : new EnigmaError("internal-error"));
    }
  }
}

/** The JSON-RPC number under which an error of ours is answered. */
export function errorNumber(code: string): number {
  return NUMBERS.get(code) ?? RPC_ERROR.enigma;
}

function errorToJson(error: EnigmaError): RpcErrorJson {
  return {
    code: errorNumber(error.code),
    message: error.message,
    data: { ...jsonData(error.data), code: error.code, hint: error.hint },
  };
}

/** Facts about an error as JSON has them: integers that are a bigint here become decimal strings, as everywhere. */
function jsonData(data: ErrorData): ErrorData {
  return JSON.parse(
    JSON.stringify(data, (_, value) => (typeof value === "bigint" ? value.toString() : value)),
  ) as ErrorData;
}

/** An answer that reports an error; `id` is null where the request's is not known. */
export function errorAnswer(id: RequestId, error: EnigmaError): Answer {
  return { jsonrpc: "2.0", id, error: errorToJson(error) };
}

const NUMBERS = new Map<string, number>([
  ["malformed-json", RPC_ERROR.parse],
  ["invalid-request", RPC_ERROR.request],
  ["batch-size", RPC_ERROR.request],
  ["too-deep", RPC_ERROR.request],
  ["unknown-method", RPC_ERROR.method],
  ["invalid-params", RPC_ERROR.params],
  ["input-too-large", RPC_ERROR.params],
  ["module-too-large", RPC_ERROR.params],
]);

function parse(text: string): unknown {
  if (nestsDeeperThan(text, MAX_DEPTH)) return new EnigmaError("too-deep", { data: { most: MAX_DEPTH } });
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return new EnigmaError("malformed-json");
  }
}

interface Call {
  readonly id: RequestId | undefined;
  readonly method: string;
  readonly params: unknown;
}

function readCall(request: unknown): Call | EnigmaError {
  if (typeof request !== "object" || request === null || Array.isArray(request))
    return new EnigmaError("invalid-request");
  const { jsonrpc, id, method, params } = request as Record<string, unknown>;
  const idIsValid = id === undefined || id === null || typeof id === "string" || typeof id === "number";
  const paramsAreValid = params === undefined || (typeof params === "object" && params !== null);
  if (jsonrpc !== "2.0" || typeof method !== "string" || !idIsValid || !paramsAreValid)
    return new EnigmaError("invalid-request");
  return { id, method, params };
}

function stringify(answer: Answer | readonly Answer[] | undefined): string | undefined {
  if (answer === undefined || (Array.isArray(answer) && answer.length === 0)) return undefined;
  return JSON.stringify(answer);
}
