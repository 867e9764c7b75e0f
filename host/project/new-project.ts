/** Makes a project of a template: files that all have, files of its own, its contracts, and what was compiled of them. */
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { EVERY_PROJECT, prebuiltFolder, type Template } from "./templates.ts";

export interface NewProject {
  /** Absolute. */
  readonly folder: string;
  readonly template: Template;
  /** The folder that has templates, samples and what was compiled of them. */
  readonly packageRoot: string;
  /** What npm is to install as the package: a version, or a file. */
  readonly packageSpec: string;
  /** Writes into a folder that holds something; files of the same names are replaced. */
  readonly force?: boolean;
}

/** npm leaves files of this name out of packages. */
const RENAMED = { gitignore: ".gitignore" };

/** Parts of a sample's crate. */
const CRATE_PARTS = ["Cargo.toml", "src", "tests"];

/**
 * Makes the project and gives its files, relative and sorted. It is put together beside its place: whatever interrupts leaves
 * the place as it was.
 *
 * @throws `folder-not-empty`
 */
export async function makeProject(project: NewProject): Promise<string[]> {
  const { folder, force = false } = project;
  const isFilled = existsSync(folder) && (await readdir(folder)).length > 0;
  if (isFilled && !force) throw new EnigmaError("folder-not-empty", { data: { folder } });
  const temporary = path.join(path.dirname(folder), `.${path.basename(folder)}.new-${process.pid}`);
  try {
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary, { recursive: true });
    await fill(temporary, project);
    const files = await filesOf(temporary);
    await putInPlace(temporary, folder, isFilled);
    return files;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function fill(folder: string, { template, packageRoot, packageSpec, folder: final }: NewProject): Promise<void> {
  const templates = path.join(packageRoot, "templates");
  await cp(path.join(templates, EVERY_PROJECT), folder, { recursive: true });
  await cp(path.join(templates, template.name), folder, { recursive: true });
  await rm(path.join(folder, "template.json"));
  for (const [from, to] of Object.entries(RENAMED)) await rename(path.join(folder, from), path.join(folder, to));
  for (const name of template.contracts) {
    for (const part of CRATE_PARTS) {
      const source = path.join(packageRoot, "contracts", "secret", name, part);
      if (existsSync(source)) await cp(source, path.join(folder, "contracts", name, part), { recursive: true });
    }
  }
  const prebuilt = prebuiltFolder(packageRoot, template.name);
  if (existsSync(prebuilt)) await cp(prebuilt, folder, { recursive: true });
  await nameProject(path.join(folder, "package.json"), packageName(final), packageSpec);
}

async function nameProject(file: string, name: string, packageSpec: string): Promise<void> {
  const manifest = JSON.parse(await readFile(file, "utf8")) as {
    name: string;
    devDependencies: Record<string, string>;
  };
  manifest.name = name;
  manifest.devDependencies["enigma-simulator"] = packageSpec;
  await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** A name that npm takes, as near to the folder's as can be. */
export function packageName(folder: string): string {
  const name = path
    .basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+|-+$/g, "");
  return name === "" ? "my-contracts" : name;
}

async function putInPlace(temporary: string, folder: string, isFilled: boolean): Promise<void> {
  if (isFilled) {
    await cp(temporary, folder, { recursive: true });
    return;
  }
  if (existsSync(folder)) {
    // The folder itself may be somebody's working directory, so it stays.
    for (const name of await readdir(temporary)) await rename(path.join(temporary, name), path.join(folder, name));
    return;
  }
  await rename(temporary, folder);
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}
