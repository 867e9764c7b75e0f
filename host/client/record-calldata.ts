/**
 * The calldata that puts orders on record. An order is ten static words, so the common ways are put together directly:
 * a general ABI coder takes longer for them than the encryption of the input.
 */
import { WordWriter } from "../protocol/abi-words.ts";
import { concatBytes } from "../protocol/bytes.ts";
import { type Address, fromHex, type Hex, toHex } from "../protocol/hex.ts";
import { encodeTaskOrder, type TaskOrder } from "../protocol/task-record.ts";
import { enigmaInterface } from "./enigma-interface.ts";

const ONE = selectorOf("createRecord");
const SEVERAL = selectorOf("createRecords");

/** An order and what goes on record with it. */
export interface RecordRequest {
  readonly order: TaskOrder;
  /** The contracts that the task may touch beside the called one, in ascending order. */
  readonly touches: readonly Address[];
  /** The input of a posted call. */
  readonly posted: PostedInput | null;
}

export interface PostedInput {
  readonly input: Uint8Array;
  readonly userKey: Uint8Array;
}

/** Whether the order can share a transaction with others. */
export function isPlain({ touches, posted }: RecordRequest): boolean {
  return touches.length === 0 && posted === null;
}

/** Calldata that records one order by the function that fits it. */
export function recordCalldata({ order, touches, posted }: RecordRequest): Hex {
  if (posted !== null) return encode("postRecord", [order, posted.input, posted.userKey, touches]);
  return touches.length === 0 ? createRecordCalldata(order) : encode("createRecordTouching", [order, touches]);
}

/** Calldata that records one order without further contracts. */
export function createRecordCalldata(order: TaskOrder): Hex {
  return toHex(concatBytes(ONE, encodeTaskOrder(order)));
}

/** Calldata that records several orders, all or none. */
export function createRecordsCalldata(orders: readonly TaskOrder[]): Hex {
  const head = new WordWriter(2).number(32, 32).number(orders.length, 32).bytes;
  return toHex(concatBytes(SEVERAL, head, ...orders.map(encodeTaskOrder)));
}

function encode(name: string, args: readonly unknown[]): Hex {
  return enigmaInterface.encodeFunctionData(name, args) as Hex;
}

function selectorOf(name: string): Uint8Array {
  return fromHex(enigmaInterface.getFunction(name)?.selector ?? "", 4);
}
