/**
 * From a plaintext to a task under way: draws nonce and key pair, encrypts to the contract's verified key, puts the
 * record on Ethereum and hands the ciphertext to the gateway, unless it stands on Ethereum, too. The plaintext stays in
 * this function's frame.
 */
import type { ContractKey } from "../protocol/contract-key.ts";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { isEnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, address, type Hash, toHex, ZERO_HASH } from "../protocol/hex.ts";
import { inputHash } from "../protocol/input-hash.ts";
import { keccak } from "../protocol/keccak.ts";
import { MAX_POSTED_INPUT_BYTES } from "../protocol/limits.ts";
import { type UserKeyPair, userKeyPair } from "../protocol/session-keys.ts";
import { taskId } from "../protocol/task-id.ts";
import { TASK_KIND, type TaskOrder } from "../protocol/task-record.ts";
import { groupWord } from "../protocol/touches.ts";
import type { ContractKeys } from "./contract-keys.ts";
import { type EncryptedInput, encryptInput } from "./encrypted-input.ts";
import type { EnigmaReader } from "./enigma-reader.ts";
import type { EthereumEndpoint } from "./ethereum-endpoint.ts";
import type { Funds } from "./funds.ts";
import type { Gateway } from "./gateway.ts";
import { growingPauses, pause } from "./pause.ts";
import type { RecordRequest } from "./record-calldata.ts";
import type { CreatedRecord, RecordQueue } from "./record-queue.ts";
import type { TaskEvents } from "./task-events.ts";
import {
  type DeploymentTerms,
  escrowOf,
  gasTerms,
  postedGasPrice,
  type TaskOptions,
  type TaskTerms,
  touchesOf,
} from "./task-terms.ts";
import { TaskUnderWay } from "./task-under-way.ts";

export interface TaskOrdersContext {
  readonly domain: EnigmaDomain;
  readonly sender: Address;
  readonly gateway: Gateway;
  readonly reader: EnigmaReader;
  readonly endpoint: EthereumEndpoint;
  readonly keys: ContractKeys;
  readonly records: RecordQueue;
  readonly funds: Funds;
  readonly events: TaskEvents;
  readonly random: (length: number) => Uint8Array;
  readonly gasPrice: bigint;
}

/** What is drawn for a task. */
interface Drawn {
  readonly id: Hash;
  readonly nonce: bigint;
  readonly user: UserKeyPair;
}

/** A task before it is ordered. */
interface Draft extends Drawn {
  readonly secretContract: Address;
  readonly codeHash: Hash;
  /** The module of a deployment. */
  readonly module: Uint8Array | null;
  /** The group that a deployment joins; its own if null. */
  readonly group: Address | null;
  readonly touches: readonly Address[];
  readonly posted: boolean;
  readonly plaintext: Uint8Array;
  readonly terms: TaskTerms;
}

const CALL_GAS_LIMIT = 2_000_000n;
const DEPLOY_GAS_LIMIT = 10_000_000n;
/** How long a gateway that does not answer is tried again once a record is paid for, in milliseconds. */
const GATEWAY_PATIENCE_MS = 60_000;

export class TaskOrders {
  readonly #context: TaskOrdersContext;

  constructor(context: TaskOrdersContext) {
    this.#context = context;
  }

