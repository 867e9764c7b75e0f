/** From a project's Rust sources to its artifacts: only what changed, and each artifact whole or not at all. */
import path from "node:path";
import type { Artifact } from "../project/artifact.ts";
import type { Project } from "../project/project.ts";
import { didYouMean } from "../project/suggestion.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type ContractSources, findContracts } from "./contract-sources.ts";
import { currentArtifact } from "./current-artifact.ts";
import { sourceHash } from "./source-hash.ts";

export interface CompileOptions {
  readonly project: Project;
  /** Contracts by their names or their crates' folders; all by default. */
  readonly names?: readonly string[];
  /** Compiles also what has not changed. */
  readonly force?: boolean;
  /** Whether rustc may use colour. */
  readonly colour?: boolean;
  readonly stop?: AbortSignal;
  /** Called with what is being done. */
  readonly say?: (what: string) => void;
  /** Called with each contract that is done. */
  readonly onContract?: (contract: CompiledContract) => void;
}

export interface CompiledContract {
  readonly artifact: Artifact;
  /** Whether it was compiled now; else it was current. */
  readonly built: boolean;
  /** What rustc warned of. */
  readonly warnings: readonly string[];
  /** Of this contract's build; 0 where there was none. */
  readonly milliseconds: number;
}

/**
 * Compiles what has changed. A contract that fails leaves its old artifact as it was, and the others are compiled all the same.
 *
 * @throws `contracts-missing`, `contract-source-unknown` with a suggestion, `compile-failed` with all that rustc says, the code of a rule that a
 *   module breaks, `rust-missing`, `disk-full`
 */
export async function compileProject(options: CompileOptions): Promise<CompiledContract[]> {
  const { project, force = false, say = () => {}, onContract = () => {} } = options;
  const contracts = chosenContracts(project, options.names);
  const done: CompiledContract[] = [];
  const failures: unknown[] = [];
  for (const contract of contracts) {
    options.stop?.throwIfAborted();
    try {
      const sources = sourceHash(contract);
      const artifact = force ? undefined : currentArtifact(project, contract.name, sources);
      const compiled =
        artifact === undefined
          ? await (await import("./build-contract.ts")).buildContract(contract, { ...options, say })
          : { artifact, built: false, warnings: [], milliseconds: 0 };
      done.push(compiled);
      onContract(compiled);
    } catch (error) {
      options.stop?.throwIfAborted();
      if (!isOfTheContract(error)) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : await summary(failures as EnigmaError[]);
  return done;
}

/** Contracts of a project by their names or their crates' folders, all where none is named. @throws as `compileProject` */
export function chosenContracts(project: Project, names: readonly string[] = []): readonly ContractSources[] {
  const contracts = findContracts(project);
  if (names.length === 0) return contracts;
  const known = contracts.map(({ name }) => name);
  return names.map((name) => {
    const found = contracts.find((contract) => contract.name === name || contract.folder === path.resolve(name));
    if (found !== undefined) return found;
    const detail = `${didYouMean(name, known)} There are: ${known.join(", ")}.`.trim();
    throw new EnigmaError("contract-source-unknown", { data: { name, known }, detail });
  });
}

/** Whether a failure lies in the contract's code, so that the others can be compiled. */
function isOfTheContract(error: unknown): boolean {
  return error instanceof EnigmaError && (error.code === "compile-failed" || /^(module|abi)-/.test(error.code));
}

async function summary(failures: readonly EnigmaError[]): Promise<EnigmaError> {
  const { compileFailed } = await import("./cargo-build.ts");
  const names = failures.map(({ data }) => String(data.contract));
  const words = failures.map((error) => (error as { detail?: string }).detail ?? `${error.code}: ${error.message}`);
  return compileFailed(names.join(", "), words.join("\n\n"));
}
