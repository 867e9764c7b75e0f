/** Finds the code that a test names. */
import { Interface } from "ethers";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import { type SampleName, sampleContract } from "../sample-contract.ts";
import type { ContractCode } from "./test-bed.ts";

/** An artifact's name, or a module with its ABI. */
export type CodeSource = string | ContractCode;

/** A module, and how it is called. */
export interface FoundCode {
  readonly module: Uint8Array;
  readonly abi: Interface;
  /** Stands in traces, logs and reports. */
  readonly name: string | undefined;
}

/** @throws EnigmaError `artifact-unknown` */
export async function findCode(source: CodeSource): Promise<FoundCode> {
  if (typeof source === "string") return namedCode(source);
  const { module, abi, name } = source;
  return { module, abi: new Interface(typeof abi === "string" ? abi : JSON.stringify(abi)), name };
}

async function namedCode(name: string): Promise<FoundCode> {
  try {
    const { module, abi } = await sampleContract(name as SampleName);
    return { module, abi: new Interface(abi), name };
  } catch (cause) {
    throw new EnigmaError("artifact-unknown", { data: { name }, cause });
  }
}
