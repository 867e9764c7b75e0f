/**
 * From a plaintext to a task under way: draws nonce and key pair, encrypts to the contract's verified key, puts the
 * record on Ethereum and hands the ciphertext to the gateway. The plaintext stays in this function's frame.
 */
import { seal } from "../protocol/aead.ts";
import { associatedData } from "../protocol/associated-data.ts";
import type { ContractKey } from "../protocol/contract-key.ts";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { EnigmaError, isEnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, type Hash, toHex, ZERO_HASH } from "../protocol/hex.ts";
import { inputHash } from "../protocol/input-hash.ts";
import { keccak } from "../protocol/keccak.ts";
import { MAX_CIPHERTEXT_BYTES, MAX_GAS_LIMIT } from "../protocol/limits.ts";
import { type SessionKeys, type UserKeyPair, userKeyPair, userSessionKeys } from "../protocol/session-keys.ts";
import { taskId } from "../protocol/task-id.ts";
import { TASK_KIND, type TaskOrder } from "../protocol/task-record.ts";
import type { ContractKeys } from "./contract-keys.ts";
import type { EnigmaReader } from "./enigma-reader.ts";
import type { Funds } from "./funds.ts";
import type { Gateway } from "./gateway.ts";
import { growingPauses, pause } from "./pause.ts";
import type { CreatedRecord, RecordQueue } from "./record-queue.ts";
import type { TaskEvents } from "./task-events.ts";
import { TaskUnderWay } from "./task-under-way.ts";

/** What a caller may choose for a task; the last argument of a contract's method. */
export interface TaskOptions {
  /** Most gas that the execution may use. Unused gas is paid back. */
  readonly gasLimit?: bigint | number;
  /** Base units of ENG for a unit of gas. */
  readonly gasPrice?: bigint | number;
}

export interface TaskOrdersContext {
  readonly domain: EnigmaDomain;
  readonly sender: Address;
  readonly gateway: Gateway;
  readonly reader: EnigmaReader;
  readonly keys: ContractKeys;
  readonly records: RecordQueue;
  readonly funds: Funds;
  readonly events: TaskEvents;
  readonly random: (length: number) => Uint8Array;
  readonly gasPrice: bigint;
}

/** A task before it is ordered. */
interface Draft {
  readonly id: Hash;
  readonly nonce: bigint;
  readonly user: UserKeyPair;
  readonly secretContract: Address;
  readonly codeHash: Hash;
  readonly module: Uint8Array | null;
  readonly plaintext: Uint8Array;
  readonly gasLimit: bigint;
  readonly gasPrice: bigint;
}

