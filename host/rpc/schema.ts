/** JSON Schemas (draft 7) of the values that our JSON-RPC interfaces carry (ARCHITECTURE 2 and 5). */

import { TASK_STATUSES } from "../protocol/task-status.ts";

/** A JSON Schema. */
export type Schema = Readonly<Record<string, unknown>>;

/** `0x` and whole bytes in hex: exactly `length` bytes, or any number of them. */
export function hexSchema(title: string, length?: number): Schema {
  const digits = length === undefined ? "([0-9a-fA-F]{2})*" : `[0-9a-fA-F]{${2 * length}}`;
  return { title, type: "string", pattern: `^0x${digits}$` };
}

/** An unsigned integer as a decimal string. */
export function decimalSchema(title: string): Schema {
  return { title, type: "string", pattern: "^(0|[1-9][0-9]*)$" };
}

/** An object of exactly these fields, all of them required. */
export function objectSchema(title: string, properties: Readonly<Record<string, Schema>>): Schema {
  return { title, type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

/** A number in a set. */
export function oneOfNumbers(title: string, numbers: readonly number[]): Schema {
  return { title, type: "integer", enum: numbers };
}

/** What `schema` allows, or null. */
export function nullableSchema(schema: Schema): Schema {
  return { oneOf: [schema, { type: "null" }] };
}

export const ADDRESS = hexSchema("address", 20);
export const HASH = hexSchema("hash", 32);
export const BYTES = hexSchema("bytes");
export const SIGNATURE = hexSchema("signature", 65);
export const UINT64 = decimalSchema("uint64");

export const TASK_RECORD = objectSchema("TaskRecord", {
  sender: ADDRESS,
  nonce: decimalSchema("uint256"),
  kind: oneOfNumbers("kind", [1, 2, 3, 4]),
  secretContract: ADDRESS,
  codeHash: HASH,
  inputHash: HASH,
  touchesHash: HASH,
  gasLimit: UINT64,
  gasPrice: decimalSchema("uint128"),
  callGasLimit: UINT64,
  blockNumber: UINT64,
  timestamp: UINT64,
  parentHash: HASH,
  epoch: UINT64,
  rules: { title: "rules", type: "integer", minimum: 0 },
});

export const RECEIPT = objectSchema("Receipt", {
  taskId: HASH,
  recordHash: HASH,
  epoch: UINT64,
  moves: {
    title: "moves",
    type: "array",
    items: objectSchema("Move", { secretContract: ADDRESS, stateBefore: HASH, stateAfter: HASH }),
  },
  outputHash: HASH,
  gasUsed: UINT64,
  effectsHash: HASH,
  status: oneOfNumbers("receiptStatus", [1, 2]),
});

const STATUS: Schema = { title: "TaskStatus", type: "string", enum: TASK_STATUSES };

export const TASK_UPDATE = objectSchema("TaskUpdate", {
  taskId: HASH,
  status: STATUS,
  worker: ADDRESS,
  transactionHash: nullableSchema(HASH),
});

export const TASK_RESULT = objectSchema("TaskResult", {
  taskId: HASH,
  status: STATUS,
  receipt: nullableSchema(RECEIPT),
  signature: nullableSchema(SIGNATURE),
  output: nullableSchema(BYTES),
  transactionHash: HASH,
  blockNumber: UINT64,
});

export const CONTRACT_KEY = objectSchema("ContractKey", {
  secretContract: ADDRESS,
  codeHash: HASH,
  group: ADDRESS,
  epoch: UINT64,
  publicKey: hexSchema("publicKey", 32),
  signature: SIGNATURE,
});

export const VIEW_ANSWER = objectSchema("ViewAnswer", {
  requestId: HASH,
  output: BYTES,
  tip: HASH,
  blockNumber: UINT64,
  worker: ADDRESS,
  signature: SIGNATURE,
});

export const WORKER_INFO = objectSchema("WorkerInfo", {
  version: { type: "string" },
  chainId: decimalSchema("chainId"),
  enigma: ADDRESS,
  worker: ADDRESS,
  signer: ADDRESS,
  mrEnclave: HASH,
  debug: { type: "boolean" },
  epoch: UINT64,
  principalSigner: ADDRESS,
  peers: { type: "integer", minimum: 0 },
  simulated: { type: "boolean" },
});

export const PRINCIPAL_INFO = objectSchema("PrincipalInfo", { signer: ADDRESS, mrEnclave: HASH, epoch: UINT64 });

export const TASK_INPUT = objectSchema("TaskInput", {
  record: TASK_RECORD,
  input: BYTES,
  userKey: hexSchema("userKey", 32),
  touches: {
    title: "touches",
    type: "array",
    items: objectSchema("TouchedContract", { secretContract: ADDRESS, codeHash: HASH, group: ADDRESS }),
  },
});

export const LOG_PAGE = objectSchema("LogPage", {
  stateBefore: HASH,
  entries: {
    title: "entries",
    type: "array",
    items: objectSchema("LogEntry", {
      index: UINT64,
      kind: oneOfNumbers("entryKind", [1, 2]),
      taskId: HASH,
      epoch: UINT64,
      ciphertext: BYTES,
    }),
  },
  next: nullableSchema(UINT64),
});

export const TASK_LIST = objectSchema("TaskList", {
  tasks: {
    title: "tasks",
    type: "array",
    items: objectSchema("ListedTask", {
      taskId: HASH,
      status: STATUS,
      secretContract: ADDRESS,
      sender: ADDRESS,
      kind: oneOfNumbers("kind", [1, 2, 3, 4]),
      blockNumber: UINT64,
      gasUsed: nullableSchema(UINT64),
    }),
  },
  next: nullableSchema(hexSchema("next", 40)),
});
