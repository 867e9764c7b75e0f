/**
 * The record of a task: what its sender ordered and what the Enigma contract added. Only its hash stands on chain;
 * whoever needs a field shows the whole record and the hash is compared.
 */
import { WordReader, WordWriter } from "./abi-words.ts";
import type { Address, Hash } from "./hex.ts";
import { JsonFields } from "./json-fields.ts";
import { keccak } from "./keccak.ts";

/**
 * What a task does. A posted call brings its input along in the record's transaction; an ordered one does, too, and its
 * result goes to the sender in a callback.
 */
export const TASK_KIND = { deploy: 1, call: 2, posted: 3, ordered: 4 } as const;
export type TaskKind = (typeof TASK_KIND)[keyof typeof TASK_KIND];

/** What a sender orders: the argument of `createRecord` and of its kin. */
export interface TaskOrder {
  readonly nonce: bigint;
  readonly kind: TaskKind;
  readonly secretContract: Address;
  /** keccak256 of the module in a deployment, zero in a call. */
  readonly codeHash: Hash;
  /** keccak256(input ‖ user key); zero in the order of a posted or ordered call, where the Enigma contract fills it in. */
  readonly inputHash: Hash;
  /** The group that a deployment joins, or what a call touches; zero in orders that name the touched contracts beside. */
  readonly touchesHash: Hash;
  readonly gasLimit: bigint;
  /** Price of a unit of gas in the smallest unit of ENG. */
  readonly gasPrice: bigint;
  /** Ethereum gas for the calls that the task may cause. */
  readonly callGasLimit: bigint;
  readonly epoch: bigint;
}

export interface TaskRecord extends TaskOrder {
  readonly sender: Address;
  readonly blockNumber: bigint;
  /** Seconds since 1970-01-01 UTC. */
  readonly timestamp: bigint;
  /** Hash of the block before the record's. */
  readonly parentHash: Hash;
  readonly rules: number;
}

const WORDS = 15;
/** Size of an encoded record. */
export const TASK_RECORD_BYTES = WORDS * 32;

const ORDER_WORDS = 10;

/** `abi.encode` of an order, as it stands in the calldata of `createRecord`. @throws `number-out-of-range` */
export function encodeTaskOrder(order: TaskOrder): Uint8Array {
  return new WordWriter(ORDER_WORDS)
    .uint(order.nonce, 256)
    .number(order.kind, 8)
    .address(order.secretContract)
    .hash(order.codeHash)
    .hash(order.inputHash)
    .hash(order.touchesHash)
    .uint(order.gasLimit, 64)
    .uint(order.gasPrice, 128)
    .uint(order.callGasLimit, 64)
    .uint(order.epoch, 64).bytes;
}

/** `abi.encode` of the record. @throws `number-out-of-range` if a number does not fit its field. */
export function encodeTaskRecord(record: TaskRecord): Uint8Array {
  return new WordWriter(WORDS)
    .address(record.sender)
    .uint(record.nonce, 256)
    .number(record.kind, 8)
    .address(record.secretContract)
    .hash(record.codeHash)
    .hash(record.inputHash)
    .hash(record.touchesHash)
    .uint(record.gasLimit, 64)
    .uint(record.gasPrice, 128)
    .uint(record.callGasLimit, 64)
    .uint(record.blockNumber, 64)
    .uint(record.timestamp, 64)
    .hash(record.parentHash)
    .uint(record.epoch, 64)
    .number(record.rules, 32).bytes;
}

/** Reads what `encodeTaskRecord` writes. @throws `encoding-malformed` for anything else. */
export function decodeTaskRecord(bytes: Uint8Array): TaskRecord {
  const words = new WordReader(bytes, "task record");
  const record: TaskRecord = {
    sender: words.address(),
    nonce: words.uint(256),
    kind: kindOf(words),
    secretContract: words.address(),
    codeHash: words.hash(),
    inputHash: words.hash(),
    touchesHash: words.hash(),
    gasLimit: words.uint(64),
    gasPrice: words.uint(128),
    callGasLimit: words.uint(64),
    blockNumber: words.uint(64),
    timestamp: words.uint(64),
    parentHash: words.hash(),
    epoch: words.uint(64),
    rules: words.number(32),
  };
  words.end();
  return record;
}

/** keccak256 of the encoded record: what stands in the task's slot until it is settled. */
export function recordHash(record: TaskRecord): Hash {
  return keccak(encodeTaskRecord(record));
}

/** A record in JSON: 64-bit and larger numbers are decimal strings. */
export type TaskRecordJson = {
  readonly [Field in keyof TaskRecord]: TaskRecord[Field] extends bigint
    ? string
    : TaskRecord[Field] extends number
      ? number
      : string;
};

export function taskRecordToJson(record: TaskRecord): TaskRecordJson {
  return {
    sender: record.sender,
    nonce: record.nonce.toString(),
    kind: record.kind,
    secretContract: record.secretContract,
    codeHash: record.codeHash,
    inputHash: record.inputHash,
    touchesHash: record.touchesHash,
    gasLimit: record.gasLimit.toString(),
    gasPrice: record.gasPrice.toString(),
    callGasLimit: record.callGasLimit.toString(),
    blockNumber: record.blockNumber.toString(),
    timestamp: record.timestamp.toString(),
    parentHash: record.parentHash,
    epoch: record.epoch.toString(),
    rules: record.rules,
  };
}

/** @throws `invalid-params` naming the field */
export function taskRecordFromJson(json: unknown, path = ""): TaskRecord {
  const fields = json instanceof JsonFields ? json : new JsonFields(json, path);
  const record: TaskRecord = {
    sender: fields.address("sender"),
    nonce: fields.uint("nonce", 256),
    kind: fields.one(
      "kind",
      (kind) => (typeof kind === "number" && isTaskKind(kind) ? kind : undefined),
      "it is not 1 (deploy), 2 (call), 3 (posted) or 4 (ordered)",
    ),
    secretContract: fields.address("secretContract"),
    codeHash: fields.hash("codeHash"),
    inputHash: fields.hash("inputHash"),
    touchesHash: fields.hash("touchesHash"),
    gasLimit: fields.uint("gasLimit", 64),
    gasPrice: fields.uint("gasPrice", 128),
    callGasLimit: fields.uint("callGasLimit", 64),
    blockNumber: fields.uint("blockNumber", 64),
    timestamp: fields.uint("timestamp", 64),
    parentHash: fields.hash("parentHash"),
    epoch: fields.uint("epoch", 64),
    rules: fields.number("rules", 32),
  };
  fields.end();
  return record;
}

/** Says whether a number is a task kind. */
function isTaskKind(kind: number): kind is TaskKind {
  return Number.isInteger(kind) && kind >= TASK_KIND.deploy && kind <= TASK_KIND.ordered;
}

/** Says whether the input of such a task stands in the record's transaction, so that its worker cannot say it had none. */
export function isPosted({ kind }: Pick<TaskOrder, "kind">): boolean {
  return kind === TASK_KIND.posted || kind === TASK_KIND.ordered;
}

function kindOf(words: WordReader): TaskKind {
  const kind = words.number(8);
  if (!isTaskKind(kind)) throw words.malformed();
  return kind;
}
