/** What the command line prints, held to files: `BLESS=1` writes them anew. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";

const FOLDER = join(import.meta.dirname, "golden");

/** What differs from run to run, each with the name that stands for it. */
const CHANGING: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/0x[0-9a-fA-F]{64}/g, "0xHASH"],
  [/0x[0-9a-fA-F]{8}…[0-9a-fA-F]{6}/g, "0xSHORT"],
  [/0x[0-9a-fA-F]{40}\b/g, "0xADDRESS"],
  [/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT"],
  [/\d+(\.\d+)? ms\b/g, "N ms"],
  [/\d+\.\d+ s\b/g, "N s"],
  [/[\d,]+ of (?=[\d,]+, )/g, "N of "],
  [/\b0\.\d+ ENG/g, "N ENG"],
  [/\d+ gas are paid/g, "N gas are paid"],
];

/** The text is what the file holds, but for what changes from run to run. */
export function expectGolden(name: string, text: string, more: readonly (readonly [RegExp, string])[] = []): void {
  const file = join(FOLDER, `${name}.txt`);
  const steady = [...more, ...CHANGING].reduce((made, [pattern, sign]) => made.replaceAll(pattern, sign), text);
  if (process.env.BLESS === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, steady);
  }
  expect(steady).toBe(readFileSync(file, "utf8"));
}
