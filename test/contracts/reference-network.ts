// Contracts that call one another and leave effects, with the rules of ARCHITECTURE.md written a second time.

import { createCipheriv } from "node:crypto";
import { concat, getBytes, keccak256 } from "ethers";
import type { CompiledModule, Engine } from "../../enclave-wasm/runtime/engine/engine.ts";
import type { CalledContract, HostFunctions } from "../../enclave-wasm/runtime/engine/host-functions.ts";
import { hostTrap, type RunOutcome } from "../../enclave-wasm/runtime/engine/run-outcome.ts";
import { TRAPS } from "../../host/protocol/ending.ts";
import { MAX_EFFECT_BYTES, MAX_EFFECTS } from "../../host/protocol/limits.ts";
import { hex, referenceHost, type Task } from "./reference-host.ts";

const MAX_CONTRACTS = 4;
const ENDINGS = ["returned", "reverted", "panicked", "out-of-gas", "out-of-memory", "stack-overflow", "trapped"];

/** A deployed contract. */
export interface Deployed {
  readonly address: string;
  readonly name: string;
  readonly isDeclared: boolean;
}

/** What a task leaves for Ethereum; hex stands for bytes, and a hash for more than 1,024 of them. */
export type EffectRecord = Readonly<Record<string, string | readonly string[]>>;

interface Changes {
  readonly stores: Map<string, Map<string, string>>;
  readonly effects: readonly { readonly record: EffectRecord; readonly bytes: number }[];
}

/** All contracts of one group, and the tasks that run on them one after the other. */
export class ReferenceNetwork {
  readonly #task: Task;
  readonly #deployed: ReadonlyMap<string, Deployed>;
  readonly #engine: Engine;
  readonly #modules: ReadonlyMap<string, CompiledModule>;
  readonly #streams = new Map<string, ReturnType<typeof createCipheriv>>();
  #frames: { readonly self: string; readonly sender: string; readonly before: Changes }[] = [];
  #changes: Changes;
  #isView = false;

  constructor(task: Task, deployed: readonly Deployed[], engine: Engine, modules: ReadonlyMap<string, CompiledModule>) {
    this.#task = task;
    this.#deployed = new Map(deployed.map((contract) => [contract.address, contract]));
    this.#engine = engine;
    this.#modules = modules;
    this.#changes = { stores: new Map(deployed.map(({ address }) => [address, new Map()])), effects: [] };
  }

