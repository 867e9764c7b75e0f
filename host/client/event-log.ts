/** Events of secret contracts from Ethereum's log: public ones for everybody, private ones for whoever holds their key. */
import type { Interface } from "ethers";
import type { EffectEvent } from "../protocol/effect.ts";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, fromHex, type Hash, hash } from "../protocol/hex.ts";
import { MAX_EFFECTS } from "../protocol/limits.ts";
import { PRIVATE_EVENT_TOPIC, recipientTopic } from "../protocol/private-event.ts";
import { type UserKeyPair, userKeyPair, userSessionKeys } from "../protocol/session-keys.ts";
import { type ContractEvent, openAtAnyPlace, privateEvent, publicEvent, sealedEventOf } from "./contract-event.ts";
import type { ContractKeys } from "./contract-keys.ts";
import type { EnigmaReader } from "./enigma-reader.ts";
import type { EthereumEndpoint, EthereumLog } from "./ethereum-endpoint.ts";

/** Where events are looked for. */
export interface BlockRange {
  readonly fromBlock: bigint | number;
  /** The latest block by default. */
  readonly toBlock?: bigint | number;
}

/** An event with its place on the chain. */
export interface LoggedPlace {
  readonly transactionHash: Hash;
  readonly blockNumber: bigint;
}

/** The key of the holder's session with the contract, by epoch. */
type OutputKeys = Map<bigint, Promise<Uint8Array>>;

export class EventLog {
  readonly #domain: EnigmaDomain;
  readonly #endpoint: EthereumEndpoint;
  readonly #reader: EnigmaReader;
  readonly #keys: ContractKeys;

  constructor(domain: EnigmaDomain, endpoint: EthereumEndpoint, reader: EnigmaReader, keys: ContractKeys) {
    this.#domain = domain;
    this.#endpoint = endpoint;
    this.#reader = reader;
    this.#keys = keys;
  }

  /** Public events of a contract, in the order of the chain. @param name only those of this name */
  async publicEvents(
    contract: Address,
    abi: Interface,
    range: BlockRange,
    name?: string,
  ): Promise<(ContractEvent & LoggedPlace)[]> {
    const logs = await this.#logs(contract, name === undefined ? [] : [topicOf(abi, name)], range);
    const ofContract = logs.filter(({ topics }) => topics[0] !== PRIVATE_EVENT_TOPIC);
    return ofContract.map((log) => ({ ...publicEvent(contract, eventIn(log), abi), ...placeOf(log) }));
  }

  /**
   * The events that a contract encrypted to a key, in the order of the chain. Others may have put the key's name on theirs:
   * what is malformed, names an epoch that never was, or does not decrypt is left out.
   *
   * @param secretKey X25519, 32 bytes @throws `private-event-key`
   */
  async privateEvents(
    contract: Address,
    abi: Interface,
    range: BlockRange,
    secretKey: Uint8Array,
  ): Promise<(ContractEvent & LoggedPlace & { readonly taskId: Hash })[]> {
    if (secretKey.length !== 32) throw new EnigmaError("private-event-key");
    const holder = userKeyPair(secretKey);
    const logs = await this.#logs(contract, [PRIVATE_EVENT_TOPIC, null, recipientTopic(holder.publicKey)], range);
    const current = await this.#reader.currentEpoch();
    const outputKeys: OutputKeys = new Map();
    const opened = await Promise.all(logs.map((log) => this.#open(contract, abi, log, holder, current, outputKeys)));
    return opened.filter((event) => event !== undefined);
  }

  async #open(
    contract: Address,
    abi: Interface,
    log: EthereumLog,
    holder: UserKeyPair,
    current: bigint,
    outputKeys: OutputKeys,
  ): Promise<(ContractEvent & LoggedPlace & { readonly taskId: Hash }) | undefined> {
    const sealed = sealedEventOf(eventIn(log));
    // In an epoch that has not begun no enclave has encrypted anything, and nobody has a key of it.
    if (sealed === undefined || sealed.epoch === 0n || sealed.epoch > current) return undefined;
    const { taskId, epoch, ciphertext } = sealed;
    const key = outputKeys.get(epoch) ?? this.#outputKey(contract, epoch, holder);
    outputKeys.set(epoch, key);
    const place = { secretContract: contract, taskId };
    const content = openAtAnyPlace(this.#domain, await key, place, ciphertext, MAX_EFFECTS);
    return content && { ...privateEvent(contract, content, abi), ...placeOf(log), taskId };
  }

  async #outputKey(contract: Address, epoch: bigint, holder: UserKeyPair): Promise<Uint8Array> {
    return userSessionKeys(holder, (await this.#keys.ofEpoch(contract, epoch)).publicKey).output;
  }

  #logs(
    contract: Address,
    topics: readonly (Hash | null)[],
    { fromBlock, toBlock }: BlockRange,
  ): Promise<EthereumLog[]> {
    const to = toBlock === undefined ? undefined : BigInt(toBlock);
    return this.#endpoint.logs({ address: contract, topics, fromBlock: BigInt(fromBlock), toBlock: to });
  }
}

function eventIn({ topics, data }: EthereumLog): EffectEvent {
  return { topics: topics.map((topic) => hash(topic)), data: fromHex(data) };
}

function placeOf({ transactionHash, blockNumber }: EthereumLog): LoggedPlace {
  return { transactionHash, blockNumber: BigInt(blockNumber) };
}

function topicOf(abi: Interface, name: string): Hash {
  const fragment = abi.getEvent(name);
  if (fragment === null) throw new EnigmaError("unknown-event", { data: { event: name } });
  return hash(fragment.topicHash);
}
