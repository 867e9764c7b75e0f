/**
 * The file that holds an enclave's sealed keys. It is replaced as a whole and is on the disk when `write` returns: only then may
 * the enclave move its counter, after which an older blob does not open any more.
 */
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readFile, rename } from "node:fs/promises";
import path from "node:path";

export class SealedBlobFile {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** The blob, or null where there is no file. An empty file is a blob: one that does not open. */
  async read(): Promise<Uint8Array | null> {
    try {
      return new Uint8Array(await readFile(this.#file));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  }

  /** Puts `blob` in the place of what is there, durably; after a kill at any instant one of the two is there, whole. */
  async write(blob: Uint8Array): Promise<void> {
    const folder = path.dirname(this.#file);
    await mkdir(folder, { recursive: true });
    const temporary = `${this.#file}.tmp`;
    await using(await open(temporary, "w", 0o600), async (handle) => {
      await handle.writeFile(blob);
      await handle.sync();
    });
    await rename(temporary, this.#file);
    await using(await open(folder, constants.O_RDONLY), (handle) => handle.sync());
  }
}

async function using(handle: FileHandle, work: (handle: FileHandle) => Promise<void>): Promise<void> {
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}
