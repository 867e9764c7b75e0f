/** The templates, with what is compiled of their contracts, so that a new project's tests pass before there is any Rust. */
import { cp, mkdir, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { compileProject } from "../../host/compile/compile.ts";
import { loadProject } from "../../host/project/load-config.ts";
import { makeProject } from "../../host/project/new-project.ts";
import { prebuiltFolder, type Template, templatesOf } from "../../host/project/templates.ts";
import { ROOT } from "../verify/root.ts";

/** Projects stay here from one time to the next, so that cargo builds what has changed. */
const WORKSHOP = path.join(ROOT, "contracts", "target", "templates");

/** Sample contracts that templates begin with. */
export async function templateContracts(): Promise<string[]> {
  return [...new Set(templatesOf(ROOT).flatMap(({ contracts }) => contracts))];
}

/** Adds `templates/` and what is compiled of them to a package that has crates and tools. */
export async function stageTemplates(folder: string, report: (line: string) => void): Promise<void> {
  await cp(path.join(ROOT, "templates"), path.join(folder, "templates"), { recursive: true });
  for (const template of templatesOf(ROOT)) await stageTemplate(folder, template, report);
}

async function stageTemplate(staged: string, template: Template, report: (line: string) => void): Promise<void> {
  const folder = path.join(WORKSHOP, template.name);
  await makeProject({ folder, template, packageRoot: staged, packageSpec: "0.0.0", force: true });
  // Crates have the versions that this repository's tests ran with.
  await cp(path.join(ROOT, "contracts", "Cargo.lock"), path.join(folder, "Cargo.lock"));
  await linkPackage(folder, staged);
  const project = await loadProject(folder);
  await compileProject({ project, say: report });
  const prebuilt = prebuiltFolder(staged, template.name);
  await mkdir(prebuilt, { recursive: true });
  await cp(path.join(folder, "Cargo.lock"), path.join(prebuilt, "Cargo.lock"));
  await cp(project.artifacts, path.join(prebuilt, "artifacts"), { recursive: true });
}

/** The package where npm would put it. */
async function linkPackage(folder: string, staged: string): Promise<void> {
  const place = path.join(folder, "node_modules", "enigma-simulator");
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  await symlink(staged, path.join(place, "dist"));
}
