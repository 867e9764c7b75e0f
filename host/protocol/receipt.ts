/**
 * The receipt of a task: what an enclave claims about one execution, as EIP-712 typed data under the Enigma contract's
 * domain. Executing a task again, anywhere, gives the same receipt byte for byte.
 */
import { WordReader, WordWriter } from "./abi-words.ts";
import { type EnigmaDomain, typedDataDigest, typeHash } from "./eip712-domain.ts";
import type { Address, Hash } from "./hex.ts";
import { JsonFields } from "./json-fields.ts";
import { keccak, keccakBytes } from "./keccak.ts";
import { recoverSigner } from "./recover-signer.ts";

/** How an execution ended, as the enclave signs it. */
export const RECEIPT_STATUS = { committed: 1, failed: 2 } as const;
export type ReceiptStatus = (typeof RECEIPT_STATUS)[keyof typeof RECEIPT_STATUS];

/** The step of one contract's state. A failed task moves nothing: both hashes are equal. */
export interface Move {
  readonly secretContract: Address;
  readonly stateBefore: Hash;
  readonly stateAfter: Hash;
}

export interface Receipt {
  readonly taskId: Hash;
  readonly recordHash: Hash;
  /** The epoch in which the task was executed; not always that of its record. */
  readonly epoch: bigint;
  /** One for each contract that the task may touch: the called one first, then the others in ascending order. */
  readonly moves: readonly Move[];
  /** keccak256 of the output's ciphertext. */
  readonly outputHash: Hash;
  readonly gasUsed: bigint;
  /** Of `effect.ts`; zero for none. */
  readonly effectsHash: Hash;
  readonly status: ReceiptStatus;
}

const MOVE_TYPE = "Move(address secretContract,bytes32 stateBefore,bytes32 stateAfter)";
const RECEIPT_TYPE = `Receipt(bytes32 taskId,bytes32 recordHash,uint64 epoch,Move[] moves,bytes32 outputHash,uint64 gasUsed,bytes32 effectsHash,uint8 status)${MOVE_TYPE}`;
const MOVE_TYPE_HASH = typeHash(MOVE_TYPE);
const RECEIPT_TYPE_HASH = typeHash(RECEIPT_TYPE);

const HEAD_WORDS = 8;
const MOVE_WORDS = 3;
const MAX_MOVES = 256;

/** `abi.encode(receipt)`: one dynamic value, so it starts with the offset 0x20. @throws `number-out-of-range` */
export function encodeReceipt(receipt: Receipt): Uint8Array {
  const words = new WordWriter(1 + HEAD_WORDS + 1 + MOVE_WORDS * receipt.moves.length)
    .number(32, 32)
    .hash(receipt.taskId)
    .hash(receipt.recordHash)
    .uint(receipt.epoch, 64)
    .number(HEAD_WORDS * 32, 32)
    .hash(receipt.outputHash)
    .uint(receipt.gasUsed, 64)
    .hash(receipt.effectsHash)
    .number(receipt.status, 8)
    .number(receipt.moves.length, 32);
  for (const move of receipt.moves) words.address(move.secretContract).hash(move.stateBefore).hash(move.stateAfter);
  return words.bytes;
}

/** Reads what `encodeReceipt` writes. @throws `encoding-malformed` for anything else. */
export function decodeReceipt(bytes: Uint8Array): Receipt {
  const words = new WordReader(bytes, "receipt");
  expect(words, 32);
  const taskId = words.hash();
  const recordHash = words.hash();
  const epoch = words.uint(64);
  expect(words, HEAD_WORDS * 32);
  const outputHash = words.hash();
  const gasUsed = words.uint(64);
  const effectsHash = words.hash();
  const status = words.number(8);
  if (!isReceiptStatus(status)) throw words.malformed();
  const moves = decodeMoves(words);
  return { taskId, recordHash, epoch, moves, outputHash, gasUsed, effectsHash, status };
}

/** EIP-712 `hashStruct` of the receipt: what the outcome on chain names. */
export function receiptHash(receipt: Receipt): Hash {
  const moves = new WordWriter(receipt.moves.length);
  for (const move of receipt.moves) moves.word(moveHash(move));
  return keccak(
    new WordWriter(9)
      .word(RECEIPT_TYPE_HASH)
      .hash(receipt.taskId)
      .hash(receipt.recordHash)
      .uint(receipt.epoch, 64)
      .word(keccakBytes(moves.bytes))
      .hash(receipt.outputHash)
      .uint(receipt.gasUsed, 64)
      .hash(receipt.effectsHash)
      .number(receipt.status, 8).bytes,
  );
}

/** The digest that the enclave signs. */
export function receiptDigest(domain: EnigmaDomain, receipt: Receipt): Hash {
  return typedDataDigest(domain, receiptHash(receipt));
}

/** The address whose key signed the receipt. @throws `signature-malformed` also for the high-s form. */
export function recoverReceiptSigner(domain: EnigmaDomain, receipt: Receipt, signature: Uint8Array): Address {
  return recoverSigner(receiptDigest(domain, receipt), signature);
}

/** A receipt in JSON: 64-bit numbers are decimal strings. */
export interface ReceiptJson {
  readonly taskId: string;
  readonly recordHash: string;
  readonly epoch: string;
  readonly moves: readonly {
    readonly secretContract: string;
    readonly stateBefore: string;
    readonly stateAfter: string;
  }[];
  readonly outputHash: string;
  readonly gasUsed: string;
  readonly effectsHash: string;
  readonly status: number;
}

export function receiptToJson(receipt: Receipt): ReceiptJson {
  return { ...receipt, epoch: receipt.epoch.toString(), gasUsed: receipt.gasUsed.toString() };
}

/** @throws `invalid-params` naming the field */
export function receiptFromJson(json: unknown, path = ""): Receipt {
  const fields = json instanceof JsonFields ? json : new JsonFields(json, path);
  const receipt: Receipt = {
    taskId: fields.hash("taskId"),
    recordHash: fields.hash("recordHash"),
    epoch: fields.uint("epoch", 64),
    moves: fields.list("moves", moveFromJson),
    outputHash: fields.hash("outputHash"),
    gasUsed: fields.uint("gasUsed", 64),
    effectsHash: fields.hash("effectsHash"),
    status: fields.one(
      "status",
      (status) => (typeof status === "number" && isReceiptStatus(status) ? status : undefined),
      "it is not 1 (committed) or 2 (failed)",
    ),
  };
  fields.end();
  return receipt;
}

/** Says whether a number is a receipt's status. */
function isReceiptStatus(status: number): status is ReceiptStatus {
  return status === RECEIPT_STATUS.committed || status === RECEIPT_STATUS.failed;
}

function moveHash(move: Move): Uint8Array {
  const words = new WordWriter(4)
    .word(MOVE_TYPE_HASH)
    .address(move.secretContract)
    .hash(move.stateBefore)
    .hash(move.stateAfter);
  return keccakBytes(words.bytes);
}

function decodeMoves(words: WordReader): Move[] {
  const count = words.number(32);
  if (count > MAX_MOVES) throw words.malformed();
  const moves = Array.from({ length: count }, () => ({
    secretContract: words.address(),
    stateBefore: words.hash(),
    stateAfter: words.hash(),
  }));
  words.end();
  return moves;
}

function moveFromJson(fields: JsonFields): Move {
  const move = {
    secretContract: fields.address("secretContract"),
    stateBefore: fields.hash("stateBefore"),
    stateAfter: fields.hash("stateAfter"),
  };
  fields.end();
  return move;
}

function expect(words: WordReader, value: number): void {
  if (words.number(32) !== value) throw words.malformed();
}
