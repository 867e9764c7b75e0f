/**
 * The OpenRPC 1.3 document of a method table. `rpc.discover` and `GET /openrpc.json` serve it; tests check real answers
 * against its schemas.
 */

import registry from "../protocol/errors/registry.json" with { type: "json" };
import type { EventDescription } from "./event-description.ts";
import { errorNumber } from "./json-rpc-dispatch.ts";
import type { RpcMethod } from "./rpc-method.ts";

export interface OpenRpcInfo {
  readonly title: string;
  readonly version: string;
  readonly description: string;
}

/** The document, as JSON; `events` of a server that has a stream of them stand in its extension `x-events`. */
export function openRpcDocument(
  info: OpenRpcInfo,
  methods: readonly RpcMethod[],
  events?: EventDescription,
): Record<string, unknown> {
  const document = { openrpc: "1.3.2", info, methods: methods.map(describe) };
  return events === undefined ? document : { ...document, "x-events": events };
}

function describe(method: RpcMethod): Record<string, unknown> {
  return {
    name: method.name,
    summary: method.summary,
    paramStructure: "by-name",
    params: method.params,
    result: method.result,
    errors: method.errors.map((code) => ({
      code: errorNumber(code),
      message: registry[code].sentence,
      data: { code, hint: registry[code].hint },
    })),
  };
}
