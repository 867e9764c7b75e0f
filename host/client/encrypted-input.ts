import { seal } from "../protocol/aead.ts";
import { associatedData } from "../protocol/associated-data.ts";
import type { ContractKey } from "../protocol/contract-key.ts";
import type { DomainTag } from "../protocol/domain-tag.ts";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Hash } from "../protocol/hex.ts";
import { MAX_CIPHERTEXT_BYTES } from "../protocol/limits.ts";
import { type SessionKeys, type UserKeyPair, userSessionKeys } from "../protocol/session-keys.ts";

/** An input as it travels, and the keys of the conversation that it opens. */
export interface EncryptedInput {
  readonly input: Uint8Array;
  readonly session: SessionKeys;
}

export interface InputPlace {
  readonly domain: EnigmaDomain;
  readonly tag: Extract<DomainTag, "input" | "viewInput">;
  /** Of the task, or of the view's request. */
  readonly id: Hash;
  /** Bytes of ciphertext that are taken. */
  readonly most?: number;
}

/** Encrypts to the contract's verified key. @throws `input-too-large`, `unusable-key` */
export function encryptInput(
  { domain, tag, id, most = MAX_CIPHERTEXT_BYTES }: InputPlace,
  key: ContractKey,
  user: UserKeyPair,
  plaintext: Uint8Array,
): EncryptedInput {
  const session = userSessionKeys(user, key.publicKey);
  const place = associatedData(domain, { tag, secretContract: key.secretContract, taskId: id });
  const input = seal(session.input, place, plaintext);
  if (input.length > most) throw new EnigmaError("input-too-large", { data: { bytes: input.length, most } });
  return { input, session };
}
