// Scripts of a package where Node has no hooks in the same thread: linked from their measured bytes.

import { execFile } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { ROOT } from "../repository/source-files.ts";

const MODULE = pathToFileURL(path.join(ROOT, "enclave-wasm/platform/hardware/measured-modules.ts")).href;

/** Imports /package/main.js of these scripts in a process that may link modules, and gives its export `value`, or the error's code. */
async function valueIn(scripts: Record<string, string>): Promise<unknown> {
  const program = `
    import { MeasuredModules } from ${JSON.stringify(MODULE)};
    const scripts = ${JSON.stringify(scripts)};
    const modules = new MeasuredModules((place) => scripts[place] && new TextEncoder().encode(scripts[place]));
    const value = await modules.import("file:///package/main.js").then(({ value }) => value, ({ code }) => code);
    console.log(JSON.stringify(value));`;
  const args = ["--experimental-vm-modules", "--no-warnings", "--input-type=module", "-e", program];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

it("links what scripts import of each other and of Node, in a circle as well, each once", async () => {
  const value = await valueIn({
    "/package/main.js": `
      import { sep } from "node:path";
      import { count } from "./parts/count.js";
      const { again } = await import(new URL("parts/again.js", import.meta.url).href);
      export const value = [sep, count(), again, import.meta.url];`,
    "/package/parts/count.js": `
      import { label } from "./label.js";
      export let times = 0;
      export const count = () => label(++times);`,
    "/package/parts/label.js": 'import { times } from "./count.js"; export const label = (n) => [n, times];',
    "/package/parts/again.js": 'import { count } from "./count.js"; export const again = count();',
  });
  expect(value).toEqual(["/", [2, 2], [1, 1], "file:///package/main.js"]);
});

it.each([
  ["imported", 'import "./other.js"; export const value = 1;'],
  ["imported while it runs", 'await import("./other.js"); export const value = 1;'],
])("refuses a script that was not measured, %s", async (_how, main) => {
  expect(await valueIn({ "/package/main.js": main })).toBe("enclave-measurement");
});
