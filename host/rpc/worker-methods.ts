/** The JSON-RPC methods of a worker (ARCHITECTURE 5). */

import { type Hash, toHex } from "../protocol/hex.ts";
import {
  type ContractKeyParams,
  type ContractKeyResult,
  contractKeyToJson,
  type InfoResult,
  infoToJson,
  parseCodeParams,
  parseContractKeyParams,
  parseNoParams,
  parseSendTaskParams,
  parseTaskParams,
  type SendTaskParams,
  type SendTaskResult,
  type TaskResult,
  taskResultToJson,
} from "../protocol/rpc-types.ts";
import type { TaskUpdate } from "../protocol/task-status.ts";
import { type AttestationApi, attestationMethod } from "./attestation-method.ts";
import { CONTRACT_KEY_PARAMETERS } from "./contract-key-parameters.ts";
import type { RpcMethod } from "./rpc-method.ts";
import {
  ADDRESS,
  BYTES,
  CONTRACT_KEY,
  HASH,
  hexSchema,
  nullableSchema,
  objectSchema,
  TASK_RECORD,
  TASK_RESULT,
  TASK_UPDATE,
  WORKER_INFO,
} from "./schema.ts";
import { type ViewApi, viewMethod } from "./view-method.ts";

/** What a worker offers its clients. */
export interface WorkerApi extends ViewApi, AttestationApi {
  info(): InfoResult;
  contractKey(params: ContractKeyParams): Promise<ContractKeyResult>;
  sendTask(params: SendTaskParams): Promise<SendTaskResult>;
  taskStatus(taskId: Hash): Promise<TaskUpdate>;
  taskResult(taskId: Hash): Promise<TaskResult>;
  code(codeHash: Hash): Promise<Uint8Array>;
}

const taskIdParameter = { name: "taskId", description: "The task's id.", schema: HASH, required: true };

/** The method table of a worker. */
export function workerMethods(api: WorkerApi): RpcMethod[] {
  return [
    {
      name: "enigma_getInfo",
      summary: "Says which network this worker serves and which enclave it runs.",
      params: [],
      result: { name: "info", schema: WORKER_INFO },
      errors: [],
      call: (params) => {
        parseNoParams(params);
        return infoToJson(api.info());
      },
    },
    {
      name: "enigma_getContractKey",
      summary:
        "The key that inputs for a secret contract are encrypted to in an epoch, certified by the principal enclave.",
      params: CONTRACT_KEY_PARAMETERS,
      result: { name: "contractKey", schema: CONTRACT_KEY },
      errors: ["contract-not-deployed", "epoch-not-current", "no-epoch", "principal-unreachable"],
      call: async (params) => contractKeyToJson(await api.contractKey(parseContractKeyParams(params))),
    },
    {
      name: "enigma_sendTask",
      summary: "Takes a task whose record stands on Ethereum and passes it to the selected worker.",
      params: [
        {
          name: "record",
          description: "The record as the Enigma contract stored it.",
          schema: TASK_RECORD,
          required: true,
        },
        { name: "input", description: "The encrypted input.", schema: BYTES, required: true },
        {
          name: "userKey",
          description: "The user's X25519 key for this task.",
          schema: hexSchema("userKey", 32),
          required: true,
        },
        {
          name: "module",
          description: "The module, in a deployment only.",
          schema: nullableSchema(BYTES),
          required: false,
        },
      ],
      result: { name: "sent", schema: objectSchema("SentTask", { taskId: HASH, worker: ADDRESS }) },
      errors: [
        "record-not-found",
        "record-mismatch",
        "task-already-settled",
        "input-hash-mismatch",
        "input-too-large",
        "contract-not-deployed",
        "module-missing",
        "module-unexpected",
        "code-hash-mismatch",
        "module-too-large",
        "module-refused",
        "no-epoch",
      ],
      call: async (params) => ({ ...(await api.sendTask(parseSendTaskParams(params))) }),
    },
    {
      name: "enigma_getTaskStatus",
      summary: "How far a task is.",
      params: [taskIdParameter],
      result: { name: "update", schema: TASK_UPDATE },
      errors: ["task-unknown"],
      call: async (params) => api.taskStatus(parseTaskParams(params).taskId),
    },
    {
      name: "enigma_getTaskResult",
      summary: "The receipt and the encrypted output of a settled task.",
      params: [taskIdParameter],
      result: { name: "result", schema: TASK_RESULT },
      errors: ["task-unknown", "task-not-settled", "result-unavailable"],
      call: async (params) => taskResultToJson(await api.taskResult(parseTaskParams(params).taskId)),
    },
    {
      name: "enigma_getCode",
      summary: "The module of a secret contract.",
      params: [{ name: "codeHash", description: "keccak256 of the module.", schema: HASH, required: true }],
      result: { name: "code", schema: objectSchema("Code", { module: BYTES }) },
      errors: ["module-unknown"],
      call: async (params) => ({ module: toHex(await api.code(parseCodeParams(params).codeHash)) }),
    },
    viewMethod(api),
    attestationMethod("enigma", api),
  ];
}
