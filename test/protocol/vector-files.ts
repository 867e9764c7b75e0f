import { readFileSync } from "node:fs";

// biome-ignore lint/suspicious/noExplicitAny: each file has its own shape, and every field is compared with a result.
export type VectorCase = { readonly name: string } & Readonly<Record<string, any>>;

/** The cases of one file of test/vectors. */
export function vectors(file: string): VectorCase[] {
  return JSON.parse(readFileSync(new URL(`../vectors/${file}.json`, import.meta.url), "utf8"));
}
