/**
 * What `enigma compile` makes of a contract, as one JSON file: everything that tests, deployments and verification need, so that
 * they need neither sources nor a Rust toolchain.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Hash } from "../protocol/hex.ts";
import { fileHash } from "./file-hash.ts";
import { didYouMean } from "./suggestion.ts";
import { writeFileAtomically } from "./write-file.ts";

export const ARTIFACT_FORMAT = "enigma-artifact/1";

/** What built a module; who has the same versions gets the same bytes. */
export interface ArtifactToolchain {
  /** Version of the compiler, with its commit. */
  readonly rustc: string;
  /** Version of the SDK crate, which is that of this package. */
  readonly sdk: string;
  /** Version of the optimiser. */
  readonly binaryen: string;
}

/** An element of a JSON ABI. */
export type AbiElement = Readonly<Record<string, unknown>>;

export interface Artifact {
  readonly format: typeof ARTIFACT_FORMAT;
  /** Name of the contract's crate. */
  readonly name: string;
  readonly abi: readonly AbiElement[];
  readonly codeHash: Hash;
  readonly module: Uint8Array;
  /** Version of the rules and prices that the module was checked by. */
  readonly rules: number;
  /** Intrinsic gas of a deployment, without what its constructor's arguments and its execution cost. */
  readonly deploymentGas: bigint;
  readonly toolchain: ArtifactToolchain;
  /** Of everything that the crate is built from. */
  readonly sourceHash: Hash;
}

/** A contract's name is that of its crate. */
const NAME = /^[A-Za-z][\w-]*$/;

/** The file of an artifact. */
export function artifactFile(folder: string, name: string): string {
  return path.join(folder, `${name}.json`);
}

/** Names of the artifacts in a folder, sorted; none where there is no such folder. */
export function artifactNames(folder: string): string[] {
  return entriesOf(folder)
    .filter((file) => file.endsWith(".json") && NAME.test(file.slice(0, -".json".length)))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/**
 * @throws `artifact-missing` with a suggestion, `artifact-invalid` naming the field that is not as it should be
 */
export function readArtifact(folder: string, name: string): Artifact {
  const file = artifactFile(folder, name);
  const text = NAME.test(name) ? readText(file) : undefined;
  if (text === undefined) {
    const names = artifactNames(folder);
    const known = names.length === 0 ? " There are none yet." : ` There are: ${names.join(", ")}.`;
    throw new EnigmaError("artifact-missing", {
      data: { name, folder, names },
      detail: `${didYouMean(name, names)}${known}`.trim(),
    });
  }
  return parseArtifact(text, file);
}

/** Reads an artifact's text. @throws `artifact-invalid` */
export function parseArtifact(text: string, file: string): Artifact {
  const fields = parseObject(text, file);
  const name = textField(fields, "name", file, NAME);
  const module = new Uint8Array(Buffer.from(textField(fields, "module", file, /^[A-Za-z0-9+/]+={0,2}$/), "base64"));
  const codeHash = textField(fields, "codeHash", file, /^0x[0-9a-f]{64}$/) as Hash;
  if (fields.format !== ARTIFACT_FORMAT) throw invalid(file, "format", `it is not ${ARTIFACT_FORMAT}`);
  if (name !== path.basename(file, ".json")) throw invalid(file, "name", "it is not the file's name");
  if (fileHash(module) !== codeHash) throw invalid(file, "codeHash", "it is not the hash of the module");
  if (!isAbi(fields.abi)) throw invalid(file, "abi", "it is not a JSON ABI");
  if (!Number.isInteger(fields.rules) || (fields.rules as number) < 1)
    throw invalid(file, "rules", "it is not a version");
  return {
    format: ARTIFACT_FORMAT,
    name,
    abi: fields.abi,
    codeHash,
    module,
    rules: fields.rules as number,
    deploymentGas: BigInt(textField(fields, "deploymentGas", file, /^(0|[1-9]\d{0,19})$/)),
    toolchain: toolchainOf(fields.toolchain, file),
    sourceHash: textField(fields, "sourceHash", file, /^0x[0-9a-f]{64}$/) as Hash,
  };
}

/** Writes an artifact beside the old one and puts it in its place: whoever is interrupted leaves one of the two, whole. */
export async function writeArtifact(folder: string, artifact: Artifact): Promise<void> {
  await writeFileAtomically(artifactFile(folder, artifact.name), artifactText(artifact));
}

/** An artifact as it stands in its file. */
export function artifactText({ module, deploymentGas, ...artifact }: Artifact): string {
  const { format, name, abi, codeHash, rules, toolchain, sourceHash } = artifact;
  const fields = {
    ...{ format, name, abi, codeHash, module: Buffer.from(module).toString("base64") },
    ...{ rules, deploymentGas: String(deploymentGas), toolchain, sourceHash },
  };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function parseObject(text: string, file: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(file, "file", "it is not JSON");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid(file, "file", "it is not a JSON object");
}

function textField(fields: Readonly<Record<string, unknown>>, name: string, file: string, form: RegExp): string {
  const value = fields[name];
  if (typeof value !== "string" || !form.test(value)) throw invalid(file, name, "it is missing or malformed");
  return value;
}

function toolchainOf(value: unknown, file: string): ArtifactToolchain {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const version = (name: string) => {
    const text = fields[name];
    if (typeof text !== "string" || text === "") throw invalid(file, `toolchain.${name}`, "it is missing or malformed");
    return text;
  };
  return { rustc: version("rustc"), sdk: version("sdk"), binaryen: version("binaryen") };
}

function isAbi(value: unknown): value is readonly AbiElement[] {
  return (
    Array.isArray(value) &&
    value.every((element) => typeof element === "object" && element !== null && typeof element.type === "string")
  );
}

function invalid(file: string, field: string, problem: string): EnigmaError {
  return new EnigmaError("artifact-invalid", { data: { file, field, problem }, detail: `${field}: ${problem}.` });
}
