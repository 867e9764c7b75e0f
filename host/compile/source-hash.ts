/**
 * What a contract is built from, as one hash: its crate's files, those of the crates of the project that it names by path, the
 * workspace's manifest and lock, and the SDK. Whoever has the same hash and the same toolchain gets the same module.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { crateInputs } from "../../scripts/setup/crate-inputs.mjs";
import { filesBelow } from "../../scripts/setup/fingerprint.mjs";
import { fileHash } from "../project/file-hash.ts";
import type { Hash } from "../protocol/hex.ts";
import { VERSION } from "../protocol/version.ts";
import type { ContractSources } from "./contract-sources.ts";
import { PACKAGE_ROOT } from "./package-root.ts";

/** What the SDK is built from, relative to `contracts`. */
const SDK = ["sdk", "sdk-bindings", "sdk-macros"].flatMap((crate) => [`${crate}/Cargo.toml`, `${crate}/src`]);

let sdk: string | undefined;

/** keccak256 over a listing: the SDK in one line, then each file's content hash and path relative to the workspace, by path. */
export function sourceHash(contract: ContractSources): Hash {
  sdk ??= sdkLine();
  const listing = [sdk, ...sourceFiles(contract).map((file) => `${digest(contract.workspace, file)} ${slashed(file)}`)];
  return fileHash(new TextEncoder().encode(`${listing.join("\n")}\n`));
}

/** Files that a contract is built from, the SDK's apart, relative to the workspace and sorted. */
export function sourceFiles({ workspace, folder }: ContractSources): string[] {
  const inputs = crateInputs(workspace, ".", path.relative(workspace, folder) || ".");
  return filesBelow(
    workspace,
    inputs.filter((place) => !isInstalled(place)),
  );
}

/** Whether a place came with npm: the SDK's crates, which count by their own line. */
function isInstalled(place: string): boolean {
  return place.split(path.sep).includes("node_modules");
}

function sdkLine(): string {
  const folder = path.join(PACKAGE_ROOT, "contracts");
  const hash = createHash("sha256");
  for (const file of filesBelow(folder, [...SDK, "wit"])) hash.update(`${digest(folder, file)} ${slashed(file)}\n`);
  return `enigma-contract ${VERSION} ${hash.digest("hex")}`;
}

function digest(folder: string, file: string): string {
  return createHash("sha256")
    .update(readFileSync(path.join(folder, file)))
    .digest("hex");
}

function slashed(file: string): string {
  return file.split(path.sep).join("/");
}
