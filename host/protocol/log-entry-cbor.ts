/** A log entry as it stands inside CBOR: in ecalls, p2p messages and stored values. */

import { EnigmaError } from "./errors/enigma-error.ts";
import { fromHex, hashFromBytes } from "./hex.ts";
import { LOG_ENTRY_KIND, type LogEntry, type LogEntryKind } from "./log-entry.ts";

export interface LogEntryCbor {
  readonly index: number | bigint;
  readonly kind: number;
  /** 32 bytes. */
  readonly taskId: Uint8Array;
  readonly epoch: number | bigint;
  readonly ciphertext: Uint8Array;
}

export function logEntryToCbor(entry: LogEntry): LogEntryCbor {
  return { ...entry, taskId: fromHex(entry.taskId, 32) };
}

/** @throws `encoding-malformed` for an unknown kind or a task id that has not 32 bytes */
export function logEntryFromCbor(cbor: LogEntryCbor): LogEntry {
  if (!isLogEntryKind(cbor.kind) || cbor.taskId.length !== 32) {
    throw new EnigmaError("encoding-malformed", { data: { what: "log entry" } });
  }
  return {
    index: BigInt(cbor.index),
    kind: cbor.kind,
    taskId: hashFromBytes(cbor.taskId),
    epoch: BigInt(cbor.epoch),
    ciphertext: cbor.ciphertext,
  };
}

function isLogEntryKind(kind: number): kind is LogEntryKind {
  return kind === LOG_ENTRY_KIND.delta || kind === LOG_ENTRY_KIND.checkpoint;
}
