/** The encrypted log of a contract's state and the chain of hashes over it, whose tip stands on Ethereum. */
import { WordWriter } from "./abi-words.ts";
import { concatBytes } from "./bytes.ts";
import { fromHex, type Hash, ZERO_HASH } from "./hex.ts";
import { keccak } from "./keccak.ts";

/** A delta is what one task changed; a checkpoint is the whole state, in one part or several. */
export const LOG_ENTRY_KIND = { delta: 1, checkpoint: 2 } as const;
export type LogEntryKind = (typeof LOG_ENTRY_KIND)[keyof typeof LOG_ENTRY_KIND];

export interface LogEntry {
  /** 0 for the first. */
  readonly index: bigint;
  readonly kind: LogEntryKind;
  readonly taskId: Hash;
  /** The epoch whose state key encrypts it. */
  readonly epoch: bigint;
  readonly ciphertext: Uint8Array;
}

/**
 * Says whether `entry` is the first part of a checkpoint: from there a log can be read without what stands before it. The
 * parts of one checkpoint follow one another and belong to one task.
 *
 * @param before the entry before it, if there is one
 */
export function startsCheckpoint(entry: LogEntry, before: LogEntry | undefined): boolean {
  if (entry.kind !== LOG_ENTRY_KIND.checkpoint) return false;
  return before?.kind !== LOG_ENTRY_KIND.checkpoint || before.taskId !== entry.taskId;
}

/** The state hash of an empty log. */
export const EMPTY_STATE_HASH = ZERO_HASH;

/** keccak256(abi.encode(index, kind, taskId, epoch, keccak256(ciphertext))). */
export function entryHash(entry: LogEntry): Hash {
  const words = new WordWriter(5).uint(entry.index, 64).number(entry.kind, 8).hash(entry.taskId).uint(entry.epoch, 64);
  return keccak(words.hash(keccak(entry.ciphertext)).bytes);
}

/** The state hash after `entry`: keccak256(before ‖ entryHash). */
export function nextStateHash(before: Hash, entry: LogEntry): Hash {
  return keccak(concatBytes(fromHex(before, 32), fromHex(entryHash(entry), 32)));
}
