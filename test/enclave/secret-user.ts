// A user of one contract: makes records and encrypted inputs as a client does, and reads the outputs.

import { readFileSync } from "node:fs";
import { AbiCoder, Interface, type InterfaceAbi } from "ethers";
import type { EnclaveTask, PrincipalEnclave } from "../../host/enclave/enclave-client.ts";
import { open, seal } from "../../host/protocol/aead.ts";
import { associatedData } from "../../host/protocol/associated-data.ts";
import { decodeEnding, type Ending } from "../../host/protocol/ending.ts";
import { type Address, address, fromHex, type Hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import { inputHash } from "../../host/protocol/input-hash.ts";
import { keccak, keccakBytes } from "../../host/protocol/keccak.ts";
import { userKeyPair, userSessionKeys } from "../../host/protocol/session-keys.ts";
import { taskId } from "../../host/protocol/task-id.ts";
import { encodeTaskRecord, type TaskKind, type TaskRecord } from "../../host/protocol/task-record.ts";
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
}

/** A user of one deployed, or yet to be deployed, contract in one epoch. */
export class SecretUser {
  readonly secretContract: Address;
  readonly codeHash: Hash;
  readonly #epoch: bigint;
  readonly #publicKey: Uint8Array;
  #nonce = 1n;

  private constructor(secretContract: Address, codeHash: Hash, epoch: bigint, publicKey: Uint8Array) {
    this.secretContract = secretContract;
    this.codeHash = codeHash;
    this.#epoch = epoch;
    this.#publicKey = publicKey;
  }

  static async of(principal: PrincipalEnclave, secretContract: Address, module: Uint8Array, epoch = 1n) {
    const codeHash = keccak(module);
    const { publicKey } = await principal.certifyContractKey({ secretContract, codeHash, epoch });
    return new SecretUser(secretContract, codeHash, epoch, publicKey);
  }

  /** A deployment with ABI-encoded arguments. */
  deploy(types: readonly string[] = [], values: readonly unknown[] = [], options: TaskOptions = {}): UserTask {
    return this.#task(1, fromHex(AbiCoder.defaultAbiCoder().encode(types, values)), options);
  }

  /** A call of a function of the contract's ABI. */
  call(abi: Interface, name: string, values: readonly unknown[] = [], options: TaskOptions = {}): UserTask {
    return this.send(fromHex(abi.encodeFunctionData(name, values)), options);
  }

  /** A call with any plaintext. */
  send(plaintext: Uint8Array, options: TaskOptions = {}): UserTask {
    return this.#task(2, plaintext, options);
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
    const fields: TaskRecord = {
      sender,
      nonce,
      kind,
      secretContract: this.secretContract,
      codeHash: this.codeHash,
      inputHash: inputHash(input, userKey),
      touchesHash: ZERO_HASH,
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
      group: this.secretContract,
    };
  }
}
