/**
 * The folder of a network's data.
 *
 * `network.json` says which network it holds; a folder of another network or of another version is refused, never
 * changed. `network.lock` holds the process that uses it. Everything else is the nodes': `chain/`, `principal/`,
 * `worker-<n>/`, each with the sealed blob, the database and the simulated platform of its node.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";

/** Version of the layout of the folder. */
const FORMAT = 1;

/** What a folder says of its network. */
export interface NetworkIdentity {
  /** "built-in", or the URL of another Ethereum endpoint. */
  readonly chain: string;
  /** 0x-prefixed fingerprint of the seed, or null where the network draws its keys. */
  readonly seedFingerprint: string | null;
  readonly workers: number;
}

interface NetworkFile extends NetworkIdentity {
  readonly format: number;
  /** How often the network was started from this folder. */
  readonly starts: number;
}

/** A network's folder, locked by this process until `release`. */
export interface NetworkFolder {
  readonly path: string;
  /** Starts before this one. */
  readonly earlierStarts: number;
  /** Folder of a part of the network, made if missing. */
  part(name: string): Promise<string>;
  release(): Promise<void>;
}

/**
 * Opens the folder, or makes a temporary one that is removed on release.
 * @throws EnigmaError `data-folder-other-version`, `data-folder-other-network`, `data-folder-in-use`
 */
export async function openNetworkFolder(path: string | undefined, identity: NetworkIdentity): Promise<NetworkFolder> {
  if (path === undefined) return temporaryFolder();
  const folder = resolve(path);
  await mkdir(folder, { recursive: true });
  const unlock = await lock(join(folder, "network.lock"));
  try {
    const earlierStarts = await recordStart(join(folder, "network.json"), identity);
    return { path: folder, earlierStarts, part: (name) => makePart(folder, name), release: unlock };
  } catch (error) {
    await unlock();
    throw error;
  }
}

function temporaryFolder(): NetworkFolder {
  const folder = mkdtempSync(join(tmpdir(), "enigma-network-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  return {
    path: folder,
    earlierStarts: 0,
    part: (name) => makePart(folder, name),
    async release() {
      process.off("exit", remove);
      remove();
    },
  };
}

async function makePart(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path, { recursive: true });
  return path;
}

async function recordStart(file: string, identity: NetworkIdentity): Promise<number> {
  const earlier = await readNetworkFile(file);
  if (earlier !== undefined) checkIdentity(earlier, identity);
  const starts = earlier?.starts ?? 0;
  const next: NetworkFile = { format: FORMAT, ...identity, starts: starts + 1 };
  await writeFile(`${file}.new`, `${JSON.stringify(next, null, 2)}\n`);
  await rename(`${file}.new`, file);
  return starts;
}

async function readNetworkFile(file: string): Promise<NetworkFile | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw cause;
  }
  try {
    return JSON.parse(text) as NetworkFile;
  } catch (cause) {
    throw new EnigmaError("data-folder-other-version", { detail: `${file} is not JSON.`, cause });
  }
}

function checkIdentity(earlier: NetworkFile, identity: NetworkIdentity): void {
  if (earlier.format !== FORMAT) throw new EnigmaError("data-folder-other-version");
  const fields: readonly (keyof NetworkIdentity)[] = ["chain", "seedFingerprint", "workers"];
  const other = fields.find((field) => earlier[field] !== identity[field]);
  if (other !== undefined) {
    const detail = `Its ${other} is ${earlier[other]}, not ${identity[other]}.`;
    throw new EnigmaError("data-folder-other-network", { detail });
  }
}

/** Takes the lock file; one that a dead process left behind is taken over. */
async function lock(file: string): Promise<() => Promise<void>> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(file, String(process.pid), { flag: "wx" });
      return () => unlink(file);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
    }
    const holder = Number(await readFile(file, "utf8").catch(() => ""));
    if (isAlive(holder)) throw new EnigmaError("data-folder-in-use", { data: { pid: holder } });
    await unlink(file);
  }
  throw new EnigmaError("data-folder-in-use", { data: { pid: 0 } });
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "EPERM";
  }
}
