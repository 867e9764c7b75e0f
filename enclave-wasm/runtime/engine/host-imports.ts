// The imports of a contract: each checks, charges, asks the enclave and lowers the answer.

import { callContract } from "./contract-call.ts";
import type { HostPrice, HostPrices } from "./host-functions.ts";
import { type Bytes, type GuestSlot, type Import, lowerings, type RunSlot, shapes } from "./import-shapes.ts";
import { RunSignal } from "./run-outcome.ts";

/** The module name of every import. */
export const HOST_MODULE = "enigma:contract/host@0.1.0";

/** The host functions that a module imports. */
export function hostImports(names: readonly string[], prices: HostPrices, slot: RunSlot): Record<string, Import> {
  const imports: Record<string, Import> = {};
  for (const name of names) {
    const price = prices.functions[name];
    if (price === undefined) throw new Error(`no host function ${name}`);
    imports[name] = hostImport(name, prices, price, slot);
  }
  return imports;
}

function hostImport(name: string, prices: HostPrices, price: HostPrice, slot: RunSlot): Import {
  const { none, one, two, three, count, twoAndNumber, numberAndThree } = shapes(price, slot);
  const { nothing, integer, bytes, option } = lowerings(price, slot);
  switch (name) {
    case "storage-get":
      return one((key) => slot.host.storageGet(key), option);
    case "storage-set":
      return two((key, value) => slot.host.storageSet(key, value), nothing);
    case "storage-remove":
      return one((key) => slot.host.storageRemove(key), nothing);
    case "storage-next-key":
      return one((key) => slot.host.storageNextKey(key), option);
    case "sender":
      return none(() => slot.host.sender(), bytes);
    case "self-address":
      return none(() => slot.host.selfAddress(), bytes);
    case "task-id":
      return none(() => slot.host.taskId(), bytes);
    case "epoch":
      return none(() => slot.host.epoch(), integer);
    case "block-number":
      return none(() => slot.host.blockNumber(), integer);
    case "block-timestamp":
      return none(() => slot.host.blockTimestamp(), integer);
    case "gas-left":
      return gasLeft(price, slot);
    case "burn-gas":
      return burnGas(price, slot);
    case "random":
      return count((length) => slot.host.random(length), bytes);
    case "keccak256":
      return one((data) => slot.host.keccak256(data), bytes);
    case "sha256":
      return one((data) => slot.host.sha256(data), bytes);
    case "secp256k1-recover":
      return two((hash, signature) => slot.host.secp256k1Recover(hash, signature), option);
    case "ed25519-verify":
      return three((key, message, signature) => slot.host.ed25519Verify(key, message, signature), integer);
    case "aead-seal":
      return three((key, data, plaintext) => slot.host.aeadSeal(key, data, plaintext), bytes);
    case "aead-open":
      return three((key, data, ciphertext) => slot.host.aeadOpen(key, data, ciphertext), option);
    case "x25519-public-key":
      return one((secretKey) => slot.host.x25519PublicKey(secretKey), bytes);
    case "x25519-shared-secret":
      return two((secretKey, publicKey) => slot.host.x25519SharedSecret(secretKey, publicKey), option);
    case "call-contract":
      return twoAndNumber(
        (contract, calldata, gas) => callContract(slot.guest, prices, slot.host, contract, calldata, gas as bigint),
        bytes,
      );
    case "call-ethereum":
      return numberAndThree((required, target, value, calldata) => {
        slot.host.callEthereum(required !== 0, target, value, calldata);
      }, nothing);
    case "emit-event":
      return two((topics, data) => slot.host.emitEvent(topics, data), nothing);
    case "emit-private-event":
      return two((recipient, data) => slot.host.emitPrivateEvent(recipient, data), nothing);
    case "panic":
      return one((message) => message, panic);
    case "debug-log":
      return one((message) => slot.host.debugLog(message), nothing);
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
