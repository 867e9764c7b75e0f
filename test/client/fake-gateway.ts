/**
 * A worker that plays its enclave, its principal and its gateway: it holds the contracts' keys, and a function of the
 * test stands for the contract. What it puts on Ethereum is real.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { id } from "ethers";
import {
  decodeEnigmaLog,
  type EnigmaEvent,
  type TaskInput,
  type TaskTouches,
} from "../../host/ethereum/enigma-events.ts";
import type { TransactionLog } from "../../host/ethereum/transaction-sender.ts";
import { open, seal } from "../../host/protocol/aead.ts";
import { associatedData } from "../../host/protocol/associated-data.ts";
import { contractKeyDigest } from "../../host/protocol/contract-key.ts";
import { type Effect, effectsHash } from "../../host/protocol/effect.ts";
import { type Ending, encodeEnding } from "../../host/protocol/ending.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { type Address, type Hash, hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import { inputHash } from "../../host/protocol/input-hash.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { OUTCOME, outcomeName } from "../../host/protocol/outcome.ts";
import type { Move, Receipt } from "../../host/protocol/receipt.ts";
import {
  contractKeyToJson,
  infoToJson,
  parseContractKeyParams,
  parseSendTaskParams,
  parseTaskParams,
  type SendTaskParams,
  type TaskResult,
  taskResultToJson,
} from "../../host/protocol/rpc-types.ts";
import { contractSessionKeys } from "../../host/protocol/session-keys.ts";
import { taskId } from "../../host/protocol/task-id.ts";
import type { TaskRecord } from "../../host/protocol/task-record.ts";
import { isFinalStatus, type TaskStatus, type TaskUpdate } from "../../host/protocol/task-status.ts";
import { sign, stateAfterOf, type TestNetwork, type TestWorker } from "../ethereum/test-network.ts";
import { contractKey } from "./contract-key.ts";
import { FakeViews } from "./fake-views.ts";

/** Stands for the contract: from the decrypted input to the ending. */
export type ContractBehaviour = (input: Uint8Array, task: SendTaskParams) => Ending;

// biome-ignore lint/suspicious/noExplicitAny: a test reaches into whatever JSON a method answers.
export type AnswerJson = Record<string, any>;

/** What an execution may put into its effects. */
export interface EffectContext {
  readonly taskId: Hash;
  readonly record: TaskRecord;
  /** Encrypts to the task's user. */
  readonly outputKey: Uint8Array;
}

/** Changes what the gateway answers, by method, to see that the client notices. */
export type Tampering = Partial<Record<string, (answer: AnswerJson) => object>>;

type Method = (params: unknown) => Promise<object> | object;

export class FakeGateway {
  readonly network: TestNetwork;
  readonly worker: TestWorker;
  behaviour: ContractBehaviour = () => ({ name: "returned", result: new Uint8Array() });
  tampering: Tampering = {};
  /** What a task does on Ethereum. */
  effects: (context: EffectContext) => readonly Effect[] = () => [];
  readonly views: FakeViews;
  /** Requests that were answered, by method. */
  readonly requests: string[] = [];
  readonly bodies: string[] = [];
  /** Connections of the event stream that were opened. */
  streams = 0;
  /** Keeps final updates from the event streams: they must be asked for. */
  silent = false;
  /** Accepts tasks and lets them lie. */
  idle = false;
  readonly #server: Server;
  readonly #listeners = new Set<ServerResponse>();
  readonly #updates = new Map<Hash, TaskUpdate>();
  readonly #results = new Map<Hash, TaskResult>();
  #executing: Promise<void> = Promise.resolve();
  #lastEnding = "";

