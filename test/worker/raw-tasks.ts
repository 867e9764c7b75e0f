/**
 * Tasks made by hand, without the client library: whatever input one likes, recorded or not. An input that is not a
 * ciphertext is executed, too: its task ends as failed.
 */
import { randomBytes } from "node:crypto";
import { Interface, SigningKey } from "ethers";
import { callContract } from "../../host/ethereum/call-contract.ts";
import { EnigmaAccount } from "../../host/ethereum/enigma-account.ts";
import { ENG, TokenContract } from "../../host/ethereum/token-contract.ts";
import { TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import type { LocalNetwork } from "../../host/network/local-network.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import {
  type Address,
  address,
  fromHex,
  type Hash,
  type Hex,
  hash,
  toHex,
  ZERO_HASH,
} from "../../host/protocol/hex.ts";
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
import { viewPermitDigest } from "../../host/protocol/view-permit.ts";
import type { ViewParams } from "../../host/protocol/view-rpc-types.ts";
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
  private readonly privateKey: Hex;

  private constructor(network: LocalNetwork, account: EnigmaAccount, privateKey: Hex) {
    this.network = network;
    this.account = account;
    this.privateKey = privateKey;
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
    return new RawUser(network, account, user.privateKey);
  }

  /** Records a task with a random input. */
  async record(
    kind: TaskKind,
    secretContract: Address | undefined,
    module: Uint8Array | null,
    codeHash: Hash = ZERO_HASH,
    gasPrice = 1n,
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
      gasPrice,
      callGasLimit: 0n,
      epoch: (await this.network.view.contract.currentEpoch()).number,
    });
    const created = transaction.events.find((event) => event.name === "RecordCreated");
    if (created === undefined) throw new Error("no record");
    return { taskId, params: { record: created.record, input, userKey, module } };
  }

  /** A permitted view with a random input, for the answer to which nobody has the key. */
  async view(
    secretContract: Address,
    terms: Partial<Pick<ViewParams, "expiryBlock" | "epoch">> = {},
  ): Promise<ViewParams> {
    const { view, domain } = this.network;
    const epoch = terms.epoch ?? (await view.contract.currentEpoch()).number;
    const expiryBlock = terms.expiryBlock ?? (await view.head()).number + 1_000n;
    const input = new Uint8Array(randomBytes(104));
    const responseKey = new Uint8Array(randomBytes(32));
    const requestId = hash(toHex(randomBytes(32)));
    const account = this.account.address;
    const permitted = {
      account,
      secretContract,
      inputHash: inputHash(input, responseKey),
      epoch,
      expiryBlock,
      requestId,
    };
    const { serialized } = new SigningKey(this.privateKey).sign(viewPermitDigest(domain, permitted));
    return { account, secretContract, epoch, input, responseKey, expiryBlock, requestId, permit: fromHex(serialized) };
  }

  /** Records a call whose input stands in plain on the chain. */
  async postCall(secretContract: Address, calldata: Uint8Array): Promise<{ taskId: Hash }> {
    const transaction = await this.account.postRecord(
      {
        ...{ nonce: BigInt(toHex(randomBytes(32))), kind: TASK_KIND.posted, secretContract, codeHash: ZERO_HASH },
        ...{ inputHash: ZERO_HASH, touchesHash: ZERO_HASH, gasLimit: 2_000_000n, callGasLimit: 0n },
        gasPrice: (await this.network.view.contract.parameters()).postedGasPrice,
        epoch: (await this.network.view.contract.currentEpoch()).number,
      },
      calldata,
      new Uint8Array(32),
    );
    const created = transaction.events.find((event) => event.name === "RecordCreated");
    if (created === undefined) throw new Error("no record");
    return created;
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
