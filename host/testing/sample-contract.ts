import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";

/** The sample contracts that set-up builds. */
export type SampleName =
  | "auction"
  | "average-salary"
  | "bench"
  | "calculator"
  | "counter"
  | "factorisation"
  | "flip-coin"
  | "guess"
  | "herald"
  | "lucky-number"
  | "messenger"
  | "millionaires"
  | "notes"
  | "private-token"
  | "probe"
  | "rock-paper-scissors"
  | "secret-ballot"
  | "swap"
  | "voting";

/** A built secret contract: what is deployed and its JSON ABI. */
export interface SampleContract {
  readonly module: Uint8Array;
  readonly abi: string;
}

const SAMPLES = resolve(import.meta.dirname, "../../contracts/dist");

/** Reads a sample contract. @throws EnigmaError `contracts-not-compiled` */
export async function sampleContract(name: SampleName): Promise<SampleContract> {
  const folder = join(SAMPLES, name);
  try {
    const [module, abi] = await Promise.all([
      readFile(join(folder, `${name}.wasm`)),
      readFile(join(folder, "abi.json"), "utf8"),
    ]);
    return { module: new Uint8Array(module), abi };
  } catch (cause) {
    throw new EnigmaError("contracts-not-compiled", { data: { contract: name }, cause });
  }
}
