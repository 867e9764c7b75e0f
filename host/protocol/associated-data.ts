import type { DomainTag } from "./domain-tag.ts";
import { domainTag } from "./domain-tag.ts";
import type { EnigmaDomain } from "./eip712-domain.ts";
import { EnigmaError } from "./errors/enigma-error.ts";
import { type Address, type Hash, writeHex } from "./hex.ts";

const ASSOCIATED_DATA_BYTES = 140;

/** What a ciphertext is and where it belongs. */
export interface AssociatedItem {
  readonly tag: DomainTag;
  readonly secretContract: Address;
  /** A view has its request id here. */
  readonly taskId: Hash;
  /** Which of several items of one task: the effect of an event, the part of a checkpoint; else 0. */
  readonly index?: number;
}

/** tag(32) ‖ chainId(32) ‖ enigma(20) ‖ secretContract(20) ‖ taskId(32) ‖ index(4), big-endian. */
export function associatedData(domain: EnigmaDomain, item: AssociatedItem): Uint8Array {
  const index = item.index ?? 0;
  if (!Number.isInteger(index) || index < 0 || index > 0xffffffff)
    throw new EnigmaError("number-out-of-range", { data: { bits: 32 } });
  if (domain.chainId < 0n || domain.chainId >> 256n !== 0n)
    throw new EnigmaError("number-out-of-range", { data: { bits: 256 } });
  const bytes = new Uint8Array(ASSOCIATED_DATA_BYTES);
  bytes.set(domainTag(item.tag));
  writeHex(`0x${domain.chainId.toString(16).padStart(64, "0")}`, bytes, 32);
  writeHex(domain.enigma, bytes, 64);
  writeHex(item.secretContract, bytes, 84);
  writeHex(item.taskId, bytes, 104);
  new DataView(bytes.buffer).setUint32(136, index);
  return bytes;
}
