import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compileContracts } from "../../scripts/setup/contract-build.mjs";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "enigma-contract-build-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** A toolchain whose cargo writes down how it was called. */
function recordingToolchain() {
  const bin = path.join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(path.join(bin, "cargo"), `#!/bin/sh\necho "$@" >> "${path.join(folder, "calls")}"\n`);
  chmodSync(path.join(bin, "cargo"), 0o755);
  return { bin, version: "1.95.0", sysroot: folder };
}

describe("compiling contracts", () => {
  it("asks cargo for one crate at a time, so that none gets features that another wants", async () => {
    await compileContracts(recordingToolchain(), { folder, label: "contracts" }, ["one", "two"], () => {});
    const builds = readFileSync(path.join(folder, "calls"), "utf8")
      .split("\n")
      .filter((call) => call.startsWith("build "));
    expect(builds.map((call) => call.match(/--package \S+/g))).toEqual([["--package one"], ["--package two"]]);
  });
});
