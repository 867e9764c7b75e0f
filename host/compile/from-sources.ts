/** A contract as its sources give it now, to be compared with what is deployed; the project's artifacts stay as they are. */
import type { Artifact } from "../project/artifact.ts";
import type { Project } from "../project/project.ts";
import { chosenContracts } from "./compile.ts";
import type { ContractSources } from "./contract-sources.ts";
import { currentArtifact } from "./current-artifact.ts";
import { sourceHash } from "./source-hash.ts";

export interface SourcesOptions {
  readonly project: Project;
  /** Contracts by their names or their crates' folders; all where there are none. */
  readonly names: readonly string[];
  /** Compiles also where an artifact names these sources by their hash. */
  readonly rebuild: boolean;
  readonly stop: AbortSignal;
  /** Called with what is being done. */
  readonly say: (what: string) => void;
}

export interface ContractFromSources {
  readonly artifact: Artifact;
  /** Whether it was compiled now; else it is the project's artifact, which names these sources. */
  readonly built: boolean;
}

/** @throws as `compileProject`; a contract that cannot be compiled ends it */
export async function contractsFromSources(options: SourcesOptions): Promise<ContractFromSources[]> {
  const made: ContractFromSources[] = [];
  for (const contract of chosenContracts(options.project, options.names)) {
    options.stop.throwIfAborted();
    made.push(await fromSources(contract, options));
  }
  return made;
}

async function fromSources(contract: ContractSources, options: SourcesOptions): Promise<ContractFromSources> {
  const { project, rebuild, stop, say } = options;
  const current = rebuild ? undefined : currentArtifact(project, contract.name, sourceHash(contract));
  if (current !== undefined) return { artifact: current, built: false };
  const { buildArtifact } = await import("./build-contract.ts");
  try {
    return { artifact: (await buildArtifact(contract, { stop, say })).artifact, built: true };
  } catch (error) {
    // What stopping ended looks like a failure of cargo.
    stop.throwIfAborted();
    throw error;
  }
}
