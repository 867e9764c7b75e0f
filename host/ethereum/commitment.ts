import { Interface } from "ethers";
import { WordWriter } from "../protocol/abi-words.ts";
import { concatBytes } from "../protocol/bytes.ts";
import { EFFECT_KIND, type Effect } from "../protocol/effect.ts";
import { fromHex, type Hex, toHex } from "../protocol/hex.ts";
import { encodeReceipt, type Receipt } from "../protocol/receipt.ts";
import { encodeTaskRecord, TASK_KIND, TASK_RECORD_BYTES, type TaskRecord } from "../protocol/task-record.ts";
import { enigmaAbi } from "./generated/enigma-abi.ts";

/** One element of a batch of receipts. */
export interface Commitment {
  readonly record: TaskRecord;
  readonly receipt: Receipt;
  /** What the receipt's `effectsHash` stands for, in order. */
  readonly effects: readonly Effect[];
  /** r ‖ s ‖ v by the worker's enclave, 65 bytes. */
  readonly signature: Uint8Array;
}

const WORD = 32;

const GAS = {
  /** The first receipt of a contract or user writes slots that were empty. */
  receipt: 90_000n,
  /** A receipt of a deployment creates an account and stores its facts. */
  deployReceipt: 190_000n,
  /** Another contract's tip, its log and its hash. */
  move: 40_000n,
  effects: 30_000n,
  /** Calldata, its copies and hashes, and eight for a log. */
  effectByte: 70n,
  event: 12_000n,
  call: 20_000n,
  value: 45_000n,
} as const;

const SELECTOR = fromHex(new Interface(enigmaAbi).getFunction("commitReceipts")?.selector ?? "");

/**
 * Calldata of `commitReceipts`, as the ABI says, put together from the encodings that records and receipts have
 * anyway: a general coder takes many times as long, for every receipt of every batch.
 */
export function encodeCommitReceipts(commitments: readonly Commitment[]): Hex {
  return toHex(concatBytes(SELECTOR, word(WORD), encodeList(commitments.map(encodeCommitment))));
}

/**
 * Ethereum gas that one commitment may need, on top of what the transaction needs anyway. Every level of calls keeps
 * back a 64th, there are four, and what a task's calls do not use is not paid, so the limit is generous.
 */
export function commitmentGas({ record, receipt, effects }: Commitment): bigint {
  let gas: bigint = record.kind === TASK_KIND.deploy ? GAS.deployReceipt : GAS.receipt;
  gas += GAS.move * BigInt(Math.max(receipt.moves.length - 1, 0));
  if (effects.length === 0) return gas;
  gas += GAS.effects + (record.callGasLimit * 12n) / 11n;
  for (const { kind, value, data } of effects) {
    gas += GAS.effectByte * BigInt(data.length);
    gas += kind === EFFECT_KIND.event ? GAS.event : GAS.call + (value === 0n ? 0n : GAS.value);
  }
  return gas;
}

/** A tuple of one static member and three dynamic ones: their offsets, then their contents. */
function encodeCommitment({ record, receipt, effects, signature }: Commitment): Uint8Array {
  // An encoded receipt starts with the offset that it has as the only value of a call; here it stands elsewhere.
  const receiptTuple = encodeReceipt(receipt).subarray(WORD);
  const effectList = encodeList(effects.map(encodeEffect));
  const head = TASK_RECORD_BYTES + 3 * WORD;
  return concatBytes(
    encodeTaskRecord(record),
    word(head),
    word(head + receiptTuple.length),
    word(head + receiptTuple.length + effectList.length),
    receiptTuple,
    effectList,
    encodeBytes(signature),
  );
}

function encodeEffect({ kind, source, target, value, data }: Effect): Uint8Array {
  const head = new WordWriter(5)
    .number(kind, 8)
    .address(source)
    .address(target)
    .uint(value, 256)
    .number(5 * WORD, 32);
  return concatBytes(head.bytes, encodeBytes(data));
}

/** The length of a list of dynamic values, their offsets, and the values. */
function encodeList(elements: readonly Uint8Array[]): Uint8Array {
  const offsets: Uint8Array[] = [];
  let offset = elements.length * WORD;
  for (const element of elements) {
    offsets.push(word(offset));
    offset += element.length;
  }
  return concatBytes(word(elements.length), ...offsets, ...elements);
}

function encodeBytes(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil(bytes.length / WORD) * WORD);
  padded.set(bytes);
  return concatBytes(word(bytes.length), padded);
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(WORD);
  new DataView(bytes.buffer).setUint32(WORD - 4, value);
  return bytes;
}
