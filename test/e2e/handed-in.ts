/** Receipts as they were handed in, also those that were refused: they stand in transactions for all to see. */
import { Interface, type Result } from "ethers";
import { enigmaAbi } from "../../host/ethereum/generated/enigma-abi.ts";
import { address, fromHex, type Hash } from "../../host/protocol/hex.ts";
import type { Receipt } from "../../host/protocol/receipt.ts";
import type { TestNetwork } from "../../host/testing/test-network.ts";

export interface SignedReceipt {
  readonly receipt: Receipt;
  readonly signature: Uint8Array;
}

/** The receipt of a task in a transaction that handed receipts in. */
export async function handedIn({ local }: TestNetwork, transactionHash: Hash, taskId: Hash): Promise<SignedReceipt> {
  const { connection } = local.view;
  const { input: data } = await connection.request<{ input: string }>("eth_getTransactionByHash", [transactionHash]);
  const commitments = new Interface(enigmaAbi).parseTransaction({ data })?.args.commitments as Result[];
  const found = commitments.find(({ receipt }) => receipt.taskId === taskId);
  if (found === undefined) throw new Error("there is no receipt of the task");
  const { moves, status, ...receipt } = (found.receipt as Result).toObject();
  const moved = (moves as Result[]).map((move) => ({
    ...move.toObject(),
    secretContract: address(move.secretContract),
  }));
  return {
    receipt: { ...receipt, status: Number(status), moves: moved } as unknown as Receipt,
    signature: fromHex(found.signature as string),
  };
}
