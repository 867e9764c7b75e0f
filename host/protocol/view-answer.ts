import { WordWriter } from "./abi-words.ts";
import { type EnigmaDomain, typedDataDigest, typeHash } from "./eip712-domain.ts";
import type { Address, Hash } from "./hex.ts";
import { keccak } from "./keccak.ts";
import { recoverSigner } from "./recover-signer.ts";

/** What an enclave claims about one view: what it answered, and on which state. */
export interface ViewAnswer {
  readonly requestId: Hash;
  readonly secretContract: Address;
  /** The committed state hash of the contract that was read. */
  readonly tip: Hash;
  /** The newest block that the worker knew. */
  readonly blockNumber: bigint;
  /** keccak256 of the output's ciphertext. */
  readonly outputHash: Hash;
}

const VIEW_ANSWER_TYPE_HASH = typeHash(
  "ViewAnswer(bytes32 requestId,address secretContract,bytes32 tip,uint64 blockNumber,bytes32 outputHash)",
);

/** EIP-712 `hashStruct` of the answer. */
export function viewAnswerHash(answer: ViewAnswer): Hash {
  return keccak(
    new WordWriter(6)
      .word(VIEW_ANSWER_TYPE_HASH)
      .hash(answer.requestId)
      .address(answer.secretContract)
      .hash(answer.tip)
      .uint(answer.blockNumber, 64)
      .hash(answer.outputHash).bytes,
  );
}

/** The digest that the worker's enclave signs. */
export function viewAnswerDigest(domain: EnigmaDomain, answer: ViewAnswer): Hash {
  return typedDataDigest(domain, viewAnswerHash(answer));
}

/** The address whose key signed the answer. @throws `signature-malformed` */
export function recoverViewAnswerSigner(domain: EnigmaDomain, answer: ViewAnswer, signature: Uint8Array): Address {
  return recoverSigner(viewAnswerDigest(domain, answer), signature);
}
