/**
 * Calldata and results of one function, coded fast: ethers takes longer for a number than the enclave for a whole call.
 *
 * Words of plain types are written and read here. Whatever is not plain, or looks in any way wrong, is left to ethers, so that values
 * and errors are always those of ethers; tests compare the two.
 */
import { AbiCoder, type FunctionFragment, type Interface, type ParamType } from "ethers";
import { encodeCall } from "../../client/secret-contract.ts";
import { decodeResult } from "../../client/task.ts";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import { fromHex, toHex } from "../../protocol/hex.ts";

const WORD = 32;

/** Writes a value into a word of zeros; false where that is left to ethers. */
type WriteWord = (value: unknown, target: DataView, offset: number) => boolean;
/** Reads a word; undefined where that is left to ethers. */
type ReadWord = (source: DataView, offset: number) => unknown;

/** Codes one function. */
export interface FunctionCodec {
  /** @throws EnigmaError `bad-arguments` */
  encode(values: readonly unknown[]): Uint8Array;
  /** As ethers decodes it: nothing, the one value, or a Result of several. @throws EnigmaError `encoding-malformed` */
  decode(data: Uint8Array): unknown;
}

/** Makes the codec of a function. */
export function functionCodec(abi: Interface, fragment: FunctionFragment): FunctionCodec {
  const selector = fromHex(fragment.selector, 4);
  const writers = fragment.inputs.map(writerOf);
  const [output] = fragment.outputs;
  const read = fragment.outputs.length === 1 && output !== undefined ? readerOf(output) : undefined;
  return {
    encode: (values) => encodeWords(selector, writers, values) ?? encodeCall(abi, fragment, values),
    decode(data) {
      if (fragment.outputs.length === 0 && data.length === 0) return undefined;
      const value = data.length === WORD ? read?.(viewOf(data), 0) : undefined;
      return value === undefined ? decodeResult(abi, fragment, data) : value;
    },
  };
}

/** Arguments of a constructor. @throws EnigmaError `bad-arguments` */
export function encodeConstructor(abi: Interface, values: readonly unknown[]): Uint8Array {
  try {
    return fromHex(AbiCoder.defaultAbiCoder().encode(abi.deploy.inputs, values));
  } catch (cause) {
    throw new EnigmaError("bad-arguments", { data: { function: "constructor" }, cause });
  }
}

function encodeWords(
  selector: Uint8Array,
  writers: readonly (WriteWord | undefined)[],
  values: readonly unknown[],
): Uint8Array | undefined {
  if (values.length !== writers.length) return undefined;
  const data = new Uint8Array(selector.length + WORD * writers.length);
  data.set(selector);
  const view = viewOf(data);
  for (let index = 0; index < writers.length; index += 1) {
    const write = writers[index];
    if (write === undefined || !write(values[index], view, selector.length + WORD * index)) return undefined;
  }
  return data;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function writerOf({ type }: ParamType): WriteWord | undefined {
  const [, kind = "", size = ""] = /^(uint|int|bytes)(\d+)$/.exec(type) ?? [];
  if (kind === "uint") return (value, target, offset) => writeUint(value, Number(size), target, offset);
  if (kind === "int") return (value, target, offset) => writeInt(value, Number(size), target, offset);
  if (kind === "bytes") return (value, target, offset) => writeBytes(value, Number(size), target, offset);
  if (type === "bool") return (value, target, offset) => writeBool(value, target, offset);
  if (type === "address") return writeAddress;
  return undefined;
}

function integerOf(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

function writeUint(value: unknown, bits: number, target: DataView, offset: number): boolean {
  const integer = integerOf(value);
  if (integer === undefined || integer < 0n || integer >> BigInt(bits) !== 0n) return false;
  writeWord(integer, target, offset);
  return true;
}

function writeInt(value: unknown, bits: number, target: DataView, offset: number): boolean {
  const integer = integerOf(value);
  if (integer === undefined || BigInt.asIntN(bits, integer) !== integer) return false;
  writeWord(BigInt.asUintN(256, integer), target, offset);
  return true;
}

/** Big-endian, in a word of zeros. */
function writeWord(value: bigint, target: DataView, offset: number): void {
  let rest = value;
  for (let at = offset + 24; rest !== 0n; at -= 8) {
    target.setBigUint64(at, BigInt.asUintN(64, rest));
    rest >>= 64n;
  }
}

function writeBool(value: unknown, target: DataView, offset: number): boolean {
  if (typeof value !== "boolean") return false;
  target.setUint8(offset + 31, Number(value));
  return true;
}

function writeBytes(value: unknown, size: number, target: DataView, offset: number): boolean {
  if (!(value instanceof Uint8Array) || value.length !== size) return false;
  new Uint8Array(target.buffer, target.byteOffset + offset, size).set(value);
  return true;
}

/** Ethers checks the checksum where there are capital letters. */
const writeAddress: WriteWord = (value, target, offset) => {
  if (typeof value !== "string" || !/^0x[0-9a-f]{40}$/.test(value)) return false;
  new Uint8Array(target.buffer, target.byteOffset + offset + 12, 20).set(fromHex(value));
  return true;
};

function readerOf({ type }: ParamType): ReadWord | undefined {
  const [, kind = "", text = ""] = /^(uint|int|bytes)(\d+)$/.exec(type) ?? [];
  const size = Number(text);
  if (kind === "uint") return (source, offset) => BigInt.asUintN(size, readWord(source, offset));
  if (kind === "int") return (source, offset) => BigInt.asIntN(size, readWord(source, offset));
  if (kind === "bytes")
    return (source, offset) => toHex(new Uint8Array(source.buffer, source.byteOffset + offset, size));
  if (type === "bool") return (source, offset) => readWord(source, offset) !== 0n;
  return undefined;
}

function readWord(source: DataView, offset: number): bigint {
  let value = 0n;
  for (let at = offset; at < offset + WORD; at += 8) value = (value << 64n) | source.getBigUint64(at);
  return value;
}
