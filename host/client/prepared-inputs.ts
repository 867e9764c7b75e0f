/**
 * Inputs that a user encrypts beforehand, for a task that somebody else orders: a Solidity contract, to which the user hands
 * them. The input is bound to the sender and the nonce of that task; the user follows it and decrypts its output.
 */

import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, type Hash, hash } from "../protocol/hex.ts";
import { keccak } from "../protocol/keccak.ts";
import { MAX_POSTED_INPUT_BYTES } from "../protocol/limits.ts";
import { userKeyPair } from "../protocol/session-keys.ts";
import { taskId } from "../protocol/task-id.ts";
import { encryptInput } from "./encrypted-input.ts";
import { enigmaInterface } from "./enigma-interface.ts";
import type { EthereumLog, EthereumReceipt } from "./ethereum-endpoint.ts";
import { growingPauses, pause } from "./pause.ts";
import { recordOf } from "./record-event.ts";
import type { CreatedRecord } from "./record-queue.ts";
import { TaskEvents } from "./task-events.ts";
import type { TaskOrdersContext } from "./task-orders.ts";
import { TaskUnderWay } from "./task-under-way.ts";

/** An input that is bound to one task, before that task exists. */
export interface EncryptedOrder {
  readonly input: Uint8Array;
  readonly userKey: Uint8Array;
  readonly taskId: Hash;
  /** The task must be ordered in this epoch, or in the few blocks after it in which it may still be named. */
  readonly epoch: bigint;
  /** Decrypts the task's output. */
  readonly outputKey: Uint8Array;
  /** The first block in which it can be ordered. */
  readonly fromBlock: bigint;
}

const RECORD_CREATED = hash(enigmaInterface.getEvent("RecordCreated")?.topicHash ?? "");
const ORDER_TIMEOUT_MS = 60_000;

export class PreparedInputs {
  readonly #context: TaskOrdersContext;

  constructor(context: TaskOrdersContext) {
    this.#context = context;
  }

  /**
   * Encrypts calldata for the task that `sender` will order with `nonce`: by default keccak256 of the user's key, which is
   * what `OrdersSecretTasks` takes. @throws `input-too-large`
   */
  async prepare(
    sender: Address,
    nonce: bigint | undefined,
    secretContract: Address,
    calldata: Uint8Array,
  ): Promise<EncryptedOrder> {
    const { domain, keys, random, reader } = this.#context;
    const user = userKeyPair(random(32));
    const id = taskId(domain, sender, nonce ?? BigInt(keccak(user.publicKey)));
    const [key, fromBlock] = await Promise.all([keys.ofContract(secretContract), reader.blockNumber()]);
    const place = { domain, tag: "input", id, most: MAX_POSTED_INPUT_BYTES } as const;
    const { input, session } = encryptInput(place, key, user, calldata);
    return { input, userKey: user.publicKey, taskId: id, epoch: key.epoch, outputKey: session.output, fromBlock };
  }

  /** Waits until the task is on record, then watches it. @throws `task-not-ordered` */
  async follow(order: EncryptedOrder, milliseconds = ORDER_TIMEOUT_MS): Promise<TaskUnderWay> {
    const created = await this.#record(order, milliseconds);
    const { gateway } = this.#context;
    const events = new TaskEvents(gateway, `taskIds=${order.taskId}`);
    return new TaskUnderWay({ ...this.#context, events, created, id: order.taskId, outputKey: order.outputKey });
  }

  async #record({ taskId: id, fromBlock }: EncryptedOrder, milliseconds: number): Promise<CreatedRecord> {
    const { endpoint, domain } = this.#context;
    const pauses = growingPauses(20, 1_000);
    for (let waited = 0; waited <= milliseconds; ) {
      const [log] = await endpoint.logs({ address: domain.enigma, topics: [RECORD_CREATED, id], fromBlock });
      if (log !== undefined) return this.#created(log, id);
      const next = pauses.next().value;
      await pause(next);
      waited += next;
    }
    throw new EnigmaError("task-not-ordered", { data: { taskId: id, milliseconds } });
  }

  async #created({ transactionHash }: EthereumLog, id: Hash): Promise<CreatedRecord> {
    const { endpoint, domain } = this.#context;
    const receipt = await endpoint.request<EthereumReceipt>("eth_getTransactionReceipt", [transactionHash]);
    const record = recordOf(receipt, domain.enigma, id);
    if (record === undefined) throw new EnigmaError("record-not-created", { data: { transactionHash } });
    return { record, transactionHash, ethereumGas: BigInt(receipt.gasUsed) };
  }
}
