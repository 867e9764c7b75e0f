/**
 * Domain tags: what a hash, a ciphertext or a derived key is for. Each is the keccak256 of an ASCII label and stands
 * at the start of the preimage, so that bytes made for one purpose never count for another.
 */
import { keccakBytes } from "./keccak.ts";

const LABELS = {
  input: "enigma/v1/input",
  output: "enigma/v1/output",
  delta: "enigma/v1/delta",
  checkpoint: "enigma/v1/checkpoint",
  event: "enigma/v1/event",
  outcome: "enigma/v1/outcome",
  reportData: "enigma/v1/report-data",
  contractKey: "enigma/v1/contract-key",
  epochSeed: "enigma/v1/epoch-seed",
  random: "enigma/v1/random",
  keyGrant: "enigma/v1/key-grant",
  releasedOutput: "enigma/v1/released-output",
  sealed: "enigma/v1/sealed",
  viewInput: "enigma/v1/view-input",
  viewOutput: "enigma/v1/view-output",
  viewRandom: "enigma/v1/view-random",
} as const;

export type DomainTag = keyof typeof LABELS;

export const DOMAIN_TAG_LABELS: Readonly<Record<DomainTag, string>> = LABELS;

const tags = new Map<string, Uint8Array>();

/** The 32 bytes of a tag. The caller must not change them. */
export function domainTag(tag: DomainTag): Uint8Array {
  let bytes = tags.get(tag);
  if (bytes === undefined) {
    bytes = keccakBytes(new TextEncoder().encode(LABELS[tag]));
    tags.set(tag, bytes);
  }
  return bytes;
}
