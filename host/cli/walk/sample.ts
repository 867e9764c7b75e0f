import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import type { Hex } from "../../protocol/hex.ts";

const DIST = resolve(import.meta.dirname, "../../../contracts/dist");

/** A secret contract as set-up built it. */
export interface Sample {
  readonly module: Uint8Array;
  /** JSON ABI. */
  readonly abi: string;
}

/** @throws EnigmaError `contracts-not-compiled` */
export async function readSample(name: "millionaires" | "voting"): Promise<Sample> {
  const folder = join(DIST, name);
  return compiled(name, async () => {
    const [module, abi] = await Promise.all([
      readFile(join(folder, `${name}.wasm`)),
      readFile(join(folder, "abi.json"), "utf8"),
    ]);
    return { module: new Uint8Array(module), abi };
  });
}

/** An Ethereum contract as set-up compiled it. @throws EnigmaError `contracts-not-compiled` */
export async function readEthereumSample(name: "Ballot"): Promise<{ abi: string; bytecode: Hex }> {
  return compiled(name, async () => {
    const { abi, bytecode } = JSON.parse(await readFile(join(DIST, "ethereum", `${name}.json`), "utf8"));
    return { abi: JSON.stringify(abi), bytecode };
  });
}

async function compiled<T>(contract: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new EnigmaError("contracts-not-compiled", { data: { contract }, cause });
  }
}
