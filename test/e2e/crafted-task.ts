/** Tasks that no honest client would order: recorded and paid like any other, with an input that does not fit. */
import { randomBytes } from "node:crypto";
import { EnigmaAccount } from "../../host/ethereum/enigma-account.ts";
import { ENG, TokenContract } from "../../host/ethereum/token-contract.ts";
import { TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import { open, seal } from "../../host/protocol/aead.ts";
import { associatedData } from "../../host/protocol/associated-data.ts";
import { decodeEnding } from "../../host/protocol/ending.ts";
import { type Address, type Hash, toHex, ZERO_HASH } from "../../host/protocol/hex.ts";
import { inputHash } from "../../host/protocol/input-hash.ts";
import type { Receipt } from "../../host/protocol/receipt.ts";
import {
  parseContractKeyResult,
  parseTaskResult,
  type SendTaskParams,
  sendTaskToJson,
} from "../../host/protocol/rpc-types.ts";
import { userKeyPair, userSessionKeys } from "../../host/protocol/session-keys.ts";
import { taskId as idOf } from "../../host/protocol/task-id.ts";
import { TASK_KIND } from "../../host/protocol/task-record.ts";
import { RpcClient } from "../../host/rpc/rpc-client.ts";
import type { TestNetwork } from "../../host/testing/test-network.ts";

const GAS_LIMIT = 1_000_000n;

/** How a task differs from what the client library would order. */
export interface Crafting {
  /** The contract and the task that the input is encrypted for; by default the called one and this one. */
  readonly encryptedFor?: { readonly secretContract?: Address; readonly taskId?: Hash };
  /** Changes the ciphertext before it is recorded. */
  readonly input?: (ciphertext: Uint8Array) => Uint8Array;
  /** Recorded in place of the user's public key: 32 bytes. */
  readonly userKey?: Uint8Array;
}

/** What became of a crafted task. */
export interface CraftedEnd {
  readonly taskId: Hash;
  readonly receipt: Receipt;
  readonly output: Uint8Array;
  /** How its execution ended, as its user reads it; undefined where the user cannot. */
  readonly ending: string | undefined;
}

export class CraftingUser {
  readonly #network: TestNetwork;
  readonly #account: EnigmaAccount;
  readonly #rpc: RpcClient;

  private constructor(network: TestNetwork, account: EnigmaAccount) {
    this.#network = network;
    this.#account = account;
    this.#rpc = new RpcClient(network.worker(0).url);
  }

  get address(): Address {
    return this.#account.address;
  }

  /** The funded account `index` of the network, with a deposit. */
  static async open(network: TestNetwork, index: number): Promise<CraftingUser> {
    const { accounts, token, view } = network.local;
    const user = accounts.users[index];
    if (user === undefined) throw new RangeError("there is no such account");
    const account = new EnigmaAccount(new TransactionSender(view.connection, user.privateKey), view.contract);
    const amount = 1_000n * ENG;
    await new TokenContract(view.connection, token).approve(account.sender, view.contract.address, amount);
    await account.deposit(amount);
    return new CraftingUser(network, account);
  }

  /** Records a call, sends it, and waits for its end. */
  async call(secretContract: Address, plaintext: Uint8Array, crafting: Crafting = {}): Promise<CraftedEnd> {
    const { domain } = this.#network.local;
    const key = parseContractKeyResult(await this.#rpc.call("enigma_getContractKey", { secretContract }));
    const user = userKeyPair(new Uint8Array(randomBytes(32)));
    const session = userSessionKeys(user, key.publicKey);
    const nonce = BigInt(toHex(randomBytes(32)));
    const taskId = idOf(domain, this.address, nonce);
    const sealed = seal(
      session.input,
      associatedData(domain, { tag: "input", secretContract, taskId, ...crafting.encryptedFor }),
      plaintext,
    );
    const input = crafting.input?.(sealed) ?? sealed;
    const userKey = crafting.userKey ?? user.publicKey;
    const record = await this.#record(secretContract, nonce, inputHash(input, userKey), key.epoch);
    const gateway = this.#network.worker(0).address;
    const isIts = (event: { node: Address; taskId: Hash }) => event.node === gateway && event.taskId === taskId;
    const settled = this.#network.events.next("task-settled", isIts);
    await this.#send({ record, input, userKey, module: null });
    await settled;
    const { receipt, output } = parseTaskResult(await this.#rpc.call("enigma_getTaskResult", { taskId }));
    if (receipt === null || output === null) throw new Error("the task was refunded");
    const context = associatedData(domain, { tag: "output", secretContract, taskId });
    const ending = output.length === 0 ? undefined : decodeEnding(open(session.output, context, output)).name;
    return { taskId, receipt, output, ending };
  }

  async #record(secretContract: Address, nonce: bigint, hash: Hash, epoch: bigint) {
    const { events } = await this.#account.createRecord({
      ...{ nonce, kind: TASK_KIND.call, secretContract, codeHash: ZERO_HASH, inputHash: hash, touchesHash: ZERO_HASH },
      ...{ gasLimit: GAS_LIMIT, gasPrice: 1n, callGasLimit: 0n, epoch },
    });
    const created = events.find((event) => event.name === "RecordCreated");
    if (created === undefined) throw new Error("there is no record");
    return created.record;
  }

  async #send(task: SendTaskParams): Promise<void> {
    await this.#rpc.call("enigma_sendTask", sendTaskToJson(task));
  }
}
