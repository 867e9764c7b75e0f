/** The JSON-RPC method `enigma_view` (ARCHITECTURE 5): a read that costs nothing and leaves nothing on Ethereum. */

import { parseViewParams, type ViewParams, type ViewResult, viewResultToJson } from "../protocol/view-rpc-types.ts";
import type { RpcMethod } from "./rpc-method.ts";
import { ADDRESS, BYTES, HASH, hexSchema, SIGNATURE, UINT64, VIEW_ANSWER } from "./schema.ts";

/** What answers views: on committed state only. */
export interface ViewApi {
  view(params: ViewParams): Promise<ViewResult>;
}

export function viewMethod(api: ViewApi): RpcMethod {
  const required = true;
  return {
    name: "enigma_view",
    summary: "Answers a view of a secret contract on its committed state, to whoever shows the account's permit.",
    params: [
      { name: "account", description: "Who asks: the contract's sender.", schema: ADDRESS, required },
      { name: "secretContract", description: "The contract's address.", schema: ADDRESS, required },
      { name: "epoch", description: "Of the contract key that encrypts the input.", schema: UINT64, required },
      { name: "input", description: "The encrypted calldata.", schema: BYTES, required },
      {
        ...{ name: "responseKey", description: "A fresh X25519 key of the user, for the answer." },
        ...{ schema: hexSchema("responseKey", 32), required },
      },
      { name: "expiryBlock", description: "The last block at which it may be answered.", schema: UINT64, required },
      { name: "requestId", description: "Drawn by the user; stands for a task's id.", schema: HASH, required },
      { name: "permit", description: "The account's signature of the ViewPermit.", schema: SIGNATURE, required },
    ],
    result: { name: "answer", schema: VIEW_ANSWER },
    errors: [
      "input-too-large",
      "contract-not-deployed",
      "epoch-not-current",
      "no-epoch",
      "permit-invalid",
      "permit-expired",
      "response-key-unusable",
      "worker-not-selected",
      "view-refused",
      "log-unavailable",
      "worker-busy",
    ],
    call: async (params) => viewResultToJson(await api.view(parseViewParams(params))),
  };
}
