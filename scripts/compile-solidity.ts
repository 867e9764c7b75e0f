/**
 * Compiles `contracts/ethereum` with the solc of node_modules.
 *
 * The output is a function of the sources alone: the compiler's version is pinned by the lockfile, no path and no
 * metadata hash enters the bytecode. Writes
 * - `contracts/dist/ethereum/<Contract>.json`: ABI, bytecode, storage layout (not committed);
 * - `host/ethereum/generated/<contract>-abi.ts`: the ABI as a TypeScript constant, from which abitype derives the types of
 *   every call and event (committed; a test fails when it is out of date).
 *
 * Nothing is compiled when neither the sources nor the settings have changed. Run directly, or call `compileSolidity`.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";

/** Contracts that are deployed or called from TypeScript; what they import is compiled with them. */
export const CONTRACTS = [
  "Enigma",
  "EnigmaToken",
  "SecretContractAccount",
  "samples/Ballot",
  "samples/LuckyDraw",
  "samples/SampleToken",
] as const;

/** What a contract hands on to a second one by delegatecall: its users see one ABI. */
const EXTENSIONS: Readonly<Record<string, string>> = { Enigma: "EnigmaExtension" };

/** Code size limit of EIP-170, in bytes. */
export const CODE_SIZE_LIMIT = 24_576;

const ROOT = resolve(import.meta.dirname, "..");
const SOURCES = join(ROOT, "contracts/ethereum");
const DIST = join(ROOT, "contracts/dist/ethereum");
const GENERATED = join(ROOT, "host/ethereum/generated");
const DIGEST_FILE = join(DIST, "input.sha256");

const SETTINGS = {
  evmVersion: "prague",
  viaIR: true,
  optimizer: { enabled: true, runs: 1_000_000 },
  metadata: { bytecodeHash: "none", appendCBOR: false },
  outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "storageLayout"] } },
};

interface CompiledContract {
  readonly abi: readonly { readonly type: string }[];
  readonly evm: {
    readonly bytecode: { readonly object: string };
    readonly deployedBytecode: { readonly object: string };
  };
  readonly storageLayout: { readonly storage: readonly StoredVariable[] };
}

interface StoredVariable {
  readonly label: string;
  readonly slot: string;
  readonly offset: number;
  readonly type: string;
}

/** By source file and name. */
type Compiled = Record<string, Record<string, CompiledContract>>;

interface CompilerOutput {
  readonly errors?: { severity: string; formattedMessage: string; sourceLocation?: { file: string } }[];
  readonly contracts?: Compiled;
}

export interface CompileOptions {
  /** Compiles even if nothing has changed. */
  readonly force?: boolean;
  /** Folder for the TypeScript files; the committed one by default. */
  readonly generated?: string;
  /** Folder for the JSON files. */
  readonly dist?: string;
}

/** Compiles what has changed; returns whether anything had. */
export async function compileSolidity(options: CompileOptions = {}): Promise<boolean> {
  const dist = options.dist ?? DIST;
  const generated = options.generated ?? GENERATED;
  const sources = await readSources();
  const digest = await inputDigest(sources);
  if (options.force !== true && (await readText(DIGEST_FILE)) === digest) return false;

  const compiled = compile(sources);
  await mkdir(dist, { recursive: true });
  await mkdir(generated, { recursive: true });
  for (const path of CONTRACTS) {
    const name = basename(path);
    const contract = extended(name, compiledContract(compiled, path), compiled);
    await replaceFile(join(dist, `${name}.json`), artifact(contract));
    await replaceFile(join(generated, `${kebabCase(name)}-abi.ts`), abiModule(path, contract));
  }
  if (dist === DIST) await replaceFile(DIGEST_FILE, digest);
  return true;
}

async function readSources(): Promise<Record<string, { content: string }>> {
  const names = (await readdir(SOURCES, { recursive: true })).filter((name) => name.endsWith(".sol")).sort();
  const sources: Record<string, { content: string }> = {};
  for (const name of names) sources[name] = { content: await readFile(join(SOURCES, name), "utf8") };
  return sources;
}

