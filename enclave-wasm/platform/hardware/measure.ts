/**
 * MRENCLAVE: what an enclave is, as one hash over everything that runs inside, as loaded.
 *
 * `SHA-256(SHA-256("enigma/v1/measurement") ‖ for each file, in bytewise order of names: u32 length of name ‖ name (UTF-8)
 * ‖ u64 length of content ‖ content)`, lengths big-endian. Names are relative to the package and use `/`, so neither the
 * folder nor the operating system matters.
 */
import { createHash } from "node:crypto";
import { HardwareError } from "./hardware-error.ts";

/** A file of an enclave package. */
export interface MeasuredFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const LABEL = "enigma/v1/measurement";

/**
 * Measures an enclave package; 32 bytes. The order of `files` does not matter.
 * @throws {HardwareError} `enclave-measurement` for no files, a name twice, or a name that is not a plain relative path
 */
export function measure(files: readonly MeasuredFile[]): Uint8Array {
  if (files.length === 0) throw new HardwareError("enclave-measurement", { detail: "The package has no files." });
  const named = files.map(({ name, bytes }) => ({ name: encodeName(name), bytes }));
  named.sort((left, right) => Buffer.compare(left.name, right.name));
  const hash = createHash("sha256").update(createHash("sha256").update(LABEL).digest());
  let previous: Buffer | undefined;
  for (const { name, bytes } of named) {
    if (previous?.equals(name)) {
      throw new HardwareError("enclave-measurement", { detail: `The package holds ${name} twice.` });
    }
    hash.update(u32(name.length)).update(name).update(u64(bytes.length)).update(bytes);
    previous = name;
  }
  return new Uint8Array(hash.digest());
}

function encodeName(name: string): Buffer {
  const parts = name.split("/");
  if (
    !name.isWellFormed() ||
    name.includes("\\") ||
    parts.some((part) => part === "" || part === "." || part === "..")
  ) {
    throw new HardwareError("enclave-measurement", {
      detail: `${JSON.stringify(name)} is no name of a measured file.`,
    });
  }
  return Buffer.from(name, "utf8");
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
