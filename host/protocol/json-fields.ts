/**
 * Strict reading of JSON objects at the boundary: every field is checked for presence, type and range, and a field
 * that nobody asked for is an error. A refusal is `invalid-params` unless said otherwise, and names the field by its path.
 */
import { EnigmaError, type ErrorCode } from "./errors/enigma-error.ts";
import { type Address, address, fromHex, type Hash, hash, isHex } from "./hex.ts";

/** One JSON object being read. Call `end` when all fields were read. */
export class JsonFields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #read = new Set<string>();

  constructor(value: unknown, path = "") {
    this.#path = path;
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw invalid(path === "" ? "params" : path, "it is not an object");
    this.#fields = value as Readonly<Record<string, unknown>>;
  }

  /** Says whether a field is there and not null. */
  has(name: string): boolean {
    const value = this.#take(name);
    return value !== undefined && value !== null;
  }

  address(name: string): Address {
    return address(this.#take(name) as string, this.#name(name));
  }

  hash(name: string): Hash {
    return hash(this.#take(name) as string, this.#name(name));
  }

  /** Bytes, exactly `length` of them or at most `most`; more are refused with the code `tooLarge` where there is one. */
  bytes(name: string, size: { length?: number; most?: number; tooLarge?: ErrorCode } = {}): Uint8Array {
    const value = this.#take(name);
    if (!isHex(value)) throw invalid(this.#name(name), "it is not 0x-prefixed hex of whole bytes");
    const length = value.length / 2 - 1;
    const { most = length, tooLarge } = size;
    if (length > most && tooLarge !== undefined)
      throw new EnigmaError(tooLarge, { data: { field: this.#name(name), bytes: length, most } });
    if (length > most) throw invalid(this.#name(name), `it has ${length} bytes; ${most} are allowed`);
    return fromHex(value, size.length, this.#name(name));
  }

  /** A decimal string of at most `bits` bits. */
  uint(name: string, bits: number): bigint {
    const value = this.#take(name);
    if (typeof value !== "string" || !/^(0|[1-9]\d{0,77})$/.test(value))
      throw invalid(this.#name(name), "it is not a decimal string");
    const number = BigInt(value);
    if (number >> BigInt(bits) !== 0n) throw invalid(this.#name(name), `it does not fit uint${bits}`);
    return number;
  }

  /** A JSON number: an integer below 2 to the power of `bits`. */
  number(name: string, bits: number): number {
    const value = this.#take(name);
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value >= 2 ** bits)
      throw invalid(this.#name(name), `it is not an integer that fits uint${bits}`);
    return value;
  }

  text(name: string): string {
    const value = this.#take(name);
    if (typeof value !== "string") throw invalid(this.#name(name), "it is not a string");
    return value;
  }

  boolean(name: string): boolean {
    const value = this.#take(name);
    if (typeof value !== "boolean") throw invalid(this.#name(name), "it is not true or false");
    return value;
  }

  object(name: string): JsonFields {
    return new JsonFields(this.#take(name), this.#name(name));
  }

  list<T>(name: string, read: (element: JsonFields) => T): T[] {
    const value = this.#take(name);
    if (!Array.isArray(value)) throw invalid(this.#name(name), "it is not an array");
    return value.map((element, index) => read(new JsonFields(element, `${this.#name(name)}[${index}]`)));
  }

  /** What `read` makes of a value, which says what is wrong by throwing nothing but returning undefined. */
  one<T>(name: string, read: (value: unknown) => T | undefined, problem: string): T {
    const result = read(this.#take(name));
    if (result === undefined) throw invalid(this.#name(name), problem);
    return result;
  }

  /** The field, or null if it is null or missing. */
  nullable<T>(name: string, read: (name: string) => T): T | null {
    return this.has(name) ? read(name) : null;
  }

  /** @throws `invalid-params` naming a field that was not read. */
  end(): void {
    const unknown = Object.keys(this.#fields).find((name) => !this.#read.has(name));
    if (unknown !== undefined) throw invalid(this.#name(unknown), "it is not known");
  }

  #take(name: string): unknown {
    this.#read.add(name);
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
  }

  #name(name: string): string {
    return this.#path === "" ? name : `${this.#path}.${name}`;
  }
}

function invalid(field: string, problem: string): EnigmaError {
  return new EnigmaError("invalid-params", { data: { field, problem } });
}
