import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";

/** How a new file is opened. */
export interface FileOpener {
  open(file: string): Promise<FileHandle>;
}

const newFile: FileOpener = { open: (file) => open(file, "wx") };

/**
 * Puts a file in the place of what is there, whole or not at all: it is written beside, synced, and renamed.
 *
 * @throws `disk-full` where there is no room for it; what was there is as it was
 */
export async function writeFileAtomically(
  file: string,
  content: string | Uint8Array,
  opener: FileOpener = newFile,
): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(6).toString("hex")}`);
  try {
    const handle = await opener.open(temporary);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw isFull(cause) ? new EnigmaError("disk-full", { data: { path: file }, cause }) : cause;
  }
}

/** No room on the disk, or none for this user. */
function isFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "");
}
