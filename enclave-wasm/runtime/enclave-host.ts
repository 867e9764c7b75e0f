// The host functions of a running contract, answered by the enclave's core.
//
// Storage goes through one buffer in the enclave's memory that never moves: a call writes its key there and reads the
// answer there, so that the hot path allocates nothing but the answer. Everything else passes bytes the ordinary way.

import type { EnclaveExports } from "./enclave-exports.ts";
import type { HostFunctions } from "./engine/host-functions.ts";
import { hostTrap, type RunOutcome } from "./engine/run-outcome.ts";
import type { TrapCode } from "./engine/trap-code.ts";

const ABSENT = -1;

/** Numbers of the traps that a host function may answer with (ARCHITECTURE.md section 2.3). */
const TRAPS: ReadonlyMap<number, TrapCode> = new Map([
  [7, "host-argument"],
  [9, "view-effect"],
  [10, "too-many-effects"],
]);

/** First byte of what `beginCall` answers. */
const RUN = 0;

/** Runs the called contract's module by its number. */
export type RunCalled = (module: number, calldata: Uint8Array, gasLimit: bigint, stackSlots: number) => RunOutcome;

/** Makes the host functions for one enclave; they work while one of its contracts runs. */
export function enclaveHost(enclave: EnclaveExports, memory: WebAssembly.Memory, runCalled: RunCalled): HostFunctions {
  const address = enclave.exchangeAddress();
  const length = enclave.exchangeLength();
  let buffer = new Uint8Array(memory.buffer, address, length);

  /** The enclave's memory may have grown since the last call, which detaches every older view of it. */
  function exchange(): Uint8Array {
    if (buffer.byteLength === 0) buffer = new Uint8Array(memory.buffer, address, length);
    return buffer;
  }

  function found(size: number): Uint8Array | undefined {
    if (size >= 0) return exchange().slice(0, size);
    if (size === ABSENT) return undefined;
    throw new Error("storage was called outside a run");
  }

  function done(result: number): void {
    if (result === 0) return;
    const trap = TRAPS.get(result);
    throw trap === undefined ? new Error("storage was called outside a run") : hostTrap(trap);
  }

  return {
    storageGet(key) {
      exchange().set(key);
      return found(enclave.storageGet(key.length));
    },
    storageNextKey(key) {
      exchange().set(key);
      return found(enclave.storageNextKey(key.length));
    },
    storageSet(key, value) {
      const view = exchange();
      view.set(key);
      view.set(value, key.length);
      done(enclave.storageSet(key.length, value.length));
    },
    storageRemove(key) {
      exchange().set(key);
      done(enclave.storageRemove(key.length));
    },
    sender: () => enclave.sender(),
    selfAddress: () => enclave.selfAddress(),
    taskId: () => enclave.taskId(),
    epoch: () => enclave.epoch(),
    blockNumber: () => enclave.blockNumber(),
    blockTimestamp: () => enclave.blockTimestamp(),
    random: (size) => enclave.random(size),
    keccak256: (data) => enclave.keccak256(data),
    sha256: (data) => enclave.sha256(data),
    secp256k1Recover: (hash, signature) => enclave.secp256k1Recover(hash, signature),
    ed25519Verify: (publicKey, message, signature) => enclave.ed25519Verify(publicKey, message, signature),
    aeadSeal: (key, associatedData, plaintext) => enclave.aeadSeal(key, associatedData, plaintext),
    aeadOpen: (key, associatedData, ciphertext) => enclave.aeadOpen(key, associatedData, ciphertext),
    x25519PublicKey: (secretKey) => enclave.x25519PublicKey(secretKey),
    x25519SharedSecret: (secretKey, publicKey) => enclave.x25519SharedSecret(secretKey, publicKey),
    beginCall(contract) {
      const answer = enclave.beginCall(contract);
      if (answer[0] !== RUN) return answer.slice(1);
      const module = new DataView(answer.buffer, answer.byteOffset).getUint32(1);
      return (calldata, gasLimit, stackSlots) => runCalled(module, calldata, gasLimit, stackSlots);
    },
    endCall: (outcome) => enclave.endCall(outcome),
    callEthereum: (required, target, value, calldata) => done(enclave.callEthereum(required, target, value, calldata)),
    emitEvent: (topics, data) => done(enclave.emitEvent(topics, data)),
    emitPrivateEvent: (recipient, data) => done(enclave.emitPrivateEvent(recipient, data)),
    debugLog: (message) => enclave.debugLog(message),
  };
}
