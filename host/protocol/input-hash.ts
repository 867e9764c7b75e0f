import { concatBytes } from "./bytes.ts";
import type { Hash } from "./hex.ts";
import { keccak } from "./keccak.ts";

/** keccak256(encryptedInput ‖ userKey). The key has fixed size and stands last, so that the split is unambiguous. */
export function inputHash(encryptedInput: Uint8Array, userKey: Uint8Array): Hash {
  return keccak(concatBytes(encryptedInput, userKey));
}
