/** What an observer sees of an execution, as named numbers and texts that can be compared. */
import { EFFECT_KIND, type Effect } from "../../protocol/effect.ts";
import { toHex } from "../../protocol/hex.ts";
import { paddedLength } from "../../protocol/padding.ts";
import { PRIVATE_EVENT_TOPIC } from "../../protocol/private-event.ts";
import type { ExecutionOrder, Observed } from "../contract/executor.ts";

/** Nonce and tag of a ciphertext. */
const SEAL_BYTES = 40;

export interface Observable {
  /** Such as `gas` or `length of the output`. */
  readonly name: string;
  readonly value: bigint | number | string | boolean;
}

/** Everything that somebody without any key learns of a call, in the order in which it is told. */
export function observables({ calldata }: Pick<ExecutionOrder, "calldata">, observed: Observed): Observable[] {
  const { status, gasUsed, outputBytes, deltaBytes, checkpointBytes, stateChanged, effects } = observed;
  return [
    { name: "length of the input", value: paddedLength(calldata.length) + SEAL_BYTES },
    { name: "status", value: status },
    { name: "whether the state moved", value: stateChanged },
    { name: "gas", value: gasUsed },
    { name: "length of the output", value: outputBytes },
    ...deltaBytes.map((value, index) => ({ name: `length of the delta of contract ${index + 1}`, value })),
    ...checkpointBytes.map((value, index) => ({ name: `length of the checkpoint of contract ${index + 1}`, value })),
    { name: "number of effects", value: effects.length },
    ...effects.flatMap(effectObservables),
  ];
}

function effectObservables({ kind, source, target, value, data }: Effect, index: number): Observable[] {
  const what = `effect ${index + 1}`;
  const place = [
    { name: `kind of ${what}`, value: KINDS[kind] },
    { name: `source of ${what}`, value: source },
    { name: `target of ${what}`, value: target },
    { name: `${kind === EFFECT_KIND.event ? "number of topics" : "value"} of ${what}`, value },
    { name: `length of the data of ${what}`, value: data.length },
  ];
  // What a private event says is encrypted; all else is there to be read.
  const open = isPrivateEvent(kind, data) ? data.subarray(0, PRIVATE_HEAD) : data;
  return [...place, { name: `data of ${what}`, value: toHex(open) }];
}

/** Topics of a private event: the event's, the task's id, the recipient. */
const PRIVATE_HEAD = 96;
const KINDS = { 1: "required call", 2: "best-effort call", 3: "event" } as const;

function isPrivateEvent(kind: Effect["kind"], data: Uint8Array): boolean {
  return kind === EFFECT_KIND.event && toHex(data.subarray(0, 32)) === PRIVATE_EVENT_TOPIC;
}

/** The first observable in which two executions differ, and by how much; undefined where an observer cannot tell them apart. */
export function firstDifference(one: readonly Observable[], other: readonly Observable[]): Difference | undefined {
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const [left, right] = [one[index], other[index]];
    if (left?.name === right?.name && left?.value === right?.value) continue;
    const name = left?.name ?? right?.name ?? "";
    return { name, left: left?.value, right: left?.name === right?.name ? right?.value : undefined };
  }
  return undefined;
}

export interface Difference {
  readonly name: string;
  readonly left: Observable["value"] | undefined;
  readonly right: Observable["value"] | undefined;
}

/** Such as `24,312 and 24,400: 88 apart`. */
export function differenceInWords({ left, right }: Difference): string {
  const both = `${inWords(left)} and ${inWords(right)}`;
  if (!isNumber(left) || !isNumber(right)) return both;
  const apart = BigInt(left) - BigInt(right);
  return `${both}: ${inWords(apart < 0n ? -apart : apart)} apart`;
}

function isNumber(value: unknown): value is bigint | number {
  return typeof value === "bigint" || typeof value === "number";
}

function inWords(value: Observable["value"] | undefined): string {
  if (value === undefined) return "nothing";
  return isNumber(value) ? value.toLocaleString("en-US") : String(value);
}
