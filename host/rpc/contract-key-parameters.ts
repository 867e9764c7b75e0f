import type { RpcParameter } from "./rpc-method.ts";
import { ADDRESS, HASH, nullableSchema, UINT64 } from "./schema.ts";

/** Which contract key is asked for: the same of a worker, which passes the question on, and of the principal. */
export const CONTRACT_KEY_PARAMETERS: readonly RpcParameter[] = [
  { name: "secretContract", description: "The contract's address.", schema: ADDRESS, required: true },
  {
    name: "codeHash",
    description: "Needed while the contract is not deployed.",
    schema: nullableSchema(HASH),
    required: false,
  },
  {
    name: "group",
    description: "The group that a contract that is not deployed is to join; its own address by default.",
    schema: nullableSchema(ADDRESS),
    required: false,
  },
  { name: "epoch", description: "The current epoch by default.", schema: nullableSchema(UINT64), required: false },
];
