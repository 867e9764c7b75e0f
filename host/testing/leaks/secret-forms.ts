/**
 * The forms in which a secret could be found in what a host stores, logs and sends: raw bytes in either order, hex, base64 at each
 * of its three alignments, decimal digits, text in UTF-8 and UTF-16. Longer forms contain these: words of Ethereum's ABI and of
 * contracts' memory (padded numbers), JSON, CBOR. A search for all of them finds a secret that leaked by a mistake; it cannot find
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
 * @throws RangeError if it is too short to be searched for: less than 6 bytes; for a negative number
 */
export function secretForms(secret: Secret): SecretForm[] {
  if (typeof secret === "bigint") return formsOfNumber(secret);
  if (typeof secret === "string") return formsOfText(secret);
  const bytes = Buffer.from(secret);
  return [...formsOfBytes(bytes, "bytes"), ...formsOfBytes(reversed(bytes), "reversed bytes")];
}

function formsOfNumber(secret: bigint): SecretForm[] {
  if (secret < 0n) throw new RangeError("a secret number is not negative");
  const hex = secret.toString(16);
  const bigEndian = Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
  const decimal = secret.toString(10);
  return [
    ...formsOfBytes(bigEndian, "big-endian"),
    ...formsOfBytes(reversed(bigEndian), "little-endian"),
    // JSON-RPC writes quantities without a leading zero.
    { name: "hexadecimal", bytes: Buffer.from(hex) },
    { name: "upper-case hexadecimal", bytes: Buffer.from(hex.toUpperCase()) },
    { name: "decimal", bytes: Buffer.from(decimal) },
    { name: "reversed decimal", bytes: reversed(Buffer.from(decimal)) },
    ...utf16Forms(decimal, "decimal"),
  ];
}

function formsOfText(secret: string): SecretForm[] {
  const utf8 = Buffer.from(secret, "utf8");
  return [
    ...formsOfBytes(utf8, "UTF-8"),
    ...formsOfBytes(reversed(utf8), "reversed UTF-8"),
    { name: "reversed characters", bytes: Buffer.from([...secret].reverse().join(""), "utf8") },
    // As JSON writes it where it has quotes, line ends or control characters; else this is UTF-8 again.
    { name: "JSON", bytes: Buffer.from(JSON.stringify(secret).slice(1, -1), "utf8") },
    { name: "URL", bytes: Buffer.from(encodeURIComponent(secret), "utf8") },
    ...utf16Forms(secret, "text"),
  ];
}

function utf16Forms(text: string, name: string): SecretForm[] {
  const littleEndian = Buffer.from(text, "utf16le");
  return [
    { name: `${name} in UTF-16LE`, bytes: littleEndian },
    { name: `${name} in UTF-16BE`, bytes: Buffer.from(littleEndian).swap16() },
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

function reversed(bytes: Buffer): Buffer {
  return Buffer.from(bytes).reverse();
}
