import { isIP } from "node:net";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";

/** @throws EnigmaError `cli-usage` for what is no http or https URL */
export function parseUrl(option: string, text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new EnigmaError("cli-usage", { detail: `${option} takes an http or https URL, not "${text}"` });
  }
  return text;
}

/** @throws EnigmaError `cli-usage` for what is no IPv4 address */
export function parseHost(option: string, text: string): string {
  if (isIP(text) !== 4) {
    const detail = `${option} takes an IPv4 address of this machine, or 0.0.0.0 for all of them, not "${text}"`;
    throw new EnigmaError("cli-usage", { detail });
  }
  return text;
}
