// A user of one contract: makes records and encrypted inputs as a client does, and reads the outputs.

import { readFileSync } from "node:fs";
import { AbiCoder, Interface, type InterfaceAbi, SigningKey, type Wallet } from "ethers";
import type {
  EnclaveTask,
  PrincipalEnclave,
  TouchedCode,
  ViewRequest,
  WantedContract,
} from "../../host/enclave/enclave-client.ts";
import { open, seal } from "../../host/protocol/aead.ts";
import { associatedData } from "../../host/protocol/associated-data.ts";
import { decodeEnding, type Ending } from "../../host/protocol/ending.ts";
import { type Address, address, fromHex, type Hash } from "../../host/protocol/hex.ts";
import { inputHash } from "../../host/protocol/input-hash.ts";
import { keccak, keccakBytes } from "../../host/protocol/keccak.ts";
import { userKeyPair, userSessionKeys } from "../../host/protocol/session-keys.ts";
import { taskId } from "../../host/protocol/task-id.ts";
import { encodeTaskRecord, TASK_KIND, type TaskKind, type TaskRecord } from "../../host/protocol/task-record.ts";
import { groupWord, touchesHash } from "../../host/protocol/touches.ts";
import { viewPermitDigest } from "../../host/protocol/view-permit.ts";
import { NETWORK } from "./enclave-network.ts";

const SENDER = address(`0x${"5e".repeat(20)}`);

/** A contract as the set-up builds it. */
export interface BuiltContract {
  readonly module: Uint8Array;
  readonly abi: Interface;
}

/** The module and ABI of a sample contract. */
export function builtContract(name: string): BuiltContract {
  const folder = new URL(`../../contracts/dist/${name}/`, import.meta.url);
  const abi = JSON.parse(readFileSync(new URL("abi.json", folder), "utf8")) as InterfaceAbi;
  return { module: new Uint8Array(readFileSync(new URL(`${name}.wasm`, folder))), abi: new Interface(abi) };
}

/** A task ready for an enclave, and what its user needs to read the answer. */
export interface UserTask extends EnclaveTask {
  readonly taskId: Hash;
  readonly fields: TaskRecord;
  readonly plaintext: Uint8Array;
  /** Decrypts and decodes the output. */
  read(output: Uint8Array): Ending;
}

export interface TaskOptions {
  readonly gasLimit?: bigint;
  readonly sender?: Address;
  /** Other bytes in place of the encrypted input. */
  readonly alter?: (input: Uint8Array) => Uint8Array;
  readonly userKey?: Uint8Array;
  /** The other contracts that a call may touch, in ascending order. */
  readonly touches?: readonly TouchedCode[];
}

/** A user of one deployed, or yet to be deployed, contract in one epoch. */
export class SecretUser {
  readonly secretContract: Address;
  readonly codeHash: Hash;
  readonly group: Address;
  readonly #epoch: bigint;
  readonly #publicKey: Uint8Array;
  #nonce: bigint;

  private constructor({ secretContract, codeHash, group }: WantedContract, epoch: bigint, publicKey: Uint8Array) {
    this.secretContract = secretContract;
    this.codeHash = codeHash;
    this.group = group;
    this.#epoch = epoch;
    this.#publicKey = publicKey;
    // Users of different contracts draw different nonces.
    this.#nonce = BigInt(secretContract) << 64n;
  }

  static async of(
    principal: PrincipalEnclave,
    secretContract: Address,
    module: Uint8Array,
    epoch = 1n,
    group = secretContract,
  ) {
    const codeHash = keccak(module);
    const { publicKey } = await principal.certifyContractKey({ secretContract, codeHash, group, epoch });
    return new SecretUser({ secretContract, codeHash, group }, epoch, publicKey);
  }

  /** A deployment with ABI-encoded arguments. */
  deploy(types: readonly string[] = [], values: readonly unknown[] = [], options: TaskOptions = {}): UserTask {
    return this.#task(TASK_KIND.deploy, fromHex(AbiCoder.defaultAbiCoder().encode(types, values)), options);
  }

