/**
 * The Ethereum contracts: `scripts/compile-solidity.ts` compiles `contracts/ethereum` into `contracts/dist/ethereum`.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { run } from "./command.mjs";
import { contentFingerprint } from "./fingerprint.mjs";
import { Outputs } from "./outputs.mjs";
import { step } from "./progress.mjs";
import { SetupError } from "./setup-error.mjs";
import { packageVersions } from "./tools.mjs";

const COMPILER = path.join("scripts", "compile-solidity.ts");

/** Packages whose version changes the bytecode. */
const SHAPING_PACKAGES = ["solc", "@openzeppelin/contracts"];

/**
 * @param {string} root
 * @param {string} node the pinned Node
 */
export async function compileEthereumContracts(root, node) {
  if (!existsSync(path.join(root, COMPILER)))
    throw new SetupError("part-missing", `${COMPILER} is missing from this checkout.`);
  const outputs = new Outputs(path.join(root, "contracts", "dist"));
  const fingerprint = contentFingerprint(
    root,
    [path.join("contracts", "ethereum"), COMPILER],
    packageVersions(root, SHAPING_PACKAGES),
  );
  if (outputs.isCurrent("ethereum", fingerprint)) return;
  await step("Ethereum contracts", "compiled", (report) =>
    run(node, [path.join(root, COMPILER)], { cwd: root, onLine: report }),
  );
  outputs.record("ethereum", fingerprint);
}
