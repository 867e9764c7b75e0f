import { spawnSync } from "node:child_process";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "./enclave-package.ts";

it("what runs is what was measured, whatever the host puts on the disk afterwards", () => {
  const folder = realpathSync(temporaryFolder());
  for (const part of ["enclave", "runtime"]) mkdirSync(path.join(folder, part));
  writeFileSync(path.join(folder, "runtime/package.json"), '{ "type": "module" }');
  writeFileSync(path.join(folder, "runtime/boot.js"), 'export { name } from "./part.js";');
  writeFileSync(path.join(folder, "runtime/part.js"), 'export const name = "measured";');
  const program = path.join(import.meta.dirname, "altered-package.ts");
  const { stdout, stderr } = spawnSync(process.execPath, [program, folder], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(stdout.trim().split("\n")).toEqual(["measured", "measured", "enclave-measurement"]);
});
