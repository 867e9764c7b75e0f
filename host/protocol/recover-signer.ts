import { recoverAddress } from "ethers";
import { EnigmaError } from "./errors/enigma-error.ts";
import { type Address, address, type Hash, toHex } from "./hex.ts";
import { SIGNATURE_BYTES } from "./limits.ts";

/** Half of the order of secp256k1: a larger s has a smaller twin, and only one of them may count. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/**
 * The address whose secp256k1 key signed `digest`.
 *
 * @param signature r ‖ s ‖ v, 65 bytes, low s, v 27 or 28
 * @throws `signature-malformed` for any other form, also one that Ethereum's precompile would take
 */
export function recoverSigner(digest: Hash, signature: Uint8Array): Address {
  const v = signature[64];
  if (signature.length !== SIGNATURE_BYTES || (v !== 27 && v !== 28)) throw new EnigmaError("signature-malformed");
  const r = toHex(signature.subarray(0, 32));
  const s = toHex(signature.subarray(32, 64));
  if (BigInt(s) > HALF_ORDER) throw new EnigmaError("signature-malformed");
  try {
    return address(recoverAddress(digest, { r, s, v }));
  } catch (cause) {
    throw new EnigmaError("signature-malformed", { cause });
  }
}
