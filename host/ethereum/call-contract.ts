import type { Address, Hex } from "../protocol/hex.ts";
import type { JsonRpcConnection } from "./json-rpc-connection.ts";
import { revertData, revertError } from "./revert-error.ts";

/** The state that a call reads: that after a block, by number, or after the newest. */
export type BlockTag = bigint | "latest";

export function blockParameter(block: BlockTag): string {
  return typeof block === "bigint" ? `0x${block.toString(16)}` : block;
}

/** `eth_call`. @throws the contract's own error if it reverts, see `revertError` */
export async function callContract(
  connection: JsonRpcConnection,
  to: Address,
  data: Hex,
  options: { readonly block?: BlockTag; readonly from?: Address } = {},
): Promise<Hex> {
  const { block = "latest", from } = options;
  try {
    return await connection.request<Hex>("eth_call", [{ to, data, from }, blockParameter(block)]);
  } catch (error) {
    const reverted = revertData(error);
    throw reverted === undefined ? error : revertError(reverted);
  }
}
