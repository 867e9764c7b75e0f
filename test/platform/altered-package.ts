/**
 * A process that reads the package in its first argument, lets its files be changed, and then imports it: it prints what its
 * script says of itself, then how an import of a script that was put there later ends.
 */
import { writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { serveMeasured } from "../../enclave-wasm/platform/hardware/measured-imports.ts";
import { readPackageFiles } from "../../enclave-wasm/platform/hardware/package-files.ts";

const folder = process.argv[2] ?? "";
serveMeasured(folder, readPackageFiles(folder));
writeFileSync(path.join(folder, "runtime/boot.js"), 'export { name } from "./late.js";');
writeFileSync(path.join(folder, "runtime/part.js"), 'export const name = "altered";');
writeFileSync(path.join(folder, "runtime/late.js"), 'export const name = "late";');

for (const script of ["boot.js", "boot.js?instance=1", "late.js"]) {
  const place = `${pathToFileURL(path.join(folder, "runtime"))}/${script}`;
  const said = await import(place).then(
    ({ name }) => name,
    ({ code }) => code,
  );
  writeSync(1, `${said}\n`);
}
