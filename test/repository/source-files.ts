import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the checkout. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Files of the repository whose path fits, relative to the checkout: tracked ones and new ones that are not ignored. */
export function sourceFiles(pattern: RegExp): string[] {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const listed = execFileSync("git", args, { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 26 });
  const deleted = new Set(
    execFileSync("git", ["ls-files", "-z", "--deleted"], { cwd: ROOT, encoding: "utf8" }).split("\0"),
  );
  return listed.split("\0").filter((file) => file !== "" && pattern.test(file) && !deleted.has(file));
}

/** The text of a file of the repository. */
export function readSource(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}
