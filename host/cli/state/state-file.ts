/**
 * A whole network in one file: the data folder of its nodes and of its chain, packed.
 *
 * The file is written beside the old one, synced, and renamed: whoever is killed on the way, or finds the disk full, leaves the
 * old one as it was.
 */
import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import { packFolder, TarError, unpackFolder } from "./tar.ts";

/** Every network's folder has it; a file without it holds no network. */
const IDENTITY = "network.json";
/** Belongs to the process that uses the folder. */
const LOCK = "network.lock";
/** LMDB's, of the process that has it open. */
const READERS = "lock.mdb";

/** How the new file is opened. */
export type OpenNewFile = (file: string) => Promise<FileHandle>;

const openNewFile: OpenNewFile = (file) => open(file, "wx", 0o600);

/** Packs a network's folder into a file. The folder is in use by nobody. @throws `disk-full`, `file-refused`; the old file stays then */
export async function saveState(folder: string, file: string, openNew: OpenNewFile = openNewFile): Promise<void> {
  const beside = path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(6).toString("hex")}`);
  try {
    const handle = await openNew(beside);
    try {
      const packed = Readable.from(packFolder(folder, [LOCK, READERS]));
      await pipeline(packed, createGzip({ level: 6 }), async (chunks: AsyncIterable<Uint8Array>) => {
        for await (const chunk of chunks) await handle.writeFile(chunk);
      });
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
    await syncFolder(path.dirname(file));
  } catch (cause) {
    await rm(beside, { force: true });
    const { code } = cause as NodeJS.ErrnoException;
    throw code === "ENOSPC" || code === "EDQUOT" ? new EnigmaError("disk-full", { data: { file }, cause }) : cause;
  }
}

/**
 * Unpacks a saved network into an empty folder.
 * @returns whether there was one; false where the file does not exist
 * @throws `state-invalid` for a file that is broken or something else
 */
export async function loadState(file: string, folder: string): Promise<boolean> {
  try {
    await pipeline(createReadStream(file), createGunzip(), (archive: AsyncIterable<Uint8Array>) =>
      unpackFolder(archive, folder),
    );
    await readFile(path.join(folder, IDENTITY));
    return true;
  } catch (cause) {
    const { code, path: at } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" && at === file) return false;
    const reason = brokenBecause(cause);
    throw reason === undefined ? cause : new EnigmaError("state-invalid", { data: { file, reason }, cause });
  }
}

/** How many workers a network's folder was made for. */
export async function workersOf(folder: string): Promise<number | undefined> {
  try {
    const { workers } = JSON.parse(await readFile(path.join(folder, IDENTITY), "utf8")) as { workers?: unknown };
    return typeof workers === "number" ? workers : undefined;
  } catch {
    return undefined; // whoever opens the folder says what is wrong with it
  }
}

function brokenBecause(cause: unknown): string | undefined {
  if (cause instanceof TarError) return cause.message;
  const { code } = cause as NodeJS.ErrnoException;
  if (code?.startsWith("Z_") === true)
    return code === "Z_BUF_ERROR" ? "it ends in the middle" : "it is not compressed by gzip";
  return code === "ENOENT" ? `it has no ${IDENTITY}` : undefined;
}

/** The new name is on disk, too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
