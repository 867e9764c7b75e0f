/**
 * Events that only one key can read: logs of the contract's account whose content is encrypted to the task's user or to a
 * named X25519 key.
 */
import { WordReader, WordWriter } from "./abi-words.ts";
import { open, seal } from "./aead.ts";
import { associatedData } from "./associated-data.ts";
import { concatBytes } from "./bytes.ts";
import type { EffectEvent } from "./effect.ts";
import type { EnigmaDomain } from "./eip712-domain.ts";
import { EnigmaError } from "./errors/enigma-error.ts";
import { type Address, type Hash, hashFromBytes, ZERO_HASH } from "./hex.ts";
import { keccak } from "./keccak.ts";

/** The first topic of every private event. */
export const PRIVATE_EVENT_TOPIC: Hash = keccak(new TextEncoder().encode("PrivateEvent(bytes32,bytes32,uint64,bytes)"));

/** The recipient of an event that is encrypted to the task's user. */
export const USER_RECIPIENT = ZERO_HASH;

/** A private event as everybody sees it. */
export interface PrivateEvent {
  readonly taskId: Hash;
  /** The X25519 public key that it is encrypted to; zero for the task's user. */
  readonly recipient: Hash;
  /** The epoch of the task's record, whose contract key encrypts it. */
  readonly epoch: bigint;
  readonly ciphertext: Uint8Array;
}

/** What a private event says. */
export interface PrivateEventContent {
  /** The topic of the event's own signature. */
  readonly topic: Hash;
  /** All arguments, `abi.encode`d, whether the ABI calls them indexed or not. */
  readonly args: Uint8Array;
}

/** Where an event stands: its associated data. */
export interface PrivateEventPlace {
  /** The contract that emits it. */
  readonly secretContract: Address;
  readonly taskId: Hash;
  /** Its place among the effects of the task, from 0. */
  readonly index: number;
}

/** The log of a private event. */
export function privateEventLog({ taskId, recipient, epoch, ciphertext }: PrivateEvent): EffectEvent {
  const head = new WordWriter(3).uint(epoch, 64).number(64, 32).number(ciphertext.length, 32).bytes;
  const data = concatBytes(head, ciphertext, new Uint8Array(paddingOf(ciphertext.length)));
  return { topics: [PRIVATE_EVENT_TOPIC, taskId, recipient], data };
}

/** Reads a log. @returns undefined if it is none of a private event. @throws `encoding-malformed` */
export function privateEventOf({ topics, data }: EffectEvent): PrivateEvent | undefined {
  const [first, taskId, recipient, ...others] = topics;
  if (first !== PRIVATE_EVENT_TOPIC) return undefined;
  if (taskId === undefined || recipient === undefined || others.length > 0) throw malformed();
  const words = new WordReader(data.subarray(0, 96), "private event");
  const epoch = words.uint(64);
  if (words.number(32) !== 64) throw malformed();
  const length = words.number(32);
  if (data.length !== 96 + length + paddingOf(length)) throw malformed();
  if (data.subarray(96 + length).some((byte) => byte !== 0)) throw malformed();
  return { taskId, recipient, epoch, ciphertext: data.subarray(96, 96 + length) };
}

/** Encrypts as the contract's enclave does. @param key the output key of the recipient's session with the contract */
export function sealPrivateEvent(
  domain: EnigmaDomain,
  key: Uint8Array,
  place: PrivateEventPlace,
  { topic, args }: PrivateEventContent,
): Uint8Array {
  const plaintext = concatBytes(new WordWriter(1).hash(topic).bytes, args);
  return seal(key, associatedData(domain, { tag: "event", ...place }), plaintext);
}

/** Decrypts. @throws `bad-ciphertext` for another key or place; `encoding-malformed` */
export function openPrivateEvent(
  domain: EnigmaDomain,
  key: Uint8Array,
  place: PrivateEventPlace,
  ciphertext: Uint8Array,
): PrivateEventContent {
  const plaintext = open(key, associatedData(domain, { tag: "event", ...place }), ciphertext);
  if (plaintext.length < 32) throw malformed();
  return { topic: hashFromBytes(plaintext.subarray(0, 32)), args: plaintext.subarray(32) };
}

/** A public key as the topic that names its holder. */
export function recipientTopic(publicKey: Uint8Array): Hash {
  return hashFromBytes(publicKey);
}

function paddingOf(length: number): number {
  return (32 - (length % 32)) % 32;
}

function malformed(): EnigmaError {
  return new EnigmaError("encoding-malformed", { data: { what: "private event" } });
}
