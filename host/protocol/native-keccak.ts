/** Keccak-256 of the runtime's own cryptography, without a package. */

interface NativeCrypto {
  getHashes(): string[];
  hash(algorithm: string, data: Uint8Array, encoding: "hex"): string;
  hash(algorithm: string, data: Uint8Array, encoding: "buffer"): Uint8Array;
}

interface NodeProcess {
  getBuiltinModule?(name: string): NativeCrypto | undefined;
}

export interface NativeKeccak {
  /** As lower-case `0x` text. */
  hex(bytes: Uint8Array): string;
  /** As 32 bytes. */
  bytes(bytes: Uint8Array): Uint8Array;
}

const ALGORITHM = "keccak-256";

/** Undefined where the runtime is not Node, or one whose OpenSSL lacks it. */
export const nativeKeccak: NativeKeccak | undefined = find();

function find(): NativeKeccak | undefined {
  const { process } = globalThis as { process?: NodeProcess };
  const crypto = process?.getBuiltinModule?.("node:crypto");
  if (!crypto?.getHashes().includes(ALGORITHM)) return undefined;
  return {
    hex: (bytes) => `0x${crypto.hash(ALGORITHM, bytes, "hex")}`,
    bytes: (bytes) => new Uint8Array(crypto.hash(ALGORITHM, bytes, "buffer")),
  };
}
