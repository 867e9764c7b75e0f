/** The call that brings the result of an ordered task to the Ethereum contract that ordered it: the task's last effect. */
import { AbiCoder, keccak256, toUtf8Bytes } from "ethers";
import { concatBytes } from "./bytes.ts";
import { EFFECT_KIND, type Effect } from "./effect.ts";
import { fromHex, type Hash } from "./hex.ts";
import { RECEIPT_STATUS } from "./receipt.ts";
import type { TaskRecord } from "./task-record.ts";

const SELECTOR = fromHex(keccak256(toUtf8Bytes("onEnigmaResult(bytes32,uint8,bytes)"))).subarray(0, 4);

/** Calldata of `onEnigmaResult(bytes32 taskId, uint8 ending, bytes payload)`. */
export function resultCallbackCalldata(taskId: Hash, ending: number, payload: Uint8Array): Uint8Array {
  const args = AbiCoder.defaultAbiCoder().encode(["bytes32", "uint8", "bytes"], [taskId, ending, payload]);
  return concatBytes(SELECTOR, fromHex(args));
}

/** Says whether an effect is the callback of the task that `record` ordered, and of a receipt with this status. */
export function isResultCallback(
  effect: Effect,
  record: Pick<TaskRecord, "sender" | "secretContract">,
  status: number,
): boolean {
  const kind = status === RECEIPT_STATUS.committed ? EFFECT_KIND.required : EFFECT_KIND.bestEffort;
  return (
    effect.kind === kind &&
    effect.source === record.secretContract &&
    effect.target === record.sender &&
    effect.value === 0n &&
    SELECTOR.every((byte, at) => effect.data[at] === byte)
  );
}
