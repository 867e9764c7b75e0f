/**
 * Tasks made by hand, without the client library: whatever input one likes, recorded or not. An input that is not a
 * ciphertext is executed, too: its task ends as failed.
 */
import { randomBytes } from "node:crypto";
import { Interface } from "ethers";
import { callContract } from "../../host/ethereum/call-contract.ts";
import { EnigmaAccount } from "../../host/ethereum/enigma-account.ts";
import { ENG, TokenContract } from "../../host/ethereum/token-contract.ts";
import { TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import type { LocalNetwork } from "../../host/network/local-network.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { type Address, address, type Hash, type Hex, toHex, ZERO_HASH } from "../../host/protocol/hex.ts";
import { inputHash } from "../../host/protocol/input-hash.ts";
import {
  parseTaskResult,
  parseTaskUpdate,
  type SendTaskParams,
  sendTaskToJson,
  type TaskResult,
} from "../../host/protocol/rpc-types.ts";
import { taskId as idOf } from "../../host/protocol/task-id.ts";
import { TASK_KIND, type TaskKind } from "../../host/protocol/task-record.ts";
import { isFinalStatus, type TaskUpdate } from "../../host/protocol/task-status.ts";
import { RpcClient } from "../../host/rpc/rpc-client.ts";
import type { WorkerNode } from "../../host/worker/worker-node.ts";

const abi = new Interface(["function contractAddress(bytes32 taskId) view returns (address)"]);

export interface RawTask {
  readonly taskId: Hash;
  readonly params: SendTaskParams;
}

export class RawUser {
  readonly account: EnigmaAccount;
  readonly network: LocalNetwork;

  private constructor(network: LocalNetwork, account: EnigmaAccount) {
    this.network = network;
    this.account = account;
  }

  /** A user with a deposit. `index` counts the network's users from 1. */
  static async open(network: LocalNetwork, index: number): Promise<RawUser> {
    const { connection, contract } = network.view;
    const user = network.accounts.users[index];
    if (user === undefined) throw new Error("no such user");
    const account = new EnigmaAccount(new TransactionSender(connection, user.privateKey), contract);
    const amount = 10_000n * ENG;
    await new TokenContract(connection, network.token).approve(account.sender, contract.address, amount);
    await account.deposit(amount);
    return new RawUser(network, account);
  }

  /** Records a task with a random input. */
  async record(
    kind: TaskKind,
    secretContract: Address | undefined,
    module: Uint8Array | null,
    codeHash: Hash = ZERO_HASH,
  ): Promise<RawTask> {
    const nonce = BigInt(toHex(randomBytes(32)));
    const input = new Uint8Array(randomBytes(104));
    const userKey = new Uint8Array(randomBytes(32));
    const taskId = idOf(this.network.domain, this.account.address, nonce);
    const transaction = await this.account.createRecord({
      nonce,
      kind,
      secretContract: secretContract ?? (await contractAddressOf(this.network, taskId)),
      codeHash,
      inputHash: inputHash(input, userKey),
      touchesHash: ZERO_HASH,
      gasLimit: 2_000_000n,
      gasPrice: 1n,
      callGasLimit: 0n,
      epoch: (await this.network.view.contract.currentEpoch()).number,
    });
    const created = transaction.events.find((event) => event.name === "RecordCreated");
    if (created === undefined) throw new Error("no record");
    return { taskId, params: { record: created.record, input, userKey, module } };
  }

  /** Records a call with a random input. */
  recordCall(secretContract: Address): Promise<RawTask> {
    return this.record(TASK_KIND.call, secretContract, null);
  }
}

/** Sends a task to a gateway. @throws EnigmaError of the gateway */
export async function send(gateway: WorkerNode, params: SendTaskParams): Promise<unknown> {
  return new RpcClient(gateway.url).call("enigma_sendTask", sendTaskToJson(params));
}

/** The code with which a gateway refuses a task; undefined where it takes it. */
export async function refusal(gateway: WorkerNode, params: SendTaskParams): Promise<string | undefined> {
  try {
    await send(gateway, params);
    return undefined;
  } catch (error) {
    if (error instanceof EnigmaError) return error.code;
    throw error;
  }
}

/** Waits by the event stream until a task has ended. */
export async function ended(gateway: WorkerNode, taskId: Hash): Promise<TaskUpdate> {
  const response = await fetch(`${gateway.url}/events?taskIds=${taskId}`);
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    for (const [, data] of text.matchAll(/^data: (.*)$/gm)) {
      const update = parseTaskUpdate(JSON.parse(String(data)));
      if (isFinalStatus(update.status)) return update;
    }
  }
  throw new Error("the stream ended before the task");
}

export async function resultOf(gateway: WorkerNode, taskId: Hash): Promise<TaskResult> {
  return parseTaskResult(await new RpcClient(gateway.url).call("enigma_getTaskResult", { taskId }));
}

/** Where a deployment's contract will stand. */
async function contractAddressOf({ view }: LocalNetwork, taskId: Hash): Promise<Address> {
  const data = abi.encodeFunctionData("contractAddress", [taskId]) as Hex;
  return address(`0x${(await callContract(view.connection, view.contract.address, data)).slice(26)}`);
}
