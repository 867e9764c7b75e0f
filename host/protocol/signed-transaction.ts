/**
 * Signed Ethereum transactions of type 2 (EIP-1559), encoded here.
 *
 * Nodes and clients sign one for every task or batch of tasks. ethers' `Transaction` turns the calldata into text and back
 * several times: 27 ms for 30 KB, of which the signature is a third of a millisecond.
 */
import type { SigningKey } from "ethers";
import { concatBytes } from "./bytes.ts";
import { type Address, fromHex, type Hash, type Hex, toHex } from "./hex.ts";
import { keccak } from "./keccak.ts";

/** Amounts in wei. */
export interface FeeMarketTransaction {
  readonly chainId: bigint;
  readonly nonce: number;
  readonly maxPriorityFeePerGas: bigint;
  readonly maxFeePerGas: bigint;
  readonly gasLimit: bigint;
  /** Null to create a contract. */
  readonly to: Address | null;
  readonly value: bigint;
  readonly data: Hex;
}

/** A transaction as an endpoint takes it, and its hash. */
export interface SignedTransaction {
  readonly raw: Hex;
  readonly hash: Hash;
}

const TYPE = 2;
/** An access list without entries. */
const EMPTY_LIST = Uint8Array.of(0xc0);

/** Signs a transaction. @throws `invalid-params` if `data` is not hex */
export function signTransaction(transaction: FeeMarketTransaction, key: SigningKey): SignedTransaction {
  const { chainId, nonce, maxPriorityFeePerGas, maxFeePerGas, gasLimit, to, value, data } = transaction;
  const fields = [
    ...[chainId, BigInt(nonce), maxPriorityFeePerGas, maxFeePerGas, gasLimit].map(integer),
    item(to === null ? new Uint8Array() : fromHex(to, 20)),
    integer(value),
    item(fromHex(data)),
    EMPTY_LIST,
  ];
  const { yParity, r, s } = key.sign(keccak(typed(fields)));
  const signed = typed([...fields, ...[BigInt(yParity), BigInt(r), BigInt(s)].map(integer)]);
  return { raw: toHex(signed), hash: keccak(signed) };
}

/** The type's byte and the list of the fields (EIP-2718). */
function typed(fields: readonly Uint8Array[]): Uint8Array {
  const length = fields.reduce((sum, field) => sum + field.length, 0);
  return concatBytes(Uint8Array.of(TYPE), header(0xc0, length), ...fields);
}

/** RLP of an integer: big-endian, without leading zeros. */
function integer(value: bigint): Uint8Array {
  return item(minimal(value));
}

/** RLP of a string of bytes. */
function item(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 1 && (bytes[0] as number) < 0x80) return bytes;
  return concatBytes(header(0x80, bytes.length), bytes);
}

/** RLP's prefix: `base` is 0x80 for strings and 0xc0 for lists. */
function header(base: number, length: number): Uint8Array {
  if (length < 56) return Uint8Array.of(base + length);
  const size = minimal(BigInt(length));
  return Uint8Array.of(base + 55 + size.length, ...size);
}

function minimal(value: bigint): Uint8Array {
  if (value === 0n) return new Uint8Array();
  const digits = value.toString(16);
  return fromHex(`0x${digits.length % 2 === 0 ? "" : "0"}${digits}`);
}
