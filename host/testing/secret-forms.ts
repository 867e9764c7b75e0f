/**
 * The forms in which a secret could be found in what a host stores, logs and sends: raw bytes, hex, base64 at each of its
 * three alignments, decimal digits, text. A search for all of them finds a secret that leaked by a mistake; it cannot find
 * one that somebody hid on purpose.
 */

/** A number, a text, or bytes that must not be seen. */
export type Secret = bigint | string | Uint8Array;

/** One way to write a secret. */
export interface SecretForm {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Shorter secrets stand in any large enough heap of bytes by chance. */
const LEAST_BYTES = 6;

/**
 * All forms of a secret.
 * @throws RangeError if it is too short to be searched for: less than 6 bytes
 */
export function secretForms(secret: Secret): SecretForm[] {
  if (typeof secret === "bigint") return formsOfNumber(secret);
  const bytes = typeof secret === "string" ? Buffer.from(secret, "utf8") : Buffer.from(secret);
  return formsOfBytes(bytes, typeof secret === "string" ? "UTF-8" : "bytes");
}

function formsOfNumber(secret: bigint): SecretForm[] {
  const hex = secret.toString(16);
  const bigEndian = Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
  return [
    ...formsOfBytes(bigEndian, "big-endian"),
    ...formsOfBytes(Buffer.from(bigEndian).reverse(), "little-endian"),
    { name: "decimal", bytes: Buffer.from(secret.toString(10)) },
  ];
}

function formsOfBytes(bytes: Buffer, name: string): SecretForm[] {
  if (bytes.length < LEAST_BYTES) throw new RangeError(`a secret of ${bytes.length} bytes is found by chance`);
  const hex = bytes.toString("hex");
  return [
    { name, bytes },
    { name: `${name} in hex`, bytes: Buffer.from(hex) },
    { name: `${name} in upper-case hex`, bytes: Buffer.from(hex.toUpperCase()) },
    ...base64Forms(bytes, "base64", name),
    ...base64Forms(bytes, "base64url", name),
  ];
}

/** The digits that depend on the secret alone, wherever in a longer text of base64 it begins. */
function base64Forms(bytes: Buffer, encoding: "base64" | "base64url", name: string): SecretForm[] {
  return [0, 1, 2].map((offset) => {
    const digits = Buffer.concat([Buffer.alloc(offset), bytes]).toString(encoding);
    const own = digits.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    return { name: `${name} in ${encoding}`, bytes: Buffer.from(own) };
  });
}
