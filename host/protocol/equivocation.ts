/**
 * Two receipts that no honest enclave signs both. Task, record, epoch and the states that it starts from fix everything
 * that an enclave puts into a receipt, so executing again, for whatever reason, gives the same one.
 */
import type { EnigmaDomain } from "./eip712-domain.ts";
import type { Address } from "./hex.ts";
import { type Receipt, receiptHash, recoverReceiptSigner } from "./receipt.ts";

export interface SignedReceipt {
  readonly receipt: Receipt;
  /** 65 bytes. */
  readonly signature: Uint8Array;
}

/** Says whether two receipts start from the same and yet differ; the Enigma contract asks the same. */
export function areEquivocal(first: Receipt, second: Receipt): boolean {
  return (
    first.taskId === second.taskId &&
    first.recordHash === second.recordHash &&
    first.epoch === second.epoch &&
    startFromTheSame(first, second) &&
    receiptHash(first) !== receiptHash(second)
  );
}

/** The signer that two receipts convict, or undefined. @throws `signature-malformed` */
export function equivocator(domain: EnigmaDomain, first: SignedReceipt, second: SignedReceipt): Address | undefined {
  if (!areEquivocal(first.receipt, second.receipt)) return undefined;
  const signer = recoverReceiptSigner(domain, first.receipt, first.signature);
  return recoverReceiptSigner(domain, second.receipt, second.signature) === signer ? signer : undefined;
}

function startFromTheSame(first: Receipt, second: Receipt): boolean {
  return (
    first.moves.length === second.moves.length &&
    first.moves.every((move, index) => {
      const other = second.moves[index];
      return move.secretContract === other?.secretContract && move.stateBefore === other.stateBefore;
    })
  );
}
