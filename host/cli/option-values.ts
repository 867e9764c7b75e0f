/** What options take, each checked before anything is done. All throw EnigmaError `cli-usage`. */
import { isIP } from "node:net";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, address, type Hash, hash } from "../protocol/hex.ts";

/** An http or https URL. */
export function parseUrl(text: string, option: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw usage(`${option} takes an http or https URL, not "${text}".`);
  return text;
}

/** An IPv4 address of this machine. */
export function parseHost(text: string, option: string): string {
  if (isIP(text) !== 4)
    throw usage(`${option} takes an IPv4 address of this machine, or 0.0.0.0 for all of them, not "${text}".`);
  return text;
}

/** A TCP port; 0 takes a free one. */
export function parsePort(text: string, option: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw usage(`${option} takes 0 to 65535, not "${text}".`);
  return port;
}

/** The address of an account or contract. */
export function parseAddress(text: string, option: string): Address {
  try {
    return address(text);
  } catch {
    throw usage(`${option} takes an address, not "${text}".`);
  }
}

/** The id of a task. */
export function parseTaskId(text: string, name: string): Hash {
  try {
    return hash(text);
  } catch {
    throw usage(`${name} takes a task's id, 32 bytes in hex, not "${text}".`);
  }
}

/** The measurement of an enclave, or of its author's key. */
export function parseMeasurement(text: string, option: string): Hash {
  try {
    return hash(text);
  } catch {
    throw usage(`${option} takes 32 bytes in hex, not "${text}".`);
  }
}

/** A whole number, as `5000000`, `5_000_000` or `5,000,000`. */
export function parseWhole(text: string, option: string): bigint {
  if (!/^\d{1,3}([_,]\d{3})+$|^\d+$/.test(text)) throw usage(`${option} takes a whole number, not "${text}".`);
  return BigInt(text.replace(/[_,]/g, ""));
}

/** @param most inclusive */
export function parseCount(least: number, most: number): (text: string, option: string) => number {
  return (text, option) => {
    const count = Number(text);
    if (!/^\d+$/.test(text) || count < least || count > most)
      throw usage(`${option} takes ${least} to ${most}, not "${text}".`);
    return count;
  };
}

/** One of some words. */
export function parseChoice<const T extends string>(...choices: readonly T[]): (text: string, option: string) => T {
  return (text, option) => {
    const choice = choices.find((one) => one === text);
    if (choice === undefined) throw usage(`${option} takes ${choices.join(" or ")}, not "${text}".`);
    return choice;
  };
}

/** 1 to 32 bytes in hex, padded with zeros on the right to 32. */
export function parseSeed(text: string, option: string): Uint8Array {
  const digits = text.replace(/^0x/, "");
  if (!/^([0-9a-fA-F]{2}){1,32}$/.test(digits)) throw usage(`${option} takes 1 to 32 bytes in hex.`);
  const seed = new Uint8Array(32);
  seed.set(Buffer.from(digits, "hex"));
  return seed;
}

/** @param detail one sentence, with its full stop */
export function usage(detail: string): EnigmaError {
  return new EnigmaError("cli-usage", { detail });
}
