/**
 * The part of a worker's JSON-RPC that hands out what a replay needs, to anybody: records, inputs and log entries are ciphertext,
 * or stand on Ethereum.
 */
import { type Address, type Hash, type Hex, toHex } from "./hex.ts";
import { JsonFields } from "./json-fields.ts";
import { MAX_CIPHERTEXT_BYTES, MAX_LOG_ENTRY_BYTES, USER_KEY_BYTES } from "./limits.ts";
import { LOG_ENTRY_KIND, type LogEntry, type LogEntryKind } from "./log-entry.ts";
import { TASK_KIND, type TaskKind, type TaskRecord, taskRecordFromJson, taskRecordToJson } from "./task-record.ts";
import { isTaskStatus, type TaskStatus } from "./task-status.ts";

/** The most tasks of one answer, and how many there are where nobody says. */
export const MAX_LISTED_TASKS = 100;
export const LISTED_TASKS = 20;
/** The most entries of one page. */
export const MAX_PAGE_ENTRIES = 1_000;
/** Bytes of a place in the list of tasks: the block's number (8) and the task's id (32). */
export const LIST_PLACE_BYTES = 40;

/** A contract with what its keys depend on. */
export interface TouchedContract {
  readonly secretContract: Address;
  readonly codeHash: Hash;
  readonly group: Address;
}

export interface TaskInputResult {
  readonly record: TaskRecord;
  /** Encrypted, or plain calldata where it was posted so. */
  readonly input: Uint8Array;
  readonly userKey: Uint8Array;
  /** Those beside the called one, in the order of the record. */
  readonly touches: readonly TouchedContract[];
}

export interface LogParams {
  readonly secretContract: Address;
  /** Null: from where the state is rebuilt from, which is the last checkpoint. */
  readonly from: bigint | null;
}

export interface LogResult {
  /** The state hash before the first entry. */
  readonly stateBefore: Hash;
  /** None where the worker's log does not reach so far, or begins later. */
  readonly entries: readonly LogEntry[];
  /** The index that the next page begins with; null where the log ends here. */
  readonly next: bigint | null;
}

export interface ListParams {
  /** Of any contract if null. */
  readonly secretContract: Address | null;
  readonly limit: number;
  /** The `next` of the page before. */
  readonly before: Uint8Array | null;
}

export interface ListedTask {
  readonly taskId: Hash;
  readonly status: TaskStatus;
  readonly secretContract: Address;
  readonly sender: Address;
  readonly kind: TaskKind;
  /** Of the record. */
  readonly blockNumber: bigint;
  /** Null while it is open, and after a refund. */
  readonly gasUsed: bigint | null;
}

export interface ListResult {
  /** Newest first. */
  readonly tasks: readonly ListedTask[];
  readonly next: Uint8Array | null;
}

export function parseLogParams(params: unknown): LogParams {
  return readObject(params, (fields) => ({
    secretContract: fields.address("secretContract"),
    from: fields.nullable("from", (name) => fields.uint(name, 53)),
  }));
}

export function parseListParams(params: unknown): ListParams {
  return readObject(params, (fields) => ({
    secretContract: fields.nullable("secretContract", (name) => fields.address(name)),
    limit:
      fields.nullable("limit", (name) =>
        fields.one(name, limitOf, `it is not a number from 1 to ${MAX_LISTED_TASKS}`),
      ) ?? LISTED_TASKS,
    before: fields.nullable("before", (name) => fields.bytes(name, { length: LIST_PLACE_BYTES })),
  }));
}

function limitOf(value: unknown): number | undefined {
  const fits = typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MAX_LISTED_TASKS;
  return fits ? value : undefined;
}

export function parseTaskInputResult(result: unknown): TaskInputResult {
  return readObject(result, (fields) => ({
    record: taskRecordFromJson(fields.object("record")),
    input: fields.bytes("input", { most: MAX_CIPHERTEXT_BYTES }),
    userKey: fields.bytes("userKey", { length: USER_KEY_BYTES }),
    touches: fields.list("touches", (touched) => {
      const contract = {
        secretContract: touched.address("secretContract"),
        codeHash: touched.hash("codeHash"),
        group: touched.address("group"),
      };
      touched.end();
      return contract;
    }),
  }));
}

export function taskInputToJson({ record, input, userKey, touches }: TaskInputResult) {
  return { record: taskRecordToJson(record), input: toHex(input), userKey: toHex(userKey), touches };
}

export function parseLogResult(result: unknown): LogResult {
  return readObject(result, (fields) => ({
    stateBefore: fields.hash("stateBefore"),
    entries: fields.list("entries", (entry) => {
      const read: LogEntry = {
        index: entry.uint("index", 53),
        kind: entry.one("kind", entryKind, "it is not a kind of log entry"),
        taskId: entry.hash("taskId"),
        epoch: entry.uint("epoch", 64),
        ciphertext: entry.bytes("ciphertext", { most: MAX_LOG_ENTRY_BYTES }),
      };
      entry.end();
      return read;
    }),
    next: fields.nullable("next", (name) => fields.uint(name, 53)),
  }));
}

function entryKind(value: unknown): LogEntryKind | undefined {
  return Object.values(LOG_ENTRY_KIND).find((kind) => kind === value);
}

export function logResultToJson({ stateBefore, entries, next }: LogResult) {
  const json = entries.map(({ index, kind, taskId, epoch, ciphertext }) => ({
    ...{ index: index.toString(), kind, taskId, epoch: epoch.toString(), ciphertext: toHex(ciphertext) },
  }));
  return { stateBefore, entries: json, next: next?.toString() ?? null };
}

export function parseListResult(result: unknown): ListResult {
  return readObject(result, (fields) => ({
    tasks: fields.list("tasks", (task) => {
      const listed: ListedTask = {
        taskId: task.hash("taskId"),
        status: task.one("status", (value) => (isTaskStatus(value) ? value : undefined), "it is not a task's status"),
        secretContract: task.address("secretContract"),
        sender: task.address("sender"),
        kind: task.one("kind", taskKind, "it is not a kind of task"),
        blockNumber: task.uint("blockNumber", 64),
        gasUsed: task.nullable("gasUsed", (name) => task.uint(name, 64)),
      };
      task.end();
      return listed;
    }),
    next: fields.nullable("next", (name) => fields.bytes(name, { length: LIST_PLACE_BYTES })),
  }));
}

function taskKind(value: unknown): TaskKind | undefined {
  return Object.values(TASK_KIND).find((kind) => kind === value);
}

export function listResultToJson({ tasks, next }: ListResult) {
  const json = tasks.map((task) => ({
    ...task,
    blockNumber: task.blockNumber.toString(),
    gasUsed: task.gasUsed?.toString() ?? null,
  }));
  return { tasks: json, next: (next && toHex(next)) as Hex | null };
}

function readObject<T>(value: unknown, read: (fields: JsonFields) => T): T {
  const fields = new JsonFields(value);
  const result = read(fields);
  fields.end();
  return result;
}
