/**
 * `abi.encode` of static values, assembled by hand.
 *
 * Records, ids and digests are hashed for every task on every node. A general ABI coder spends some ten times longer
 * on them than the hash itself; all of them are sequences of 32-byte words at known places, so they are written and
 * read directly. Tests compare every format with a general coder.
 */
import { EnigmaError } from "./errors/enigma-error.ts";
import { type Address, addressFromBytes, type Hash, type Hex, hashFromBytes, writeHex } from "./hex.ts";

const WORD = 32;

/** A fixed number of 32-byte words, written in order. */
export class WordWriter {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(words: number) {
    this.bytes = new Uint8Array(words * WORD);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** A number of at most 53 bits. @throws `number-out-of-range` */
  number(value: number, bits: number): this {
    if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** bits) throw outOfRange(bits);
    this.#view.setBigUint64(this.#offset + 24, BigInt(value));
    return this.#advance();
  }

  /** A number of `bits` bits. @throws `number-out-of-range` */
  uint(value: bigint, bits: number): this {
    if (value < 0n || value >> BigInt(bits) !== 0n) throw outOfRange(bits);
    this.#view.setBigUint64(this.#offset + 24, value & 0xffffffffffffffffn);
    if (bits > 64) this.#upper(value);
    return this.#advance();
  }

  address(value: Address): this {
    writeHex(value, this.bytes, this.#offset + 12);
    return this.#advance();
  }

  hash(value: Hash | Hex): this {
    writeHex(value, this.bytes, this.#offset);
    return this.#advance();
  }

  /** 32 bytes as they are. */
  word(value: Uint8Array): this {
    this.bytes.set(value.subarray(0, WORD), this.#offset);
    return this.#advance();
  }

  #upper(value: bigint): void {
    this.#view.setBigUint64(this.#offset + 16, (value >> 64n) & 0xffffffffffffffffn);
    this.#view.setBigUint64(this.#offset + 8, (value >> 128n) & 0xffffffffffffffffn);
    this.#view.setBigUint64(this.#offset, value >> 192n);
  }

  #advance(): this {
    this.#offset += WORD;
    return this;
  }
}

/** Reads 32-byte words in order and refuses what no canonical encoder writes. */
export class WordReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #what: string;
  #offset = 0;

  /** @param what what the bytes should be, for the error. */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
  }

  number(bits: number): number {
    return Number(this.uint(bits));
  }

  uint(bits: number): bigint {
    const at = this.#next();
    let value = this.#view.getBigUint64(at);
    for (let lane = 8; lane < WORD; lane += 8) value = (value << 64n) | this.#view.getBigUint64(at + lane);
    if (value >> BigInt(bits) !== 0n) throw this.malformed();
    return value;
  }

  address(): Address {
    const word = this.#word();
    if (word.subarray(0, 12).some((byte) => byte !== 0)) throw this.malformed();
    return addressFromBytes(word.subarray(12));
  }

  hash(): Hash {
    return hashFromBytes(this.#word());
  }

  /** @throws `encoding-malformed` if words are left. */
  end(): void {
    if (this.#offset !== this.#bytes.length) throw this.malformed();
  }

  malformed(): EnigmaError {
    return new EnigmaError("encoding-malformed", { data: { what: this.#what } });
  }

  #word(): Uint8Array {
    const at = this.#next();
    return this.#bytes.subarray(at, at + WORD);
  }

  #next(): number {
    const at = this.#offset;
    if (at + WORD > this.#bytes.length) throw this.malformed();
    this.#offset = at + WORD;
    return at;
  }
}

function outOfRange(bits: number): EnigmaError {
  return new EnigmaError("number-out-of-range", { data: { bits } });
}