  private constructor(network: TestNetwork, worker: TestWorker) {
    this.network = network;
    this.worker = worker;
    this.views = new FakeViews(network, worker);
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(network: TestNetwork, worker: TestWorker): Promise<FakeGateway> {
    const gateway = new FakeGateway(network, worker);
    gateway.#server.listen(0, "127.0.0.1");
    await once(gateway.#server, "listening");
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Behaves again. */
  reset(): void {
    this.behaviour = () => ({ name: "returned", result: new Uint8Array() });
    this.tampering = {};
    this.effects = () => [];
    this.views.reset();
    this.silent = false;
    this.idle = false;
  }

  async close(): Promise<void> {
    await this.#executing;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** Ends every event stream, as a restart would. */
  dropStreams(): void {
    for (const listener of this.#listeners) listener.destroy();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url?.startsWith("/events")) return this.#stream(response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    this.bodies.push(body);
    const call = JSON.parse(body) as { id: number; method: string; params: unknown };
    this.requests.push(call.method);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ jsonrpc: "2.0", id: call.id, ...(await this.#answer(call.method, call.params)) }));
  }

  async #answer(method: string, params: unknown): Promise<object> {
    try {
      const result = await (this.#methods[method] as Method)(params);
      return { result: this.tampering[method]?.(result) ?? result };
    } catch (error) {
      const { code, message, hint } = error as EnigmaError;
      return { error: { code: -32000, message, data: { code, hint } } };
    }
  }

  readonly #methods: Readonly<Record<string, Method>> = {
    enigma_getInfo: async () =>
      infoToJson({
        version: "0.1.0",
        chainId: this.network.domain.chainId,
        enigma: this.network.domain.enigma,
        worker: this.worker.account.address,
        signer: this.worker.signer,
        mrEnclave: hash(id("measurement")),
        debug: true,
        epoch: (await this.network.contract.currentEpoch()).number,
        principalSigner: (await this.network.contract.principalSigner()) as Address,
        peers: 0,
        simulated: true,
      }),
    enigma_getContractKey: async (params) => {
      const { secretContract, codeHash, group, epoch: asked } = parseContractKeyParams(params);
      const current = (await this.network.contract.currentEpoch()).number;
      const epoch = asked ?? current;
      if (epoch === 0n || epoch > current) throw new EnigmaError("epoch-not-current", { data: { epoch, current } });
      const key = {
        secretContract,
        codeHash: codeHash ?? ZERO_HASH,
        group: group ?? secretContract,
        epoch,
        publicKey: contractKey(secretContract, epoch).publicKey,
      };
      return contractKeyToJson({
        ...key,
        signature: sign(this.network.principal, contractKeyDigest(this.network.domain, key)),
      });
    },
    enigma_sendTask: (params) => {
      const task = parseSendTaskParams(params);
      if (inputHash(task.input, task.userKey) !== task.record.inputHash) throw new EnigmaError("bad-ciphertext");
      const id = taskId(this.network.domain, task.record.sender, task.record.nonce);
      this.#update(id, "accepted");
      if (!this.idle) this.#executing = this.#executing.then(() => this.#execute(id, task));
      return { taskId: id, worker: this.worker.account.address };
    },
    enigma_view: (params) => this.views.answer(params),
    enigma_getTaskStatus: (params) => this.#known(this.#updates, params),
    enigma_getTaskResult: (params) => taskResultToJson(this.#known(this.#results, params)),
  };

  #known<T>(map: ReadonlyMap<Hash, T>, params: unknown): T {
    const { taskId: task } = parseTaskParams(params);
    const value = map.get(task);
    if (value === undefined) throw EnigmaError.received({ code: "task-unknown", sentence: "unknown" });
    return value;
  }

  /** Executes a task whose input stands on Ethereum, as a worker does that sees it there. */
  async executePosted(id: Hash): Promise<void> {
    const events = await this.#recorded(id);
    const posted = events.find((event): event is TaskInput => event.name === "TaskInput");
    const created = events.find((event) => event.name === "RecordCreated");
    if (posted === undefined || created?.name !== "RecordCreated") throw new Error("it was not posted");
    const { input, userKey } = posted;
    await this.#execute(id, { record: created.record, input, userKey, module: null });
  }

  async #recorded(id: Hash): Promise<readonly EnigmaEvent[]> {
    const filter = { address: this.network.domain.enigma, topics: [null, id], fromBlock: "earliest" };
    const logs = await this.network.connection.request<TransactionLog[]>("eth_getLogs", [filter]);
    return logs.map((log) => decodeEnigmaLog(log)).filter((event) => event !== undefined);
  }

  async #moves(id: Hash, { record }: SendTaskParams, committed: boolean): Promise<Move[]> {
    const touched = (await this.#recorded(id)).find((event): event is TaskTouches => event.name === "TaskTouches");
    const contracts = [record.secretContract, ...(touched?.touches ?? [])];
    return Promise.all(
      contracts.map(async (secretContract) => {
        const stateBefore = record.kind === 1 ? ZERO_HASH : await this.network.contract.tip(secretContract);
        return { secretContract, stateBefore, stateAfter: committed ? stateAfterOf(id) : stateBefore };
      }),
    );
  }

  async #execute(id: Hash, task: SendTaskParams): Promise<void> {
    this.#update(id, "running");
    const { record } = task;
    const output = this.#run(id, task);
    const committed = output.length > 0 && this.#lastEnding === "returned";
    const { output: outputKey } = contractSessionKeys(contractKey(record.secretContract, record.epoch), task.userKey);
    const effects = this.effects({ taskId: id, record, outputKey });
    const changes: Partial<Receipt> = { outputHash: keccak(output), gasUsed: 12_345n, status: committed ? 1 : 2 };
    const moves = await this.#moves(id, task, committed);
    const did = { moves, effectsHash: effectsHash(effects) };
    const receipt = this.network.receipt(record, ZERO_HASH, { ...changes, ...did });
    const commitment = this.network.commitment(this.worker, record, receipt, effects);
    const { transactionHash, blockNumber, events } = await this.worker.account.commitReceipts([commitment]);
    const settled = events.find((event) => event.name === "TaskSettled");
    const outcome = settled?.name === "TaskSettled" ? settled.outcome : OUTCOME.failed;
    const status = outcomeName(outcome) as TaskStatus;
    const released = status === "callback-failed" ? new Uint8Array() : output;
    const { signature } = commitment;
    const result = { taskId: id, status, receipt, signature, output: released, transactionHash, blockNumber };
    this.#results.set(id, result);
    this.#update(id, status, transactionHash);
  }

  #run(id: Hash, task: SendTaskParams): Uint8Array {
    const { domain } = this.network;
    const { secretContract, epoch } = task.record;
    const keys = contractSessionKeys(contractKey(secretContract, epoch), task.userKey);
    const place = { secretContract, taskId: id };
    const input = open(keys.input, associatedData(domain, { tag: "input", ...place }), task.input);
    const ending = this.behaviour(input, task);
    this.#lastEnding = ending.name;
    if (ending.name === "unusable-key") return new Uint8Array();
    return seal(keys.output, associatedData(domain, { tag: "output", ...place }), encodeEnding(ending));
  }

  #update(task: Hash, status: TaskStatus, transactionHash: Hash | null = null): void {
    const update = { taskId: task, status, worker: this.worker.account.address, transactionHash };
    this.#updates.set(task, update);
    if (isFinalStatus(status) && this.silent) return;
    for (const listener of this.#listeners) listener.write(`event: task\ndata: ${JSON.stringify(update)}\n\n`);
  }

  #stream(response: ServerResponse): void {
    this.streams += 1;
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    this.#listeners.add(response);
    response.on("close", () => this.#listeners.delete(response));
  }
}
