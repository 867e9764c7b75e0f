import { WordWriter } from "./abi-words.ts";
import { type EnigmaDomain, typedDataDigest, typeHash } from "./eip712-domain.ts";
import type { Address, Hash } from "./hex.ts";
import { keccak } from "./keccak.ts";
import { recoverSigner } from "./recover-signer.ts";

/** An enclave's word that it serves an account: nobody else can register it as theirs. */
export interface WorkerRegistration {
  /** The worker's Ethereum account. */
  readonly worker: Address;
  /** The address of the enclave's signing key. */
  readonly signer: Address;
  /** The enclave's X25519 public key, 32 bytes. */
  readonly encryptionKey: Uint8Array;
}

const WORKER_REGISTRATION_TYPE_HASH = typeHash(
  "WorkerRegistration(address worker,address signer,bytes32 encryptionKey)",
);

/** EIP-712 `hashStruct` of the registration. */
export function workerRegistrationHash({ worker, signer, encryptionKey }: WorkerRegistration): Hash {
  const words = new WordWriter(4).word(WORKER_REGISTRATION_TYPE_HASH).address(worker).address(signer);
  return keccak(words.word(encryptionKey).bytes);
}

/** The digest that the worker's enclave signs. */
export function workerRegistrationDigest(domain: EnigmaDomain, registration: WorkerRegistration): Hash {
  return typedDataDigest(domain, workerRegistrationHash(registration));
}

/** The address whose key signed: the registration's own signer, or it is none. @throws `signature-malformed` */
export function recoverRegistrationSigner(
  domain: EnigmaDomain,
  registration: WorkerRegistration,
  signature: Uint8Array,
): Address {
  return recoverSigner(workerRegistrationDigest(domain, registration), signature);
}