  /** A call of a function of the contract's ABI. */
  call(abi: Interface, name: string, values: readonly unknown[] = [], options: TaskOptions = {}): UserTask {
    return this.send(fromHex(abi.encodeFunctionData(name, values)), options);
  }

  /** A call with any plaintext. */
  send(plaintext: Uint8Array, options: TaskOptions = {}): UserTask {
    return this.#task(TASK_KIND.call, plaintext, options);
  }

  /** A view by an account, permitted by it, as the enclave takes it at block 9; and what its user needs to read the answer. */
  view(abi: Interface, name: string, values: readonly unknown[], wallet: Wallet, change: Partial<ViewRequest> = {}) {
    const requestId = keccak(Buffer.from(`view ${this.#nonce++} of ${this.secretContract}`));
    const user = userKeyPair(keccakBytes(fromHex(requestId)));
    const keys = userSessionKeys(user, this.#publicKey);
    const item = (tag: "viewInput" | "viewOutput") =>
      associatedData(NETWORK, { tag, secretContract: this.secretContract, taskId: requestId });
    const input = seal(keys.input, item("viewInput"), fromHex(abi.encodeFunctionData(name, values)));
    const permit = {
      account: address(wallet.address),
      secretContract: this.secretContract,
      inputHash: inputHash(input, user.publicKey),
      epoch: this.#epoch,
      expiryBlock: 10n,
      requestId,
    };
    const signature = new SigningKey(wallet.privateKey).sign(viewPermitDigest(NETWORK, permit));
    const request: ViewRequest = {
      ...permit,
      codeHash: this.codeHash,
      group: this.group,
      input,
      responseKey: user.publicKey,
      permit: fromHex(signature.serialized),
      blockNumber: 9n,
      timestamp: 1_800_000_000n,
      ...change,
    };
    return { request, read: (output: Uint8Array) => decodeEnding(open(keys.output, item("viewOutput"), output)) };
  }

  #groupToJoin(): Hash {
    return groupWord(this.group === this.secretContract ? null : this.group);
  }

  #task(kind: TaskKind, plaintext: Uint8Array, options: TaskOptions): UserTask {
    const nonce = this.#nonce++;
    const sender = options.sender ?? SENDER;
    const id = taskId(NETWORK, sender, nonce);
    // A fresh key for each task; here made from the task's id, so that a test gives the same bytes in every run.
    const user = userKeyPair(keccakBytes(fromHex(id)));
    const keys = userSessionKeys(user, this.#publicKey);
    const item = (tag: "input" | "output") =>
      associatedData(NETWORK, { tag, secretContract: this.secretContract, taskId: id });
    const sealed = seal(keys.input, item("input"), plaintext);
    const input = options.alter?.(sealed) ?? sealed;
    const userKey = options.userKey ?? user.publicKey;
    const touches = options.touches ?? [];
    const fields: TaskRecord = {
      sender,
      nonce,
      kind,
      secretContract: this.secretContract,
      codeHash: this.codeHash,
      inputHash: inputHash(input, userKey),
      touchesHash:
        kind === TASK_KIND.deploy ? this.#groupToJoin() : touchesHash(touches.map((at) => at.secretContract)),
      gasLimit: options.gasLimit ?? 50_000_000n,
      gasPrice: 1n,
      callGasLimit: 0n,
      blockNumber: 7n,
      timestamp: 1_800_000_000n,
      parentHash: keccak(fromHex(id)),
      epoch: this.#epoch,
      rules: 1,
    };
    const read = (output: Uint8Array) => decodeEnding(open(keys.output, item("output"), output));
    return {
      taskId: id,
      fields,
      plaintext,
      read,
      record: encodeTaskRecord(fields),
      input,
      userKey,
      group: this.group,
      touches,
    };
  }
}
