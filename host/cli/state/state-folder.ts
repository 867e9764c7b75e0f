/** The folder that a network of a state file lives in while it runs. */
import { existsSync } from "node:fs";
import { access, constants, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import { loadState, saveState } from "./state-file.ts";

export class StateFolder {
  readonly path: string;
  /** Whether the file held a network. */
  readonly wasSaved: boolean;
  readonly #file: string;

  private constructor(folder: string, file: string, wasSaved: boolean) {
    this.path = folder;
    this.#file = file;
    this.wasSaved = wasSaved;
  }

  /** Unpacks a state file, or begins one. @throws `state-invalid`, `file-refused` where it could not be written later */
  static async open(file: string): Promise<StateFolder> {
    const parent = path.dirname(file);
    if (!existsSync(parent))
      throw new EnigmaError("file-refused", { data: { path: file, reason: "there is no such folder" } });
    await access(parent, constants.W_OK);
    const folder = await mkdtemp(path.join(tmpdir(), "enigma-state-"));
    try {
      return new StateFolder(folder, file, await loadState(file, folder));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Packs what the stopped network has left; where that fails the folder stays, so that nothing is lost. */
  async save(): Promise<void> {
    try {
      await saveState(this.path, this.#file);
    } catch (cause) {
      if (!(cause instanceof EnigmaError)) throw cause;
      const detail = `The network itself is still in ${this.path}: go on with --data ${this.path}.`;
      throw new EnigmaError("state-not-saved", { data: { file: this.#file, reason: cause.message }, detail, cause });
    }
    await this.discard();
  }

  /** Forgets what has happened since the file was read. */
  discard(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}
