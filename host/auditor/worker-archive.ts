/**
 * What workers keep of the past: inputs, outputs, code and logs, all of it ciphertext. None of it is believed: it has to be what
 * Ethereum names by a hash. A worker that has something else than Ethereum names is an error of its own; one that lacks something is
 * passed over for the next.
 */
import { EnigmaError, type ErrorCode } from "../protocol/errors/enigma-error.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import { type LogResult, parseLogResult, parseTaskInputResult } from "../protocol/history-rpc-types.ts";
import { inputHash } from "../protocol/input-hash.ts";
import { JsonFields } from "../protocol/json-fields.ts";
import { keccak } from "../protocol/keccak.ts";
import { MAX_MODULE_BYTES } from "../protocol/limits.ts";
import { OUTCOME } from "../protocol/outcome.ts";
import { type InfoResult, parseInfoResult, parseTaskResult } from "../protocol/rpc-types.ts";
import { recordHash } from "../protocol/task-record.ts";
import { RpcClient } from "../rpc/rpc-client.ts";
import type { ExecutedOnEthereum } from "./ethereum-history.ts";

export interface TaskInput {
  readonly input: Uint8Array;
  readonly userKey: Uint8Array;
}

/** What a worker may lack, so that another is asked. */
const LACKS: readonly ErrorCode[] = [
  ...(["task-unknown", "task-input-unavailable", "module-unknown", "result-unavailable"] as const),
  ...(["task-not-settled", "log-cut", "gateway-unreachable"] as const),
];

export class WorkerArchive {
  private readonly workers: readonly RpcClient[];

  /** @param urls JSON-RPC of one worker or several, in the order in which they are asked */
  constructor(urls: readonly string[]) {
    this.workers = urls.map((url) => new RpcClient(url, "gateway-unreachable"));
  }

  /** @throws EnigmaError `gateway-unreachable` */
  info(): Promise<InfoResult> {
    return this.ask(async (worker) => read(worker, parseInfoResult, await worker.call("enigma_getInfo", {})));
  }

  /** The input that the task's record names. @throws EnigmaError `false-record`, `false-input`, `task-input-unavailable` */
  input({ taskId, record, receipt, touches, posted }: ExecutedOnEthereum): Promise<TaskInput> {
    if (posted !== undefined) return Promise.resolve(posted);
    return this.ask(async (worker) => {
      const answer = read(worker, parseTaskInputResult, await worker.call("enigma_getTaskInput", { taskId }));
      const told = answer.touches.map(({ secretContract }) => secretContract);
      if (recordHash(answer.record) !== receipt.recordHash || told.join() !== touches.join())
        throw lie("false-record", worker, { taskId });
      const { input, userKey } = answer;
      if (inputHash(input, userKey) !== record.inputHash) throw lie("false-input", worker, { taskId });
      return { input, userKey };
    });
  }

  /** The output as the user got it; null where no worker has it any more. @throws EnigmaError `false-output` */
  async output({ taskId, outcome, receipt }: ExecutedOnEthereum): Promise<Uint8Array | null> {
    try {
      return await this.ask(async (worker) => {
        const { output } = read(worker, parseTaskResult, await worker.call("enigma_getTaskResult", { taskId }));
        const withheld = outcome === OUTCOME["callback-failed"];
        const right = output !== null && (withheld ? output.length === 0 : keccak(output) === receipt.outputHash);
        if (!right) throw lie("false-output", worker, { taskId });
        return output;
      });
    } catch (error) {
      if (error instanceof EnigmaError && isLack(error) && error.code !== "gateway-unreachable") return null;
      throw error;
    }
  }

  /** @throws EnigmaError `false-code`, `module-unknown` */
  module(codeHash: Hash): Promise<Uint8Array> {
    return this.ask(async (worker) => {
      const readModule = (result: unknown) => new JsonFields(result).bytes("module", { most: MAX_MODULE_BYTES });
      const module = read(worker, readModule, await worker.call("enigma_getCode", { codeHash }));
      if (keccak(module) !== codeHash) throw lie("false-code", worker, { codeHash });
      return module;
    });
  }

  /** Reads with one worker after the other until one has it all. @throws EnigmaError `log-cut`, `false-log` */
  log<T>(take: (pages: LogPages) => Promise<T>): Promise<T> {
    return this.ask((worker) => take(new LogPages(worker)));
  }

  private async ask<T>(question: (worker: RpcClient) => Promise<T>): Promise<T> {
    let lack: unknown = new EnigmaError("gateway-unreachable", { data: { url: "" } });
    for (const worker of this.workers) {
      try {
        return await question(worker);
      } catch (error) {
        if (!(error instanceof EnigmaError && isLack(error))) throw error;
        lack = error;
      }
    }
    throw lack;
  }
}

/** The pages of one worker's logs. */
export class LogPages {
  private readonly worker: RpcClient;

  constructor(worker: RpcClient) {
    this.worker = worker;
  }

  /** From null: from the worker's last checkpoint on. */
  async page(secretContract: Address, from: bigint | null): Promise<LogResult> {
    const params = { secretContract, from: from?.toString() ?? null };
    const page = read(this.worker, parseLogResult, await this.worker.call("enigma_getLog", params));
    const first = page.entries[0]?.index ?? 0n;
    const follow = page.entries.every(({ index }, at) => index === first + BigInt(at));
    const starts = from === null || page.entries.length === 0 || first === from;
    const next = page.next === null || (page.entries.length > 0 && page.next === first + BigInt(page.entries.length));
    if (!follow || !starts || !next) throw this.lie(secretContract);
    return page;
  }

  /** The error for a log that does not lead where Ethereum says. */
  lie(secretContract: Address): EnigmaError {
    return lie("false-log", this.worker, { secretContract });
  }

  /** The error for a log that ends, or begins, where it is needed. */
  cut(secretContract: Address): EnigmaError {
    return lie("log-cut", this.worker, { secretContract });
  }
}

function isLack({ code }: EnigmaError): boolean {
  return (LACKS as readonly string[]).includes(code);
}

function lie(code: ErrorCode, worker: RpcClient, data: Readonly<Record<string, string>>): EnigmaError {
  return new EnigmaError(code, { data: { url: worker.url, ...data } });
}

/** Reads an answer; one that is not of the form that it should have is no better than none. */
function read<T>(worker: RpcClient, parse: (result: unknown) => T, result: unknown): T {
  try {
    return parse(result);
  } catch (cause) {
    throw new EnigmaError("gateway-unreachable", {
      data: { url: worker.url },
      detail: `Its answer is malformed: ${toMessage(cause)}`,
      cause,
    });
  }
}

function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
