/**
 * The packages of package-lock.json, and the Node that is among them.
 *
 * The lock pins Node's binaries like any package, one for each platform, so no install script has to run: versions of npm
 * differ in whether they run them, and none of the packages needs one.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isExecutable, run } from "./command.mjs";
import { SetupError } from "./setup-error.mjs";

/** Oldest Node that can run set-up. */
const NODE_MINIMUM = 20;

/** @throws {SetupError} `node-too-old` */
export function checkNodeVersion() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major >= NODE_MINIMUM) return;
  throw new SetupError(
    "node-too-old",
    `Node ${process.versions.node} is too old: set-up needs ${NODE_MINIMUM} or newer.`,
    "Install a newer Node from https://nodejs.org or with your system's package manager.",
  );
}

const stampFile = (root) => path.join(root, "node_modules", ".enigma-lock");

/** Whether node_modules holds what package-lock.json says. */
export function nodePackagesAreCurrent(root) {
  const lock = readFileSync(path.join(root, "package-lock.json"));
  const fingerprint = createHash("sha256").update(lock).digest("hex");
  const stamp = stampFile(root);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint) return true;
  if (!installedMatches(root, JSON.parse(lock.toString("utf8")))) return false;
  writeFileSync(stamp, fingerprint);
  return true;
}

/** Compares with npm's own record of what it installed: a developer's `npm install` needs no second one. */
function installedMatches(root, lock) {
  const record = path.join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, "utf8")).packages;
  return Object.entries(lock.packages).every(([place, wanted]) => {
    if (place === "") return true;
    const found = installed[place];
    return found ? found.integrity === wanted.integrity && found.version === wanted.version : wanted.optional === true;
  });
}

/** Installs exactly what the lock says. */
export async function installNodePackages(root, report) {
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    onLine: report,
    hint: "The first set-up needs npm and a connection to its registry.",
  });
  mkdirSync(path.join(root, "node_modules"), { recursive: true });
  if (!nodePackagesAreCurrent(root)) {
    throw new SetupError("packages-incomplete", "npm ci ended without installing what package-lock.json lists.");
  }
}

/**
 * The pinned Node, which runs everything after this step.
 * @throws {SetupError} `platform-unsupported` where there is none for this platform
 */
export async function pinnedNode(root) {
  const node = path.join(root, "node_modules", ".bin", "node");
  if (isExecutable(node)) {
    await run(node, ["--version"]);
    return node;
  }
  throw new SetupError(
    "platform-unsupported",
    `There is no packaged Node for ${process.platform}-${process.arch}.`,
    "Linux and macOS on x64 and arm64 are supported; on Windows use WSL.",
  );
}
