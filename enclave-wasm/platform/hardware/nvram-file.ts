/**
 * The one file that holds a simulated machine's state.
 *
 * A write is durable when it returns and is never half done: the new bytes go to a second file, which then takes the first
 * one's name. A kill at any instant leaves the old or the new state. Bytes that somebody else put there are never
 * overwritten: two processes on one machine would give a counter value twice.
 *
 * Node's permission model, under which this runs, refuses `fsync` altogether. So the file is opened with O_SYNC, where each
 * write returns only when it is on disk, and its last byte is written once more after the renaming: a journaling file
 * system (ext4, XFS, Btrfs) then commits what it holds of that file, the new name included.
 */
import { closeSync, constants, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import path from "node:path";
import { HardwareError } from "./hardware-error.ts";

const NAME = "nvram.bin";
const NEXT = "nvram.bin.next";
/** The bytes hold the machine's fuses: for its owner only. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
const SYNCHRONOUS_REPLACEMENT = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_SYNC;

export class NvramFile {
  readonly #folder: string;
  #stored: Buffer | undefined;

  /** @param folder the machine's own folder; made by the first write */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The stored bytes, or none where nothing was stored yet.
   * @throws {HardwareError} `platform-read-failed`
   */
  read(): Uint8Array | undefined {
    this.#stored = this.#current();
    return this.#stored;
  }

  /**
   * Replaces the bytes of the last `read` or `write`.
   * @throws {HardwareError} `platform-altered` where others stand there now, `platform-write-failed`
   */
  write(bytes: Uint8Array): void {
    const current = this.#current();
    if (
      current === undefined ? this.#stored !== undefined : this.#stored === undefined || !current.equals(this.#stored)
    ) {
      throw new HardwareError("platform-altered", { detail: `${NAME} was changed while the platform runs.` });
    }
    try {
      this.#replace(bytes);
    } catch (cause) {
      throw new HardwareError("platform-write-failed", { detail: errorCode(cause), cause });
    }
    this.#stored = Buffer.from(bytes);
  }

  #current(): Buffer | undefined {
    try {
      return readFileSync(path.join(this.#folder, NAME));
    } catch (cause) {
      if (errorCode(cause) === "ENOENT") return undefined;
      throw new HardwareError("platform-read-failed", { detail: errorCode(cause), cause });
    }
  }

  #replace(bytes: Uint8Array): void {
    mkdirSync(this.#folder, { recursive: true, mode: FOLDER_MODE });
    const next = path.join(this.#folder, NEXT);
    const file = openSync(next, SYNCHRONOUS_REPLACEMENT, FILE_MODE);
    try {
      writeFully(file, bytes);
      renameSync(next, path.join(this.#folder, NAME));
      writeSync(file, bytes, bytes.length - 1, 1, bytes.length - 1);
    } finally {
      closeSync(file);
    }
  }
}

function writeFully(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

function errorCode(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
}
