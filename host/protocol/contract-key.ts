import { WordWriter } from "./abi-words.ts";
import { type EnigmaDomain, typedDataDigest, typeHash } from "./eip712-domain.ts";
import type { Address, Hash } from "./hex.ts";
import { keccak } from "./keccak.ts";
import { recoverSigner } from "./recover-signer.ts";

/** The key that users encrypt to, as the principal enclave certifies it. */
export interface ContractKey {
  readonly secretContract: Address;
  readonly codeHash: Hash;
  /** Contracts of one group share a worker; a contract of a group of its own has its own address here. */
  readonly group: Address;
  readonly epoch: bigint;
  /** X25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

const CONTRACT_KEY_TYPE_HASH = typeHash(
  "ContractKey(address secretContract,bytes32 codeHash,address group,uint64 epoch,bytes32 publicKey)",
);

/** EIP-712 `hashStruct` of the certificate. */
export function contractKeyHash(key: ContractKey): Hash {
  const words = new WordWriter(6).word(CONTRACT_KEY_TYPE_HASH).address(key.secretContract).hash(key.codeHash);
  return keccak(words.address(key.group).uint(key.epoch, 64).word(key.publicKey).bytes);
}

/** The digest that the principal enclave signs. */
export function contractKeyDigest(domain: EnigmaDomain, key: ContractKey): Hash {
  return typedDataDigest(domain, contractKeyHash(key));
}

/** The address whose key certified the contract's key. @throws `signature-malformed` */
export function recoverContractKeySigner(domain: EnigmaDomain, key: ContractKey, signature: Uint8Array): Address {
  return recoverSigner(contractKeyDigest(domain, key), signature);
}
