// A host whose answers are simple enough to be written twice: here and in `enclave-wasm/metering/tests/support/mock_host.rs`.
// Its "cryptography" is none; engines only carry bytes.

import type { HostFunctions } from "../../enclave-wasm/runtime/engine/host-functions.ts";

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

export class MockHost implements HostFunctions {
  readonly logs: Uint8Array[] = [];
  private entries: [Uint8Array, Uint8Array][] = [];
  private drawn = 0;

  /** Everything stored, in key order. */
  stored(): readonly [Uint8Array, Uint8Array][] {
    return this.entries.toSorted(([a], [b]) => compare(a, b));
  }

  storageGet(key: Uint8Array): Uint8Array | undefined {
    return this.entries.find(([known]) => compare(known, key) === 0)?.[1];
  }
  storageSet(key: Uint8Array, value: Uint8Array): void {
    this.storageRemove(key);
    this.entries.push([key, value]);
  }
  storageRemove(key: Uint8Array): void {
    this.entries = this.entries.filter(([known]) => compare(known, key) !== 0);
  }
  storageNextKey(key: Uint8Array): Uint8Array | undefined {
    return this.stored().find(([known]) => compare(known, key) > 0)?.[0];
  }
  sender = () => new Uint8Array(20).fill(0x11);
  selfAddress = () => new Uint8Array(20).fill(0x22);
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
  debugLog(message: Uint8Array): void {
    this.logs.push(message);
  }
}
