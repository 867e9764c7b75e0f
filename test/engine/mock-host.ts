// A host whose answers are simple enough to be written twice: here and in `enclave-wasm/metering/tests/support/mock_host.rs`.
// Its "cryptography" is none; engines only carry bytes.

import type { CalledContract, HostFunctions } from "../../enclave-wasm/runtime/engine/host-functions.ts";
import { hostTrap, type RunOutcome } from "../../enclave-wasm/runtime/engine/run-outcome.ts";

/** Contracts that may be on the stack of calls at once. */
const DEPTH = 4;
/** Effects of a task. */
const EFFECTS = 4;

/** 32 bytes that depend on every byte and on the length. */
function fold(seed: number, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(32).fill(seed);
  data.forEach((byte, index) => {
    out[index % 32] = (out[index % 32] as number) * 31 + byte;
  });
  out[31] = (out[31] as number) ^ (data.length & 0xff);
  return out;
}

function compare(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

/** What a call keeps and undoes. */
interface Changes {
  readonly entries: [Uint8Array, Uint8Array][];
  readonly effects: Uint8Array[];
}

/** Runs the module with this number. */
export type RunModule = (module: number, ...called: Parameters<CalledContract>) => RunOutcome;

/** As the host in Rust: a contract's address says by its first byte what becomes of a call of it. */
export class MockHost implements HostFunctions {
  readonly logs: Uint8Array[] = [];
  effects: Uint8Array[] = [];
  /** How many calls of other contracts were begun. */
  calls = 0;
  /** Whether nothing may be written. */
  view = false;
  /** Who calls. */
  account: Uint8Array = new Uint8Array(20).fill(0x11);
  private entries: [Uint8Array, Uint8Array][] = [];
  private drawn = 0;
  private readonly called: { readonly address: Uint8Array; readonly before: Changes }[] = [];
  private readonly runModule: RunModule;

  constructor(runModule: RunModule = () => ({ kind: "node-fault", reason: "no module" })) {
    this.runModule = runModule;
  }

  /** Everything stored, in key order. */
  stored(): readonly [Uint8Array, Uint8Array][] {
    return this.entries.toSorted(([a], [b]) => compare(a, b));
  }

  /** Begins another task on what is stored; answers how to undo it. */
  begin(view: boolean, account: Uint8Array): () => void {
    const before = this.entries;
    this.logs.length = 0;
    this.effects = [];
    this.calls = 0;
    this.drawn = 0;
    this.view = view;
    this.account = account;
    return () => {
      this.entries = before;
    };
  }

  storageGet(key: Uint8Array): Uint8Array | undefined {
    return this.entries.find(([known]) => compare(known, key) === 0)?.[1];
  }
  storageSet(key: Uint8Array, value: Uint8Array): void {
    this.storageRemove(key);
    this.entries = [...this.entries, [key, value]];
  }
  storageRemove(key: Uint8Array): void {
    this.noView();
    this.entries = this.entries.filter(([known]) => compare(known, key) !== 0);
  }
  storageNextKey(key: Uint8Array): Uint8Array | undefined {
    return this.stored().find(([known]) => compare(known, key) > 0)?.[0];
  }
  sender = () => (this.called.length === 0 ? this.account : this.addressAt(this.called.length - 1));
  selfAddress = () => this.addressAt(this.called.length);
  taskId = () => new Uint8Array(32).fill(0x33);
  epoch = () => 7n;
  blockNumber = () => 2n ** 40n;
  blockTimestamp = () => 2n ** 64n - 1n;
  random(length: number): Uint8Array {
    const out = Uint8Array.from({ length }, (_, index) => this.drawn + index);
    this.drawn = (this.drawn + length) & 0xff;
    return out;
  }
  keccak256 = (data: Uint8Array) => fold(1, data);
  sha256 = (data: Uint8Array) => fold(2, data);
  secp256k1Recover = (hash: Uint8Array, signature: Uint8Array) =>
    (signature[64] as number) < 2 ? fold(3, hash).slice(0, 20) : undefined;
  ed25519Verify = (_key: Uint8Array, message: Uint8Array, _signature: Uint8Array) => message.length % 2;
  aeadSeal = (_key: Uint8Array, data: Uint8Array, plaintext: Uint8Array) =>
    Uint8Array.from([...fold(4, data).slice(0, 24), ...plaintext, ...fold(5, plaintext).slice(0, 16)]);
  aeadOpen = (_key: Uint8Array, _data: Uint8Array, ciphertext: Uint8Array) =>
    ciphertext.length < 40 ? undefined : ciphertext.slice(24, ciphertext.length - 16);
  x25519PublicKey = (secretKey: Uint8Array) => secretKey.map((byte) => byte ^ 1);
  x25519SharedSecret(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
    const shared = secretKey.map((byte, index) => byte ^ (publicKey[index] as number) ^ 1);
    return shared.some((byte) => byte !== 0) ? shared : undefined;
  }
  beginCall(contract: Uint8Array): CalledContract | Uint8Array {
    if (this.view) return refused("view");
    if (contract[0] !== 0) return refused("undeclared");
    if (this.called.length + 1 === DEPTH) return refused("depth");
    this.calls++;
    const before = { entries: [...this.entries], effects: [...this.effects] };
    this.called.push({ address: contract, before });
    return (...called) => this.runModule(contract[0] as number, ...called);
  }
  endCall(outcome: RunOutcome): Uint8Array {
    const ended = this.called.pop();
    if (ended === undefined) throw new Error("no call is open");
    if (outcome.kind !== "returned") {
      this.entries = ended.before.entries;
      this.effects = ended.before.effects;
    }
    return answer(outcome);
  }
  callEthereum(required: boolean, target: Uint8Array, value: Uint8Array, calldata: Uint8Array): void {
    this.effect(required ? 1 : 2, target, value, calldata);
  }
  emitEvent(topics: Uint8Array, data: Uint8Array): void {
    this.effect(3, topics, data);
  }
  emitPrivateEvent(recipient: Uint8Array, data: Uint8Array): void {
    this.noView();
    if (recipient.length === 32 && recipient.every((byte) => byte === 0)) throw hostTrap("host-argument");
    this.effect(4, recipient, data);
  }
  debugLog(message: Uint8Array): void {
    this.logs.push(message);
  }

  private addressAt(depth: number): Uint8Array {
    return this.called[depth - 1]?.address ?? new Uint8Array(20).fill(0x22);
  }
  private noView(): void {
    if (this.view) throw hostTrap("view-effect");
  }
  private effect(kind: number, ...parts: readonly Uint8Array[]): void {
    this.noView();
    if (this.effects.length === EFFECTS) throw hostTrap("too-many-effects");
    this.effects.push(new Uint8Array(Buffer.concat([Uint8Array.of(kind), ...parts])));
  }
}

function refused(reason: string): Uint8Array {
  return Uint8Array.of(10, ...Buffer.from(reason));
}

/** Ending byte and payload. */
function answer(outcome: RunOutcome): Uint8Array {
  const endings = ["returned", "reverted", "panicked", "out-of-gas", "out-of-memory", "stack-overflow", "trapped"];
  const payload = "data" in outcome ? outcome.data : "trap" in outcome ? Buffer.from(outcome.trap) : new Uint8Array();
  return new Uint8Array(Buffer.concat([Uint8Array.of(endings.indexOf(outcome.kind)), payload]));
}
