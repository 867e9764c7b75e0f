/** Finds the code that a test names: an artifact of the project that the test belongs to, or one of the samples that are built here. */
import { Interface } from "ethers";
import { artifactNames, readArtifact } from "../../project/artifact.ts";
import { loadProjectOrDefaults } from "../../project/load-config.ts";
import type { Project } from "../../project/project.ts";
import { isEnigmaError } from "../../protocol/errors/enigma-error.ts";
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

let project: Promise<Project> | undefined;

/** @throws EnigmaError `artifact-missing` with a suggestion, `artifact-invalid`, `config-invalid` */
export async function findCode(source: CodeSource): Promise<FoundCode> {
  if (typeof source === "string") return namedCode(source);
  const { module, abi, name } = source;
  return { module, abi: new Interface(typeof abi === "string" ? abi : JSON.stringify(abi)), name };
}

async function namedCode(name: string): Promise<FoundCode> {
  project ??= loadProjectOrDefaults(process.cwd());
  const { artifacts } = await project;
  if (artifactNames(artifacts).includes(name)) return artifactCode(artifacts, name);
  try {
    const { module, abi } = await sampleContract(name as SampleName);
    return { module, abi: new Interface(abi), name };
  } catch (error) {
    if (!isEnigmaError(error, "contracts-not-compiled")) throw error;
    return artifactCode(artifacts, name);
  }
}

/** @throws EnigmaError `artifact-missing`, `artifact-invalid` */
function artifactCode(folder: string, name: string): FoundCode {
  const { module, abi } = readArtifact(folder, name);
  return { module, abi: new Interface(JSON.stringify(abi)), name };
}
