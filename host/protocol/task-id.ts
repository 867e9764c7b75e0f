import { WordWriter } from "./abi-words.ts";
import type { EnigmaDomain } from "./eip712-domain.ts";
import type { Address, Hash } from "./hex.ts";
import { keccak } from "./keccak.ts";

/** keccak256(abi.encode(chainId, enigma, sender, nonce)): names a task before its record exists. */
export function taskId(domain: EnigmaDomain, sender: Address, nonce: bigint): Hash {
  return keccak(
    new WordWriter(4).uint(domain.chainId, 256).address(domain.enigma).address(sender).uint(nonce, 256).bytes,
  );
}