  /** What the contract at this address keeps, in order. */
  stored(address: string): [string, string][] {
    return [...this.#store(address)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Runs one task, or a deployment or view, of a contract; what it changes stands if it returns. */
  async run(entry: "deploy" | "call" | "view", address: string, input: Uint8Array, gas: bigint) {
    const before = this.#snapshot();
    this.#isView = entry === "view";
    this.#streams.clear();
    this.#frames = [{ self: address, sender: this.#task.sender, before }];
    const outcome = this.#engine.run(this.#moduleAt(address), entry, input, gas, await this.#host());
    if (outcome.kind !== "returned") this.#changes = before;
    const effects = this.#changes.effects.map(({ record }) => record);
    this.#changes = { stores: this.#changes.stores, effects: [] };
    return { outcome, effects };
  }

  async #host(): Promise<HostFunctions> {
    const alone = await referenceHost(this.#task, new Map(), []);
    const own = () => this.#store(this.#frame().self);
    const host: HostFunctions = {
      ...alone,
      storageGet: (key) => bytesOf(own().get(hex(key))),
      storageNextKey: (key) => bytesOf([...own().keys()].toSorted().find((known) => known > hex(key))),
      storageSet: (key, value) => void this.#noView(() => own().set(hex(key), hex(value))),
      storageRemove: (key) => void this.#noView(() => own().delete(hex(key))),
      sender: () => getBytes(this.#frame().sender),
      selfAddress: () => getBytes(this.#frame().self),
      random: (length) => new Uint8Array(this.#stream().update(new Uint8Array(length))),
      beginCall: (contract) => this.#beginCall(`0x${hex(contract)}`, () => host),
      endCall: (outcome) => this.#endCall(outcome),
      callEthereum: (required, target, value, data) => {
        const kind = required ? "required" : "attempted";
        const wei = BigInt(`0x${hex(value)}`).toString();
        this.#effect({ kind, target: `0x${hex(target)}`, value: wei, data: digest(data) }, data.length);
      },
      emitEvent: (topics, data) => {
        const list = hex(topics).match(/.{64}/g) ?? [];
        this.#effect({ kind: "event", topics: list, data: digest(data) }, topics.length + data.length);
      },
      emitPrivateEvent: (recipient, data) => {
        this.#noView(() => undefined);
        if (recipient.length > 0 && recipient.every((byte) => byte === 0)) throw hostTrap("host-argument");
        const record = { kind: "private-event", recipient: hex(recipient), data: digest(data) };
        this.#effect(record, privateEventBytes(data.length));
      },
    };
    return host;
  }

  #beginCall(contract: string, host: () => HostFunctions): CalledContract | Uint8Array {
    const refused = (reason: string) => Uint8Array.of(10, ...Buffer.from(reason));
    if (this.#isView) return refused("view");
    if (this.#deployed.get(contract)?.isDeclared !== true) return refused("undeclared");
    if (this.#frames.some(({ self }) => self === contract)) return refused("reentry");
    if (this.#frames.length === MAX_CONTRACTS) return refused("depth");
    this.#frames.push({ self: contract, sender: this.#frame().self, before: this.#snapshot() });
    return (calldata, gas, slots) => this.#engine.run(this.#moduleAt(contract), "call", calldata, gas, host(), slots);
  }

  #endCall(outcome: RunOutcome): Uint8Array {
    const ended = this.#frames.pop();
    if (ended === undefined) throw new Error("no call is open");
    if (outcome.kind !== "returned") this.#changes = ended.before;
    const payload = "data" in outcome ? outcome.data : "trap" in outcome ? [TRAPS.indexOf(outcome.trap) + 1] : [];
    return Uint8Array.of(ENDINGS.indexOf(outcome.kind), ...payload);
  }

  #effect(record: EffectRecord, bytes: number): void {
    this.#noView(() => undefined);
    const effects = [...this.#changes.effects, { record: { ...record, source: this.#frame().self }, bytes }];
    const total = effects.reduce((sum, effect) => sum + effect.bytes, 0);
    if (effects.length > MAX_EFFECTS || total > MAX_EFFECT_BYTES) throw hostTrap("too-many-effects");
    this.#changes = { stores: this.#changes.stores, effects };
  }

  #noView<T>(change: () => T): T {
    if (this.#isView) throw hostTrap("view-effect");
    return change();
  }

  #snapshot(): Changes {
    const stores = new Map([...this.#changes.stores].map(([address, store]) => [address, new Map(store)]));
    return { stores, effects: this.#changes.effects };
  }

  /** The stream of the task's own contract is the seed's; those of others are of a seed and their address. */
  #stream(): ReturnType<typeof createCipheriv> {
    const { self } = this.#frame();
    let stream = this.#streams.get(self);
    if (stream === undefined) {
      const { seed, selfAddress } = this.#task;
      const key = self === selfAddress ? seed : keccak256(concat([seed, self]));
      stream = createCipheriv("chacha20", getBytes(key), new Uint8Array(16));
      this.#streams.set(self, stream);
    }
    return stream;
  }

  #frame() {
    const frame = this.#frames.at(-1);
    if (frame === undefined) throw new Error("no contract is running");
    return frame;
  }

  #store(address: string): Map<string, string> {
    const store = this.#changes.stores.get(address);
    if (store === undefined) throw new Error(`nothing is deployed at ${address}`);
    return store;
  }

  #moduleAt(address: string): CompiledModule {
    const module = this.#modules.get(this.#deployed.get(address)?.name ?? "");
    if (module === undefined) throw new Error(`no module for ${address}`);
    return module;
  }
}

function digest(data: Uint8Array): string {
  return data.length > 1_024 ? keccak256(data) : hex(data);
}

/** Topics, and abi.encode(epoch, ciphertext): two words, a length, and nonce, padded plaintext and tag in whole words. */
function privateEventBytes(plaintext: number): number {
  const bucket = Math.max(64, 2 ** Math.ceil(Math.log2(plaintext + 1)));
  return 96 + 96 + 32 * Math.ceil((24 + bucket + 16) / 32);
}

function bytesOf(text: string | undefined): Uint8Array | undefined {
  return text === undefined ? undefined : new Uint8Array(Buffer.from(text, "hex"));
}
