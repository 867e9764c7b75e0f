import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { killChildren } from "../../scripts/setup/command.mjs";
import { finishContract } from "../../scripts/setup/contract-build.mjs";
import { packageVersions } from "../../scripts/setup/tools.mjs";
import { ARTIFACT_FORMAT, type Artifact, type ArtifactToolchain, writeArtifact } from "../project/artifact.ts";
import { writeFileAtomically } from "../project/write-file.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { keccak } from "../protocol/keccak.ts";
import { VERSION } from "../protocol/version.ts";
import { artifactTypes, typesFile } from "./artifact-types.ts";
import { type BuiltCrate, cargoBuild } from "./cargo-build.ts";
import type { CompiledContract, CompileOptions } from "./compile.ts";
import type { ContractSources } from "./contract-sources.ts";
import { PACKAGE_ROOT } from "./package-root.ts";
import { deploymentGas, RULES } from "./rules.ts";
import { rustToolchain } from "./rust-toolchain.ts";
import { sourceHash } from "./source-hash.ts";

type BuildOptions = CompileOptions & { readonly say: (what: string) => void };

/** Compiles a contract, checks its module, and puts artifact and types in their places. @throws as `compileProject` */
export async function buildContract(contract: ContractSources, options: BuildOptions): Promise<CompiledContract> {
  const { project } = options;
  const { artifact, warnings, milliseconds } = await buildArtifact(contract, options);
  await writeArtifact(project.artifacts, artifact);
  if (project.typescript)
    await writeFileAtomically(typesFile(project.artifacts, artifact.name), artifactTypes(artifact));
  return { artifact, built: true, warnings, milliseconds };
}

/** Compiles a contract and writes nothing but cargo's own files. @throws as `compileProject` */
export async function buildArtifact(
  contract: ContractSources,
  { say, colour = false, stop }: Pick<BuildOptions, "say" | "colour" | "stop">,
): Promise<Omit<CompiledContract, "built">> {
  const began = performance.now();
  const end = () => killChildren();
  stop?.addEventListener("abort", end, { once: true });
  try {
    say(`${contract.name}: looking for Rust`);
    const toolchain = await rustToolchain();
    const built = await cargoBuild(contract, { toolchain, colour, say: (what) => say(`${contract.name}: ${what}`) });
    say(`${contract.name}: optimising`);
    const made = await finish(contract, built);
    const artifact = artifactOf(contract, made, {
      rustc: toolchain.version,
      sdk: VERSION,
      binaryen: binaryenVersion(),
    });
    return { artifact, warnings: built.warnings, milliseconds: performance.now() - began };
  } finally {
    stop?.removeEventListener("abort", end);
  }
}

async function finish(
  { name }: ContractSources,
  { module }: BuiltCrate,
): Promise<{ module: Uint8Array; abi: object[] }> {
  const folder = await mkdtemp(path.join(tmpdir(), "enigma-compile-"));
  try {
    return await finishContract(PACKAGE_ROOT, process.execPath, name, module, folder);
  } catch (error) {
    throw asRefusal(error, name);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The build step's own errors name the broken rule. */
function asRefusal(error: unknown, contract: string): unknown {
  const { code, message, hint } = error as { code?: string; message: string; hint?: string };
  if (code === "abi-missing") return new EnigmaError("abi-missing", { data: { contract }, cause: error });
  if (code?.startsWith("module-") !== true) return error;
  return EnigmaError.received({ code, sentence: message, hint, data: { contract } }, error);
}

function artifactOf(
  contract: ContractSources,
  { module, abi }: { module: Uint8Array; abi: object[] },
  toolchain: ArtifactToolchain,
): Artifact {
  return {
    ...{ format: ARTIFACT_FORMAT, name: contract.name, abi: abi as Artifact["abi"], codeHash: keccak(module), module },
    ...{ rules: RULES, deploymentGas: deploymentGas(module), toolchain },
    // After the build, which may have written the first Cargo.lock.
    sourceHash: sourceHash(contract),
  };
}

function binaryenVersion(): string {
  const [named = ""] = packageVersions(PACKAGE_ROOT, ["binaryen"]);
  return named.replace("binaryen ", "");
}