interface Encrypted {
  readonly order: TaskOrder;
  readonly input: Uint8Array;
  readonly session: SessionKeys;
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
  call(secretContract: Address, calldata: Uint8Array, options: TaskOptions): Promise<TaskUnderWay> {
    return this.#order(secretContract, () => {
      const task = { codeHash: ZERO_HASH, module: null, plaintext: calldata };
      return { ...this.#draw(), ...task, secretContract, ...this.#gas(options, CALL_GAS_LIMIT) };
    });
  }

  /** Orders a deployment. @param args the constructor's arguments, ABI-encoded without a selector */
  async deploy(module: Uint8Array, args: Uint8Array, options: TaskOptions): Promise<TaskUnderWay> {
    const drawn = this.#draw();
    const gas = this.#gas(options, DEPLOY_GAS_LIMIT);
    const secretContract = await this.#context.reader.contractAddress(drawn.id);
    return this.#submit({ ...drawn, ...gas, secretContract, codeHash: keccak(module), module, plaintext: args });
  }

  /** Orders; once more, with another nonce and key, if the epoch turned since the contract's key was fetched. */
  async #order(secretContract: Address, draft: () => Draft): Promise<TaskUnderWay> {
    try {
      return await this.#submit(draft());
    } catch (error) {
      if (!isEnigmaError(error, "record-refused") || error.data.error !== "EpochTooOld") throw error;
      this.#context.keys.forget(secretContract);
      return this.#submit(draft());
    }
  }

  async #submit(draft: Draft): Promise<TaskUnderWay> {
    const encrypted = this.#encrypt(draft, await this.#keyOf(draft));
    const created = await this.#record(draft, encrypted.order);
    const { domain, gateway, reader, events } = this.#context;
    const task = new TaskUnderWay({
      domain,
      gateway,
      reader,
      events,
      created,
      id: draft.id,
      outputKey: encrypted.session.output,
    });
    try {
      task.accepted(await this.#send(draft, encrypted, created));
    } catch (error) {
      task.abandon();
      throw error;
    }
    return task;
  }

  #keyOf({ module, secretContract, codeHash }: Draft): Promise<ContractKey> {
    const { keys } = this.#context;
    return module === null ? keys.ofContract(secretContract) : keys.ofDeployment(secretContract, codeHash);
  }

  #encrypt(draft: Draft, key: ContractKey): Encrypted {
    const { id, secretContract, user, nonce, codeHash, gasLimit, gasPrice, module } = draft;
    const session = userSessionKeys(user, key.publicKey);
    const input = seal(
      session.input,
      associatedData(this.#context.domain, { tag: "input", secretContract, taskId: id }),
      draft.plaintext,
    );
    if (input.length > MAX_CIPHERTEXT_BYTES) {
      throw new EnigmaError("input-too-large", { data: { bytes: input.length, most: MAX_CIPHERTEXT_BYTES } });
    }
    const order: TaskOrder = {
      nonce,
      kind: module === null ? TASK_KIND.call : TASK_KIND.deploy,
      secretContract,
      codeHash,
      inputHash: inputHash(input, user.publicKey),
      touchesHash: ZERO_HASH,
      gasLimit,
      gasPrice,
      callGasLimit: 0n,
      epoch: key.epoch,
    };
    return { order, input, session };
  }

  async #record(draft: Draft, order: TaskOrder): Promise<CreatedRecord> {
    const { funds, records } = this.#context;
    const fee = draft.gasLimit * draft.gasPrice;
    await funds.reserve(fee);
    try {
      const created = await records.create(draft.id, order);
      funds.spend(fee);
      return created;
    } catch (error) {
      funds.release(fee);
      throw error;
    }
  }

  /**
   * Hands the task to the gateway; answers with the worker, if the gateway says who it is. The record is paid for, so
   * a gateway that is away for a while is no reason to give up; one whose answer was lost may even have done it all.
   */
  async #send(draft: Draft, { input }: Encrypted, { record }: CreatedRecord): Promise<Address | undefined> {
    const task = { record, input, userKey: draft.user.publicKey, module: draft.module };
    const pauses = growingPauses(50, 2_000);
    for (let waited = 0; ; ) {
      try {
        return (await this.#context.gateway.sendTask(task)).worker;
      } catch (error) {
        if (waited > 0 && isEnigmaError(error, "task-already-settled")) return undefined;
        if (!isEnigmaError(error, "gateway-unreachable") || waited > GATEWAY_PATIENCE_MS) throw error;
      }
      const milliseconds = pauses.next().value;
      await pause(milliseconds);
      waited += milliseconds;
    }
  }

  /** Draws in one go, so that tasks ordered at once get the same values in every run of a seeded client. */
  #draw(): Pick<Draft, "id" | "nonce" | "user"> {
    const { domain, sender, random } = this.#context;
    const nonce = BigInt(toHex(random(32)));
    return { id: taskId(domain, sender, nonce), nonce, user: userKeyPair(random(32)) };
  }

  #gas(options: TaskOptions, gasLimit: bigint): Pick<Draft, "gasLimit" | "gasPrice"> {
    const gas = {
      gasLimit: BigInt(options.gasLimit ?? gasLimit),
      gasPrice: BigInt(options.gasPrice ?? this.#context.gasPrice),
    };
    if (gas.gasLimit <= 0n)
      throw new EnigmaError("record-refused", { data: { error: "GasLimitZero", reason: "GasLimitZero()" } });
    if (gas.gasLimit > MAX_GAS_LIMIT) {
      const reason = `GasLimitTooHigh(${MAX_GAS_LIMIT})`;
      throw new EnigmaError("record-refused", { data: { error: "GasLimitTooHigh", reason } });
    }
    return gas;
  }
}