  /** Orders a call. @param calldata selector and ABI-encoded arguments */
  async call(secretContract: Address, calldata: Uint8Array, options: TaskOptions): Promise<TaskUnderWay> {
    const { keys, reader, gasPrice: usual } = this.#context;
    const { post: posted = false } = options;
    const touches = touchesOf(secretContract, options);
    const task = { secretContract, codeHash: ZERO_HASH, module: null, group: null, touches, posted };
    const draft = (gasPrice: bigint): Draft => {
      const terms = gasTerms(options, { gasLimit: CALL_GAS_LIMIT, gasPrice });
      return { ...this.#draw(), ...task, plaintext: calldata, terms };
    };
    const gasPrice = posted ? postedGasPrice(usual, await reader.prices()) : usual;
    try {
      return await this.#submit(draft(gasPrice));
    } catch (error) {
      // The epoch turned since the contract's key was fetched: once more, with another nonce and key.
      if (!isEnigmaError(error, "record-refused") || error.data.error !== "EpochTooOld") throw error;
      keys.forget(secretContract);
      return this.#submit(draft(gasPrice));
    }
  }

  /** Orders a deployment. @param args the constructor's arguments, ABI-encoded without a selector */
  async deploy(module: Uint8Array, args: Uint8Array, options: DeploymentTerms): Promise<TaskUnderWay> {
    const { reader, keys, gasPrice } = this.#context;
    const drawn = this.#draw();
    const terms = gasTerms(options, { gasLimit: DEPLOY_GAS_LIMIT, gasPrice });
    const member = options.group === undefined ? null : await keys.contract(address(options.group, "group"));
    const secretContract = await reader.contractAddress(drawn.id);
    const task = { codeHash: keccak(module), module, group: member?.group ?? null, touches: [], posted: false };
    return this.#submit({ ...drawn, ...task, secretContract, plaintext: args, terms });
  }

  async #submit(draft: Draft): Promise<TaskUnderWay> {
    const key = await this.#keyOf(draft);
    const encrypted = this.#encrypt(draft, key);
    const created = await this.#record(draft, requestOf(draft, key, encrypted));
    const task = new TaskUnderWay({
      ...this.#context,
      created,
      id: draft.id,
      outputKey: encrypted.session.output,
    });
    if (draft.posted) return task;
    try {
      task.accepted(await this.#send(draft, encrypted, created));
    } catch (error) {
      task.abandon();
      throw error;
    }
    return task;
  }

  #keyOf({ module, secretContract, codeHash, group }: Draft): Promise<ContractKey> {
    const { keys } = this.#context;
    if (module === null) return keys.ofContract(secretContract);
    return keys.ofDeployment(secretContract, { codeHash, group: group ?? secretContract });
  }

  #encrypt({ id, user, plaintext, posted }: Draft, key: ContractKey): EncryptedInput {
    const most = posted ? { most: MAX_POSTED_INPUT_BYTES } : {};
    return encryptInput({ domain: this.#context.domain, tag: "input", id, ...most }, key, user, plaintext);
  }

  async #record(draft: Draft, request: RecordRequest): Promise<CreatedRecord> {
    const { funds, records, reader } = this.#context;
    const callGasPrice = draft.terms.callGasLimit === 0n ? 0n : (await reader.prices()).callGasPrice;
    const escrow = escrowOf(draft.terms, callGasPrice);
    await funds.reserve(escrow);
    try {
      const created = await records.create(draft.id, request);
      funds.spend(escrow);
      return created;
    } catch (error) {
      funds.release(escrow);
      throw error;
    }
  }

  /**
   * Hands the task to the gateway; answers with the worker, if the gateway says who it is. The record is paid for, so
   * a gateway that is away for a while is no reason to give up; one whose answer was lost may even have done it all, and so
   * has one that knew the input from before the chain went back.
   */
  async #send(draft: Draft, { input }: EncryptedInput, { record }: CreatedRecord): Promise<Address | undefined> {
    const task = { record, input, userKey: draft.user.publicKey, module: draft.module };
    const pauses = growingPauses(50, 2_000);
    for (let waited = 0; ; ) {
      try {
        return (await this.#context.gateway.sendTask(task)).worker;
      } catch (error) {
        if (isEnigmaError(error, "task-already-settled")) return undefined;
        if (!isEnigmaError(error, "gateway-unreachable") || waited > GATEWAY_PATIENCE_MS) throw error;
      }
      const milliseconds = pauses.next().value;
      await pause(milliseconds);
      waited += milliseconds;
    }
  }

  /** Draws in one go, so that tasks ordered at once get the same values in every run of a seeded client. */
  #draw(): Drawn {
    const { domain, sender, random } = this.#context;
    const nonce = BigInt(toHex(random(32)));
    return { id: taskId(domain, sender, nonce), nonce, user: userKeyPair(random(32)) };
  }
}

/** The order, and what goes on record with it: the Enigma contract hashes that by itself. */
function requestOf(draft: Draft, { epoch }: ContractKey, { input }: EncryptedInput): RecordRequest {
  const { nonce, secretContract, codeHash, user, terms, touches, posted, module, group } = draft;
  const call = posted ? TASK_KIND.posted : TASK_KIND.call;
  const order: TaskOrder = {
    nonce,
    kind: module === null ? call : TASK_KIND.deploy,
    secretContract,
    codeHash,
    inputHash: posted ? ZERO_HASH : inputHash(input, user.publicKey),
    touchesHash: groupWord(group),
    ...terms,
    epoch,
  };
  return { order, touches, posted: posted ? { input, userKey: user.publicKey } : null };
}
