/**
 * The EIP-712 domain of everything that enclaves and users sign, and the name of one deployment of Enigma: its chain
 * and its contract. Task ids, associated data and keys depend on both, so that nothing made for one network counts
 * on another.
 */
import { WordWriter } from "./abi-words.ts";
import { concatBytes } from "./bytes.ts";
import type { Address, Hash } from "./hex.ts";
import { fromHex } from "./hex.ts";
import { keccak, keccakBytes } from "./keccak.ts";

/** One deployment of Enigma. */
export interface EnigmaDomain {
  readonly chainId: bigint;
  /** The address of the Enigma contract. */
  readonly enigma: Address;
}

export const EIP712_NAME = "Enigma";
export const EIP712_VERSION = "1";

const ascii = (text: string): Uint8Array => keccakBytes(new TextEncoder().encode(text));

const TYPE_HASH = ascii("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
const NAME_HASH = ascii(EIP712_NAME);
const VERSION_HASH = ascii(EIP712_VERSION);
const PREFIX = Uint8Array.of(0x19, 0x01);

/** The keccak256 of an EIP-712 type's description. */
export const typeHash = ascii;

let last: { readonly chainId: bigint; readonly enigma: Address; readonly separator: Uint8Array } | undefined;

/** `hashStruct` of the domain. A process serves one deployment, so the last one is kept. */
function domainSeparator(domain: EnigmaDomain): Uint8Array {
  if (last?.chainId !== domain.chainId || last.enigma !== domain.enigma) {
    const words = new WordWriter(5)
      .word(TYPE_HASH)
      .word(NAME_HASH)
      .word(VERSION_HASH)
      .uint(domain.chainId, 256)
      .address(domain.enigma);
    last = { ...domain, separator: keccakBytes(words.bytes) };
  }
  return last.separator;
}

/** What is signed: keccak256(0x1901 ‖ domain separator ‖ struct hash), EIP-712. */
export function typedDataDigest(domain: EnigmaDomain, structHash: Hash): Hash {
  return keccak(concatBytes(PREFIX, domainSeparator(domain), fromHex(structHash, 32)));
}
