/** The JSON-RPC methods of a worker that a replay reads from (ARCHITECTURE 10.5). */
import type { Hash } from "../protocol/hex.ts";
import {
  LIST_PLACE_BYTES,
  type ListParams,
  type ListResult,
  type LogParams,
  type LogResult,
  listResultToJson,
  logResultToJson,
  MAX_LISTED_TASKS,
  parseListParams,
  parseLogParams,
  type TaskInputResult,
  taskInputToJson,
} from "../protocol/history-rpc-types.ts";
import { parseTaskParams } from "../protocol/rpc-types.ts";
import type { RpcMethod } from "./rpc-method.ts";
import { ADDRESS, HASH, hexSchema, LOG_PAGE, nullableSchema, TASK_INPUT, TASK_LIST, UINT64 } from "./schema.ts";

/** What a worker keeps of the past. */
export interface HistoryApi {
  taskInput(taskId: Hash): Promise<TaskInputResult>;
  log(params: LogParams): Promise<LogResult>;
  listTasks(params: ListParams): Promise<ListResult>;
}

/** The methods of a worker's history. */
export function historyMethods(api: HistoryApi): RpcMethod[] {
  return [
    {
      name: "enigma_getTaskInput",
      summary: "The record and the encrypted input of a task, and the contracts that it may touch.",
      params: [{ name: "taskId", description: "The task's id.", schema: HASH, required: true }],
      result: { name: "taskInput", schema: TASK_INPUT },
      errors: ["task-unknown", "task-input-unavailable"],
      call: async (params) => taskInputToJson(await api.taskInput(parseTaskParams(params).taskId)),
    },
    {
      name: "enigma_getLog",
      summary: "A page of a secret contract's encrypted log.",
      params: [
        { name: "secretContract", description: "The contract's address.", schema: ADDRESS, required: true },
        {
          name: "from",
          description: "The first entry's index; from where the state is rebuilt, its last checkpoint, by default.",
          schema: nullableSchema(UINT64),
          required: false,
        },
      ],
      result: { name: "page", schema: LOG_PAGE },
      errors: [],
      call: async (params) => logResultToJson(await api.log(parseLogParams(params))),
    },
    {
      name: "enigma_listTasks",
      summary: "Tasks, newest first.",
      params: [
        {
          name: "secretContract",
          description: "The called contract; any by default.",
          schema: nullableSchema(ADDRESS),
          required: false,
        },
        {
          name: "limit",
          description: "How many at most; 20 by default.",
          schema: nullableSchema({ title: "limit", type: "integer", minimum: 1, maximum: MAX_LISTED_TASKS }),
          required: false,
        },
        {
          name: "before",
          description: "The `next` of the page before.",
          schema: nullableSchema(hexSchema("before", LIST_PLACE_BYTES)),
          required: false,
        },
      ],
      result: { name: "list", schema: TASK_LIST },
      errors: [],
      call: async (params) => listResultToJson(await api.listTasks(parseListParams(params))),
    },
  ];
}
