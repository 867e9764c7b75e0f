// The imports of a contract: each checks, charges, asks the enclave and lowers the answer.

import type { Guest } from "./canonical-abi.ts";
import { hostArgument } from "./canonical-abi.ts";
import type { HostFunctions, HostParameter, HostPrice, HostPrices } from "./host-functions.ts";
import { HostFailure, RunSignal } from "./run-outcome.ts";

/** The module name of every import. */
export const HOST_MODULE = "enigma:contract/host@0.1.0";

type Import = (...words: number[]) => number | bigint | undefined;
type Bytes = Uint8Array;
/** Hands a host function's answer to the guest; `area` is the return pointer where there is one. */
type Lower<T> = (answer: T, area: number) => number | bigint | undefined;

/** A guest that has no instance yet when its imports are made. */
export interface GuestSlot {
  guest: Guest;
}

/** The host functions that a module imports, bound to one run. */
export function hostImports(names: readonly string[], prices: HostPrices, slot: GuestSlot, host: HostFunctions) {
  const imports: Record<string, Import> = {};
  for (const name of names) {
    const price = prices.functions[name];
    if (price === undefined) throw new Error(`no host function ${name}`);
    imports[name] = hostImport(name, price, slot, host);
  }
  return imports;
}

function hostImport(name: string, price: HostPrice, slot: GuestSlot, host: HostFunctions): Import {
  const { none, one, two, three, count } = shapes(price, slot);
  const { nothing, integer, bytes, option } = lowerings(price, slot);
  switch (name) {
    case "storage-get":
      return one((key) => host.storageGet(key), option);
    case "storage-set":
      return two((key, value) => host.storageSet(key, value), nothing);
    case "storage-remove":
      return one((key) => host.storageRemove(key), nothing);
    case "storage-next-key":
      return one((key) => host.storageNextKey(key), option);
    case "sender":
      return none(() => host.sender(), bytes);
    case "self-address":
      return none(() => host.selfAddress(), bytes);
    case "task-id":
      return none(() => host.taskId(), bytes);
    case "epoch":
      return none(() => host.epoch(), integer);
    case "block-number":
      return none(() => host.blockNumber(), integer);
    case "block-timestamp":
      return none(() => host.blockTimestamp(), integer);
    case "gas-left":
      return gasLeft(price, slot);
    case "random":
      return count((length) => host.random(length), bytes);
    case "keccak256":
      return one((data) => host.keccak256(data), bytes);
    case "sha256":
      return one((data) => host.sha256(data), bytes);
    case "secp256k1-recover":
      return two((hash, signature) => host.secp256k1Recover(hash, signature), option);
    case "ed25519-verify":
      return three((key, message, signature) => host.ed25519Verify(key, message, signature), integer);
    case "aead-seal":
      return three((key, data, plaintext) => host.aeadSeal(key, data, plaintext), bytes);
    case "aead-open":
      return three((key, data, ciphertext) => host.aeadOpen(key, data, ciphertext), option);
    case "x25519-public-key":
      return one((secretKey) => host.x25519PublicKey(secretKey), bytes);
    case "x25519-shared-secret":
      return two((secretKey, publicKey) => host.x25519SharedSecret(secretKey, publicKey), option);
    case "panic":
      return one((message) => message, panic);
    case "debug-log":
      return one((message) => host.debugLog(message), nothing);
    default:
      throw new Error(`no host function ${name}`);
  }
}

/** Imports by the shape of their parameters. */
function shapes({ base, byteIn, params }: HostPrice, slot: GuestSlot) {
  const [first, second, third] = params as readonly [HostParameter, HostParameter, HostParameter];
  return {
    none:
      <T>(ask: () => T, lower: Lower<T>): Import =>
      (area) => {
        const { guest } = slot;
        guest.enterHost();
        guest.charge(base);
        return lower(answerOf(ask), area as number);
      },
    one:
      <T>(ask: (a: Bytes) => T, lower: Lower<T>): Import =>
      (pointer, length, area) => {
        const { guest } = slot;
        guest.enterHost();
        const a = guest.read(pointer as number, length as number);
        check(a.length, first);
        guest.charge(base + byteIn * a.length);
        return lower(
          answerOf(() => ask(a)),
          area as number,
        );
      },
    two:
      <T>(ask: (a: Bytes, b: Bytes) => T, lower: Lower<T>): Import =>
      (p1, l1, p2, l2, area) => {
        const { guest } = slot;
        guest.enterHost();
        const a = guest.read(p1 as number, l1 as number);
        const b = guest.read(p2 as number, l2 as number);
        check(a.length, first);
        check(b.length, second);
        guest.charge(base + byteIn * (a.length + b.length));
        return lower(
          answerOf(() => ask(a, b)),
          area as number,
        );
      },
    three:
      <T>(ask: (a: Bytes, b: Bytes, c: Bytes) => T, lower: Lower<T>): Import =>
      (p1, l1, p2, l2, p3, l3, area) => {
        const { guest } = slot;
        guest.enterHost();
        const a = guest.read(p1 as number, l1 as number);
        const b = guest.read(p2 as number, l2 as number);
        const c = guest.read(p3 as number, l3 as number);
        check(a.length, first);
        check(b.length, second);
        check(c.length, third);
        guest.charge(base + byteIn * (a.length + b.length + c.length));
        return lower(
          answerOf(() => ask(a, b, c)),
          area as number,
        );
      },
    count:
      <T>(ask: (count: number) => T, lower: Lower<T>): Import =>
      (word, area) => {
        const { guest } = slot;
        guest.enterHost();
        const count = (word as number) >>> 0;
        check(count, first);
        guest.charge(base + byteIn * count);
        return lower(
          answerOf(() => ask(count)),
          area as number,
        );
      },
  };
}

/** What to do with an answer. Its bytes are charged before they are handed over. */
function lowerings({ byteOut }: HostPrice, slot: GuestSlot) {
  return {
    nothing: () => undefined,
    integer: (value: number | bigint) => value,
    bytes: (list: Bytes, area: number) => {
      slot.guest.charge(byteOut * list.length);
      slot.guest.lowerResult(list, area);
      return undefined;
    },
    option: (list: Bytes | undefined, area: number) => {
      if (list !== undefined) slot.guest.charge(byteOut * list.length);
      slot.guest.lowerOption(list, area);
      return undefined;
    },
  };
}

function gasLeft({ base }: HostPrice, slot: GuestSlot): Import {
  return () => {
    const { guest } = slot;
    guest.enterHost();
    const left = guest.exports.enigma_gas.value;
    guest.charge(base);
    return left;
  };
}

function panic(message: Bytes): never {
  throw new RunSignal("panicked", undefined, message);
}

/** Traps where an argument has another length than the interface says. */
export function check(length: number, { least, most }: HostParameter): void {
  if (length < least || length > most) throw hostArgument();
}

/** Whatever the enclave's own code throws, a trap of its WebAssembly included, is no end of the contract. */
export function answerOf<T>(ask: () => T): T {
  try {
    return ask();
  } catch (cause) {
    throw new HostFailure(cause);
  }
}
