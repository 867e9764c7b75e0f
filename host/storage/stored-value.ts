/**
 * How values lie in the database: CBOR maps with camelCase keys, byte strings for bytes (ARCHITECTURE 2.1).
 */

import { decode, encode } from "cborg";

/** The CBOR of a value. Fields that are `undefined` are left out. */
export function encodeValue(value: object): Uint8Array {
  return encode(value, { ignoreUndefinedProperties: true });
}

/** The value that `encodeValue` wrote. Only ever applied to bytes of our own database. */
export function decodeValue<T>(bytes: Uint8Array): T {
  return decode(bytes) as T;
}
