/**
 * Remembers from which inputs each built thing was made, in one file that lies beside the built things.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

export class Outputs {
  #file;
  #made;

  /** @param {string} folder the folder of built things, `dist` */
  constructor(folder) {
    this.folder = folder;
    this.#file = path.join(folder, "inputs.json");
    this.#made = readRecord(this.#file);
  }

  /** Where the thing of this name lies. */
  place(name) {
    return path.join(this.folder, name);
  }

  /** Whether the thing is there and was made from these inputs. */
  isCurrent(name, fingerprint) {
    return this.#made[name] === fingerprint && existsSync(this.place(name));
  }

  /** To be called when the thing has been put in its place. */
  record(name, fingerprint) {
    this.#made[name] = fingerprint;
    mkdirSync(this.folder, { recursive: true });
    const temporary = `${this.#file}.${process.pid}`;
    writeFileSync(temporary, `${JSON.stringify(this.#made, null, 2)}\n`);
    renameSync(temporary, this.#file);
  }
}

function readRecord(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    // None yet, or cut off by a crash: then everything is made again.
    if (error.code === "ENOENT" || error instanceof SyntaxError) return {};
    throw error;
  }
}
