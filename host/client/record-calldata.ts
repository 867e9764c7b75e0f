/**
 * The calldata of `createRecord` and `createRecords`. An order is ten static words, so it is put together directly:
 * a general ABI coder takes longer for it than the encryption of the input.
 */
import { WordWriter } from "../protocol/abi-words.ts";
import { concatBytes } from "../protocol/bytes.ts";
import { fromHex, type Hex, toHex } from "../protocol/hex.ts";
import { encodeTaskOrder, type TaskOrder } from "../protocol/task-record.ts";
import { enigmaInterface } from "./enigma-interface.ts";

const ONE = selectorOf("createRecord");
const SEVERAL = selectorOf("createRecords");

/** Calldata that records one order. */
export function createRecordCalldata(order: TaskOrder): Hex {
  return toHex(concatBytes(ONE, encodeTaskOrder(order)));
}

/** Calldata that records several orders, all or none. */
export function createRecordsCalldata(orders: readonly TaskOrder[]): Hex {
  const head = new WordWriter(2).number(32, 32).number(orders.length, 32).bytes;
  return toHex(concatBytes(SEVERAL, head, ...orders.map(encodeTaskOrder)));
}

function selectorOf(name: string): Uint8Array {
  return fromHex(enigmaInterface.getFunction(name)?.selector ?? "", 4);
}
