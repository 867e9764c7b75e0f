/**
 * What a task does on Ethereum: calls and events, made in order from the accounts of the secret contracts after the receipt.
 * A receipt names them by one hash, `effectsHash`.
 */
import { WordWriter } from "./abi-words.ts";
import { concatBytes } from "./bytes.ts";
import { typeHash } from "./eip712-domain.ts";
import { EnigmaError } from "./errors/enigma-error.ts";
import { type Address, addressFromBytes, fromHex, type Hash, hashFromBytes, ZERO_ADDRESS, ZERO_HASH } from "./hex.ts";
import { keccak, keccakBytes } from "./keccak.ts";

/** What an effect is, and what its failure means. */
export const EFFECT_KIND = { required: 1, bestEffort: 2, event: 3 } as const;
export type EffectKind = (typeof EFFECT_KIND)[keyof typeof EFFECT_KIND];

/** Topics that a log of Ethereum can have. */
const MAX_TOPICS = 4;

export interface Effect {
  readonly kind: EffectKind;
  /** The secret contract whose account calls or emits. */
  readonly source: Address;
  /** Whom a call is for; zero in an event. */
  readonly target: Address;
  /** Wei of a call; the number of topics of an event. */
  readonly value: bigint;
  /** Calldata of a call; topics ‖ log data of an event. */
  readonly data: Uint8Array;
}

/** The log that an event's effect describes. */
export interface EffectEvent {
  readonly topics: readonly Hash[];
  readonly data: Uint8Array;
}

/** An effect as it stands inside CBOR. */
export interface EffectCbor {
  readonly kind: number;
  /** 20 bytes. */
  readonly source: Uint8Array;
  /** 20 bytes. */
  readonly target: Uint8Array;
  /** 32 bytes, big-endian. */
  readonly value: Uint8Array;
  readonly data: Uint8Array;
}

const EFFECT_TYPE_HASH = typeHash("Effect(uint8 kind,address source,address target,uint256 value,bytes data)");

/** EIP-712 `hashStruct` of one effect. @throws `number-out-of-range` */
export function effectHash(effect: Effect): Uint8Array {
  const words = new WordWriter(6)
    .word(EFFECT_TYPE_HASH)
    .number(effect.kind, 8)
    .address(effect.source)
    .address(effect.target)
    .uint(effect.value, 256)
    .word(keccakBytes(effect.data));
  return keccakBytes(words.bytes);
}

/** keccak256 of the effects' hashes, in order; zero for none. */
export function effectsHash(effects: readonly Effect[]): Hash {
  return effects.length === 0 ? ZERO_HASH : keccak(concatBytes(...effects.map(effectHash)));
}

/** Says whether a failure of this effect undoes its task. */
export function isRequired(effect: Pick<Effect, "kind">): boolean {
  return effect.kind === EFFECT_KIND.required;
}

/** The effect that emits a log. */
export function eventEffect(source: Address, { topics, data }: EffectEvent): Effect {
  const bytes = concatBytes(...topics.map((topic) => fromHex(topic, 32)), data);
  return { kind: EFFECT_KIND.event, source, target: ZERO_ADDRESS, value: BigInt(topics.length), data: bytes };
}

/** The log of an event's effect. @throws `encoding-malformed` for a call, and for an event without its topics */
export function eventOf(effect: Effect): EffectEvent {
  const count = Number(effect.value);
  if (effect.kind !== EFFECT_KIND.event || count > MAX_TOPICS || effect.data.length < 32 * count) throw malformed();
  const topics = Array.from({ length: count }, (_, at) => hashFromBytes(effect.data.subarray(32 * at, 32 * at + 32)));
  return { topics, data: effect.data.subarray(32 * count) };
}

export function effectToCbor(effect: Effect): EffectCbor {
  const { kind, source, target, value, data } = effect;
  return {
    kind,
    source: fromHex(source, 20),
    target: fromHex(target, 20),
    value: new WordWriter(1).uint(value, 256).bytes,
    data,
  };
}

/** @throws `encoding-malformed` for an unknown kind, a field of another length, or an event that describes no log */
export function effectFromCbor(cbor: EffectCbor): Effect {
  const { kind, source, target, value, data } = cbor;
  if (!isEffectKind(kind) || source.length !== 20 || target.length !== 20 || value.length !== 32) throw malformed();
  const effect: Effect = {
    kind,
    source: addressFromBytes(source),
    target: addressFromBytes(target),
    value: BigInt(hashFromBytes(value)),
    data,
  };
  if (kind === EFFECT_KIND.event) eventOf(effect);
  return effect;
}

function isEffectKind(kind: number): kind is EffectKind {
  return kind === EFFECT_KIND.required || kind === EFFECT_KIND.bestEffort || kind === EFFECT_KIND.event;
}

function malformed(): EnigmaError {
  return new EnigmaError("encoding-malformed", { data: { what: "effect" } });
}
