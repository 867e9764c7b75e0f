/** What new projects are made of: a folder for each template, beside one with what all of them have. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** What `template.json` says. */
export interface Template {
  readonly name: string;
  /** In lower case, without a full stop. */
  readonly summary: string;
  /** Sample contracts of the package that the project begins with. */
  readonly contracts: readonly string[];
}

/** Files that every project has. */
export const EVERY_PROJECT = "every-project";

/** The templates of a package, the first of all first. */
export function templatesOf(packageRoot: string): Template[] {
  const folder = path.join(packageRoot, "templates");
  const names = readdirSync(folder).filter((name) => existsSync(path.join(folder, name, "template.json")));
  const templates = names.map((name) => {
    const text = readFileSync(path.join(folder, name, "template.json"), "utf8");
    return { name, ...(JSON.parse(text) as Omit<Template, "name">) };
  });
  return templates.sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name));
}

/** Where the artifacts and the lock of a template lie that were made with the package. */
export function prebuiltFolder(packageRoot: string, template: string): string {
  return path.join(packageRoot, "contracts", "dist", "templates", template);
}

const rank = ({ name }: Template) => (name === "minimal" ? 0 : 1);