function compiledContract(compiled: Compiled, path: string): CompiledContract {
  const name = basename(path);
  const contract = compiled[`${path}.sol`]?.[name];
  if (contract === undefined) throw new Error(`the compiler's output lacks ${name}`);
  checkSize(name, contract);
  return contract;
}

/** The contract with the ABI of both where it has an extension, which must store things in the same places. */
function extended(name: string, contract: CompiledContract, compiled: Compiled): CompiledContract {
  const extensionName = EXTENSIONS[name];
  if (extensionName === undefined) return contract;
  const extension = compiledContract(compiled, extensionName);
  if (slotsOf(contract) !== slotsOf(extension)) throw new Error(`${name} and ${extensionName} differ in their storage`);
  const own = new Set(contract.abi.map((entry) => JSON.stringify(entry)));
  const more = extension.abi.filter((entry) => entry.type !== "constructor" && !own.has(JSON.stringify(entry)));
  return { ...contract, abi: [...contract.abi, ...more] };
}

function slotsOf({ storageLayout }: CompiledContract): string {
  return JSON.stringify(storageLayout.storage.map(({ label, slot, offset, type }) => [label, slot, offset, type]));
}

/** Names everything that the output depends on; a package is named by its pinned version. */
async function inputDigest(sources: Record<string, { content: string }>): Promise<string> {
  const versions = await Promise.all(["solc", "@openzeppelin/contracts"].map(packageVersion));
  const script = await readFile(import.meta.filename, "utf8");
  return createHash("sha256").update(JSON.stringify({ sources, versions, script })).digest("hex");
}

async function packageVersion(name: string): Promise<string> {
  return JSON.parse(await readFile(join(ROOT, "node_modules", name, "package.json"), "utf8")).version;
}

/** Compiles sources by their paths; what they import is one of them or comes from node_modules. @throws with all problems */
export function compile(sources: Record<string, { content: string }>): Compiled {
  const require = createRequire(import.meta.url);
  const { readFileSync } = require("node:fs") as typeof import("node:fs");
  const solc = require("solc") as { compile(input: string, callbacks: object): string };
  const input = JSON.stringify({ language: "Solidity", sources, settings: SETTINGS });
  const findImport = (path: string) => {
    try {
      return { contents: readFileSync(join(ROOT, "node_modules", path), "utf8") };
    } catch (error) {
      return { error: String(error) };
    }
  };
  const output = JSON.parse(solc.compile(input, { import: findImport })) as CompilerOutput;
  // A warning in our own sources is a defect; one in a package's sources is not ours to mend.
  const problems = (output.errors ?? []).filter(
    ({ severity, sourceLocation }) =>
      severity === "error" || (severity === "warning" && !sourceLocation?.file.startsWith("@")),
  );
  if (problems.length > 0) throw new Error(problems.map((problem) => problem.formattedMessage).join("\n"));
  return output.contracts ?? {};
}

function checkSize(name: string, contract: CompiledContract): void {
  const size = contract.evm.deployedBytecode.object.length / 2;
  if (size > CODE_SIZE_LIMIT) throw new Error(`${name} has ${size} bytes of code, ${CODE_SIZE_LIMIT} are allowed`);
}

function artifact(contract: CompiledContract): string {
  return `${JSON.stringify({
    abi: contract.abi,
    bytecode: `0x${contract.evm.bytecode.object}`,
    deployedBytecode: `0x${contract.evm.deployedBytecode.object}`,
    storageLayout: contract.storageLayout,
  })}\n`;
}

function abiModule(path: string, contract: CompiledContract): string {
  const name = basename(path);
  const constant = `${name.charAt(0).toLowerCase()}${name.slice(1)}Abi`;
  const abi = JSON.stringify(contract.abi, null, 2);
  return `// Made by scripts/compile-solidity.ts from contracts/ethereum/${path}.sol; do not edit.\n\nexport const ${constant} = ${abi} as const;\n`;
}

function kebabCase(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Readers see the old file or the new one, never a part. */
async function replaceFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, path);
}

if (import.meta.main) {
  const started = performance.now();
  const compiled = await compileSolidity({ force: process.argv.includes("--force") });
  const time = ((performance.now() - started) / 1000).toFixed(1);
  console.log(compiled ? `compiled contracts/ethereum in ${time} s` : "contracts/ethereum is up to date");
}
