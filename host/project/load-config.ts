/** Finds and loads `enigma.config.ts`. */
import { existsSync } from "node:fs";
import path from "node:path";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { checkConfig } from "./check-config.ts";
import { evaluateConfig } from "./evaluate-config.ts";
import { CONFIG_FILE, type Project, projectOf } from "./project.ts";

/** The configuration's file in a folder or in the nearest one above it. */
export function findConfig(from: string): string | undefined {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    const file = path.join(folder, CONFIG_FILE);
    if (existsSync(file)) return file;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/**
 * The project that a folder belongs to.
 *
 * @throws `config-missing` where no folder above has a configuration, `config-invalid` with `data.line` where it does not
 *   parse or ends in an error, with `data.field` where a field is wrong
 */
export async function loadProject(from: string): Promise<Project> {
  const file = findConfig(from);
  if (file === undefined)
    throw new EnigmaError("config-missing", { data: { file: CONFIG_FILE, folder: path.resolve(from) } });
  const exported = await evaluateConfig(file);
  return projectOf(path.dirname(file), file, checkConfig(exported, file));
}

/** The project that a folder belongs to; with nothing but defaults where it belongs to none. @throws as `loadProject` */
export async function loadProjectOrDefaults(from: string): Promise<Project> {
  return findConfig(from) === undefined ? projectOf(path.resolve(from), undefined, {}) : loadProject(from);
}
