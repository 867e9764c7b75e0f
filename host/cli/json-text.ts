import { toHex } from "../protocol/hex.ts";

/** A value as one line of JSON: bytes are hex, integers of 64 bits and more decimal strings. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "bigint") return part.toString();
    return part instanceof Uint8Array ? toHex(part) : part;
  });
}
