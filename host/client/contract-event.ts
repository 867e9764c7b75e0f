/** Events of secret contracts, decoded by their ABI: public ones, and private ones once they are decrypted. */
import type { Abi, AbiEvent, AbiParameter } from "abitype";
import { AbiCoder, type EventFragment, type Interface, type Result } from "ethers";
import { EFFECT_KIND, type Effect, type EffectEvent, eventOf } from "../protocol/effect.ts";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { isEnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, type Hash, type Hex, toHex } from "../protocol/hex.ts";
import {
  openPrivateEvent,
  PRIVATE_EVENT_TOPIC,
  type PrivateEvent,
  type PrivateEventContent,
  type PrivateEventPlace,
  privateEventOf,
  USER_RECIPIENT,
} from "../protocol/private-event.ts";
import type { NamedOutputs, Values } from "./abi-types.ts";
import type { Settlement } from "./settlement.ts";

/** An event of a secret contract. */
export interface ContractEvent {
  /** The secret contract that emitted it. */
  readonly contract: Address;
  /** Null if the ABI does not explain it. */
  readonly name: string | null;
  /** Such as `Voted(address,uint256)`. */
  readonly signature: string | null;
  /** As ethers decodes them; an indexed argument of a dynamic type of a public event is only known by its hash. */
  readonly args: Result | readonly [];
  /** Whether it was encrypted. */
  readonly private: boolean;
  /** The topic of its signature; null for an anonymous one. */
  readonly topic: Hash | null;
  /** Log data of a public event without its topics; all arguments of a private one. */
  readonly data: Hex;
}

/** An event of an ABI: its name tells the type of its arguments. */
export type TypedEvent<abi extends Abi> = Known<Extract<abi[number], { readonly type: "event" }>> | UnknownEvent;

type Known<E> = E extends AbiEvent
  ? ContractEvent & { readonly name: E["name"]; readonly args: Arguments<E["inputs"]> }
  : never;
type Arguments<I extends readonly AbiParameter[]> = Result & Values<I, "output"> & NamedOutputs<I>;
type UnknownEvent = ContractEvent & { readonly name: null };

/**
 * The events of a settled task that its user can read: public ones and those encrypted to the user, in order. What only
 * looks like one to the user is left out, as in Ethereum's log.
 */
export function eventsOfTask(
  domain: EnigmaDomain,
  taskId: Hash,
  outputKey: Uint8Array,
  { effects }: Settlement,
  abiOf: (contract: Address) => Interface,
): ContractEvent[] {
  return effects.flatMap((effect, index) => {
    if (effect.kind !== EFFECT_KIND.event) return [];
    const log = eventOf(effect);
    const { source: contract } = effect;
    if (log.topics[0] !== PRIVATE_EVENT_TOPIC) return [publicEvent(contract, log, abiOf(contract))];
    const content = openEffect(domain, taskId, outputKey, effect, index);
    return content === undefined ? [] : [privateEvent(contract, content, abiOf(contract))];
  });
}

/** What an effect at its place among a task's effects tells the task's user alone; undefined if it is no such event. */
export function openEffect(
  domain: EnigmaDomain,
  taskId: Hash,
  outputKey: Uint8Array,
  effect: Effect,
  index: number,
): PrivateEventContent | undefined {
  if (effect.kind !== EFFECT_KIND.event) return undefined;
  const sealed = sealedEventOf(eventOf(effect));
  if (sealed?.recipient !== USER_RECIPIENT) return undefined;
  return openAt(domain, outputKey, { secretContract: effect.source, taskId, index }, sealed.ciphertext);
}

/**
 * The private event that a log holds; undefined if it is another or malformed. Whoever makes an account emit logs can make
 * it emit look-alikes, which must not hide the others.
 */
export function sealedEventOf(log: EffectEvent): PrivateEvent | undefined {
  return unlessMalformed(() => privateEventOf(log));
}

/** Decodes a public event. */
export function publicEvent(contract: Address, { topics, data }: EffectEvent, abi: Interface): ContractEvent {
  const [topic = null] = topics;
  const place = { contract, private: false, topic, data: toHex(data) };
  return decoded(place, abi, (fragment) => abi.decodeEventLog(fragment, data, topics));
}

/** Decodes a private event: all its arguments are encoded together, indexed or not. */
export function privateEvent(contract: Address, { topic, args }: PrivateEventContent, abi: Interface): ContractEvent {
  const place = { contract, private: true, topic, data: toHex(args) };
  return decoded(place, abi, (fragment) => AbiCoder.defaultAbiCoder().decode(fragment.inputs, args));
}

/** Opens a private event whose place among the effects is not known. @returns undefined if the key opens none */
export function openAtAnyPlace(
  domain: EnigmaDomain,
  key: Uint8Array,
  place: Omit<PrivateEventPlace, "index">,
  ciphertext: Uint8Array,
  most: number,
): PrivateEventContent | undefined {
  for (let index = 0; index < most; index += 1) {
    const content = openAt(domain, key, { ...place, index }, ciphertext);
    if (content !== undefined) return content;
  }
  return undefined;
}

/** Opens a private event. @returns undefined if the key does not open it, or not at this place */
function openAt(
  domain: EnigmaDomain,
  key: Uint8Array,
  place: PrivateEventPlace,
  ciphertext: Uint8Array,
): PrivateEventContent | undefined {
  return unlessMalformed(() => openPrivateEvent(domain, key, place, ciphertext));
}

function unlessMalformed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isEnigmaError(error, "bad-ciphertext") || isEnigmaError(error, "encoding-malformed")) return undefined;
    throw error;
  }
}

type Place = Pick<ContractEvent, "contract" | "private" | "topic" | "data">;

/** What does not decode, since a contract may emit anything, is shown as it is. */
function decoded(place: Place, abi: Interface, decode: (fragment: EventFragment) => Result): ContractEvent {
  const fragment = place.topic === null ? null : abi.getEvent(place.topic);
  try {
    if (fragment !== null)
      return { ...place, name: fragment.name, signature: fragment.format(), args: decode(fragment) };
  } catch {
    // Falls through to what is known without the ABI.
  }
  return { ...place, name: null, signature: null, args: [] };
}
