/** Calls cargo for one contract, and tells apart what rustc says of the author's code and cargo's own noise. */
import { realpathSync } from "node:fs";
import path from "node:path";
import { run } from "../../scripts/setup/command.mjs";
import { contractArguments } from "../../scripts/setup/contract-build.mjs";
import { environment, WASM_TARGET } from "../../scripts/setup/rust-build.mjs";
import type { Toolchain } from "../../scripts/setup/wasm-toolchain.mjs";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { ContractSources } from "./contract-sources.ts";

export interface CargoOptions {
  readonly toolchain: Toolchain;
  /** Whether rustc may use colour. */
  readonly colour: boolean;
  /** Called with what cargo is doing. */
  readonly say: (what: string) => void;
}

export interface BuiltCrate {
  /** The file of the module, as compiled. */
  readonly module: string;
  /** What rustc warns of, as it prints it. */
  readonly warnings: readonly string[];
}

/** What rustc refuses; its own words are shown above the sentence. */
export function compileFailed(contract: string, output: string): EnigmaError {
  return Object.assign(new EnigmaError("compile-failed", { data: { contract } }), { detail: output.trimEnd() });
}

/** A line of cargo's `--message-format json`. */
interface CargoMessage {
  readonly reason: string;
  readonly message?: { readonly level: string; readonly rendered: string | null };
  readonly target?: { readonly name: string; readonly crate_types: readonly string[] };
  readonly filenames?: readonly string[];
  readonly manifest_path?: string;
}

/**
 * Compiles a contract to WebAssembly.
 *
 * @throws `compile-failed` with rustc's words as `detail`
 */
export async function cargoBuild(contract: ContractSources, options: CargoOptions): Promise<BuiltCrate> {
  const { toolchain, colour, say } = options;
  const format = colour ? "json-diagnostic-rendered-ansi" : "json";
  const fetched = await runCargo(toolchain, ["fetch", "--target", WASM_TARGET], contract.workspace, say);
  if (fetched.failed) throw compileFailed(contract.name, fetched.stderr);
  // By this name the repository's own contracts are built too, so that the bytes are the same.
  const settings = contractArguments(toolchain, contract.workspace, "contracts");
  const args = ["build", "--package", contract.name, "--message-format", format, ...settings];
  const ended = await runCargo(toolchain, args, contract.workspace, say);
  const messages = messagesOf(ended.stdout);
  const said = (level: string) =>
    messages.flatMap(({ message }) =>
      message?.level === level && message.rendered !== null ? [message.rendered] : [],
    );
  const module = moduleOf(messages, contract);
  if (ended.failed || module === undefined) {
    const errors = [...said("error"), ...said("error: internal compiler error")];
    const output = errors.length > 0 ? errors.join("\n") : ended.stderr;
    throw compileFailed(contract.name, output);
  }
  return { module, warnings: said("warning") };
}

interface Ended {
  readonly failed: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

async function runCargo(
  toolchain: Toolchain,
  args: string[],
  cwd: string,
  say: (what: string) => void,
): Promise<Ended> {
  try {
    const onLine = (line: string) => say(line.trim());
    const stdout = await run(path.join(toolchain.bin, "cargo"), args, { cwd, env: environment(toolchain), onLine });
    return { failed: false, stdout, stderr: "" };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: string; stdout?: string; stderr?: string };
    if (code !== "command-failed" || stdout === undefined) throw error;
    return { failed: true, stdout, stderr: stderr ?? "" };
  }
}

function messagesOf(stdout: string): CargoMessage[] {
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as CargoMessage);
}

function moduleOf(messages: readonly CargoMessage[], { folder }: ContractSources): string | undefined {
  const manifest = path.join(realpathSync(folder), "Cargo.toml");
  const made = messages.find(
    ({ reason, target, manifest_path }) =>
      reason === "compiler-artifact" && target?.crate_types.includes("cdylib") && manifest_path === manifest,
  );
  return made?.filenames?.find((file) => file.endsWith(".wasm"));
}
