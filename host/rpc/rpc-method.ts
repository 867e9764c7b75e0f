/**
 * A method of a JSON-RPC server: its description and its implementation in one place, so that the OpenRPC document
 * cannot say anything else than what is served.
 */

import type { ErrorCode } from "../protocol/errors/enigma-error.ts";
import type { Schema } from "./schema.ts";

/** A parameter, passed by its name. */
export interface RpcParameter {
  readonly name: string;
  readonly description: string;
  readonly schema: Schema;
  readonly required: boolean;
}

export interface RpcMethod {
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  readonly params: readonly RpcParameter[];
  readonly result: { readonly name: string; readonly schema: Schema };
  /** Codes of the errors that this method in particular may answer. */
  readonly errors: readonly ErrorCode[];
  /**
   * Answers a call: reads its params strictly and returns JSON.
   *
   * @throws EnigmaError `invalid-params` for params that do not fit, and the errors above
   */
  call(params: unknown): Promise<unknown> | unknown;
}
