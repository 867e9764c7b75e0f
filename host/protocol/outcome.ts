import { WordWriter } from "./abi-words.ts";
import { domainTag } from "./domain-tag.ts";
import type { Hash } from "./hex.ts";
import { keccak } from "./keccak.ts";

/** How a task ended on chain. */
export const OUTCOME = { committed: 1, failed: 2, "callback-failed": 3, refunded: 4 } as const;
export type OutcomeName = keyof typeof OUTCOME;
export type Outcome = (typeof OUTCOME)[OutcomeName];

const names = new Map<number, OutcomeName>(
  Object.entries(OUTCOME).map(([name, number]) => [number, name as OutcomeName]),
);

/** The name of an outcome, or undefined for a number that is none. */
export function outcomeName(outcome: number): OutcomeName | undefined {
  return names.get(outcome);
}

/**
 * What the slot of a settled task holds: keccak256(abi.encode(tag, outcome, receiptHash)).
 *
 * @param receiptHash 32 zero bytes for a refund
 */
export function outcomeSlot(outcome: Outcome, receiptHash: Hash): Hash {
  return keccak(new WordWriter(3).word(domainTag("outcome")).number(outcome, 8).hash(receiptHash).bytes);
}
