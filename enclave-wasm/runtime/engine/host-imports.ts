// The imports of a contract: each checks, charges, asks the enclave and lowers the answer.

import { callContract } from "./contract-call.ts";
import type { HostFunctions, HostPrice, HostPrices } from "./host-functions.ts";
import { type Bytes, type GuestSlot, type Import, lowerings, shapes } from "./import-shapes.ts";
import { RunSignal } from "./run-outcome.ts";

/** The module name of every import. */
export const HOST_MODULE = "enigma:contract/host@0.1.0";

/** The host functions that a module imports, bound to one run. */
export function hostImports(names: readonly string[], prices: HostPrices, slot: GuestSlot, host: HostFunctions) {
  const imports: Record<string, Import> = {};
  for (const name of names) {
    const price = prices.functions[name];
    if (price === undefined) throw new Error(`no host function ${name}`);
    imports[name] = hostImport(name, prices, price, slot, host);
  }
  return imports;
}

function hostImport(name: string, prices: HostPrices, price: HostPrice, slot: GuestSlot, host: HostFunctions): Import {
  const { none, one, two, three, count, twoAndNumber, numberAndThree } = shapes(price, slot);
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
    case "burn-gas":
      return burnGas(price, slot);
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
    case "call-contract":
      return twoAndNumber(
        (contract, calldata, gas) => callContract(slot.guest, prices, host, contract, calldata, gas as bigint),
        bytes,
      );
    case "call-ethereum":
      return numberAndThree((required, target, value, calldata) => {
        host.callEthereum(required !== 0, target, value, calldata);
      }, nothing);
    case "emit-event":
      return two((topics, data) => host.emitEvent(topics, data), nothing);
    case "emit-private-event":
      return two((recipient, data) => host.emitPrivateEvent(recipient, data), nothing);
    case "panic":
      return one((message) => message, panic);
    case "debug-log":
      return one((message) => host.debugLog(message), nothing);
    default:
      throw new Error(`no host function ${name}`);
  }
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

function burnGas({ base }: HostPrice, slot: GuestSlot): Import {
  return (amount) => {
    const { guest } = slot;
    guest.enterHost();
    guest.charge(base);
    guest.burn(amount as bigint);
    return undefined;
  };
}

function panic(message: Bytes): never {
  throw new RunSignal("panicked", undefined, message);
}
