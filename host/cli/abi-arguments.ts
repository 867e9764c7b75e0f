/** What was typed as arguments of a contract's function, read by its ABI. */
import { getAddress, isAddress, type ParamType } from "ethers";
import { didYouMean } from "../project/suggestion.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";

/** Addresses that have a name. */
export type KnownAddresses = ReadonlyMap<string, string>;

/** The function, for messages, and what its arguments may be called. */
interface Reading {
  readonly called: string;
  readonly addresses: KnownAddresses;
}

/** Units of amounts, in powers of ten of the base unit. */
const UNITS: Readonly<Record<string, number>> = { wei: 0, gwei: 9, ether: 18, eth: 18, eng: 18 };

/**
 * Values for a function's arguments.
 * @param called signature of the function, for messages
 * @throws `argument-count`, `argument-invalid` naming the argument, its type, and what was given
 */
export function parseArguments(
  called: string,
  inputs: readonly ParamType[],
  typed: readonly string[],
  addresses: KnownAddresses,
): unknown[] {
  if (typed.length !== inputs.length) {
    const data = { function: called, wanted: inputs.length, given: typed.length };
    throw new EnigmaError("argument-count", { data });
  }
  const reading = { called, addresses };
  return inputs.map((input, index) => parseTyped(reading, input, typed[index] as string, nameOf(input, index)));
}

function nameOf(input: ParamType, index: number): string {
  return input.name === "" ? `${index + 1}` : `${index + 1} (${input.name})`;
}

/** A value as it is typed: arrays and tuples are JSON, everything else is plain text. */
function parseTyped(reading: Reading, type: ParamType, text: string, place: string): unknown {
  if (!type.isArray() && !type.isTuple()) return parseScalar(reading, type, text, place);
  let value: unknown;
  try {
    value = JSON.parse(text, wholeNumbers);
  } catch {
    throw invalid(reading, type, text, place, "arrays and tuples are written as JSON, such as '[1,2]'");
  }
  return parseJson(reading, type, value, place);
}

/** JSON's whole numbers keep all of their digits. */
function wholeNumbers(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  return typeof value === "number" && source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

function parseJson(reading: Reading, type: ParamType, value: unknown, place: string): unknown {
  if (type.isArray()) {
    if (!Array.isArray(value)) throw invalid(reading, type, value, place, "it is not an array");
    if (type.arrayLength !== -1 && value.length !== type.arrayLength)
      throw invalid(reading, type, value, place, `it has ${value.length} elements`);
    return value.map((element, index) => parseJson(reading, type.arrayChildren, element, `${place}[${index}]`));
  }
  if (type.isTuple()) return parseTuple(reading, type, value, place);
  if (typeof value === "string" || typeof value === "bigint" || typeof value === "boolean")
    return parseScalar(reading, type, String(value), place);
  throw invalid(reading, type, value, place, "it is neither text nor a whole number");
}

function parseTuple(
  reading: Reading,
  type: ParamType & { components: readonly ParamType[] },
  value: unknown,
  place: string,
): unknown[] {
  const fields = type.components;
  if (typeof value !== "object" || value === null)
    throw invalid(reading, type, value, place, "it is neither an array nor an object");
  if (Array.isArray(value)) {
    if (value.length !== fields.length)
      throw invalid(reading, type, value, place, `it has ${value.length} fields, not ${fields.length}`);
    return fields.map((field, index) => parseJson(reading, field, value[index], `${place}[${index}]`));
  }
  const names = fields.map(({ name }) => name);
  const strange = Object.keys(value).find((name) => !names.includes(name));
  if (strange !== undefined)
    throw invalid(reading, type, value, place, `there is no field "${strange}"`, didYouMean(strange, names));
  return fields.map((field) => {
    const given = (value as Readonly<Record<string, unknown>>)[field.name];
    if (given === undefined) throw invalid(reading, type, value, place, `the field "${field.name}" is missing`);
    return parseJson(reading, field, given, `${place}.${field.name}`);
  });
}

function parseScalar(reading: Reading, type: ParamType, text: string, place: string): unknown {
  const fail: Fail = (reason, detail) => invalid(reading, type, text, place, reason, detail);
  const { baseType } = type;
  if (baseType === "string") return text;
  if (baseType === "bool") {
    if (text !== "true" && text !== "false") throw fail("it is true or false");
    return text === "true";
  }
  if (baseType === "address") return parseAddress(reading, text, fail);
  if (baseType.startsWith("bytes")) return parseBytes(baseType, text, fail);
  return parseInteger(baseType, text, fail);
}

type Fail = (reason: string, suggestion?: string) => EnigmaError;

function parseAddress({ addresses }: Reading, text: string, fail: Fail): string {
  const named = addresses.get(text);
  if (named !== undefined) return named;
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) {
    if (!isAddress(text)) throw fail("its checksum is wrong: a letter was mistyped");
    return getAddress(text);
  }
  if (/^0x/i.test(text)) throw fail("an address has 40 hex digits");
  throw fail("nothing has that name", didYouMean(text, addresses.keys()));
}

function parseBytes(baseType: string, text: string, fail: Fail): string {
  if (!/^0x([0-9a-fA-F]{2})*$/.test(text)) throw fail("bytes are written in hex, as 0x1234");
  const length = (text.length - 2) / 2;
  const wanted = baseType === "bytes" ? length : Number(baseType.slice("bytes".length));
  if (length !== wanted) throw fail(`it has ${length} bytes`);
  return text;
}

function parseInteger(baseType: string, text: string, fail: Fail): bigint {
  const value = integerOf(text, fail);
  const isSigned = baseType.startsWith("int");
  const bits = BigInt(baseType.replace(/^u?int/, ""));
  const [least, most] = isSigned ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n];
  if (value < least || value > most) throw fail(`it must be ${least} to ${most}`);
  return value;
}

function integerOf(text: string, fail: Fail): bigint {
  if (/^-?(0x[0-9a-fA-F]+|\d+)$/.test(text)) return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
  if (/^-?\d{1,3}(_\d{3})+$/.test(text)) return BigInt(text.replaceAll("_", ""));
  const [, whole = "", fraction = "", unit = ""] = /^(-?\d+)(?:\.(\d+))? ?([a-z]+)$/i.exec(text) ?? [];
  const digits = UNITS[unit.toLowerCase()];
  if (digits === undefined)
    throw fail("integers are written as 1000000, 1_000_000, 0xf4240, or as an amount such as 1.5eng or 20gwei");
  if (fraction.length > digits) throw fail(`${unit} has ${digits} decimals`);
  return BigInt(whole + fraction.padEnd(digits, "0"));
}

function invalid(
  { called }: Reading,
  type: ParamType,
  given: unknown,
  place: string,
  reason: string,
  suggestion = "",
): EnigmaError {
  const shown =
    typeof given === "string"
      ? `"${given}"`
      : JSON.stringify(given, (_, part) => (typeof part === "bigint" ? Number(part) : part));
  return new EnigmaError("argument-invalid", {
    detail: suggestion.trim() || undefined,
    data: { function: called, argument: place, type: type.format("full").replace(/ \w+$/, ""), given: shown, reason },
  });
}
