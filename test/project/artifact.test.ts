// Artifacts: what is written is read again, and what was altered is refused.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  ARTIFACT_FORMAT,
  type Artifact,
  artifactFile,
  artifactNames,
  artifactText,
  parseArtifact,
  readArtifact,
  writeArtifact,
} from "../../host/project/artifact.ts";
import { writeFileAtomically } from "../../host/project/write-file.ts";
import type { Hash } from "../../host/protocol/hex.ts";
import { keccak } from "../../host/protocol/keccak.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "enigma-artifact-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function artifactOf(module: Uint8Array, name = "counter"): Artifact {
  return {
    format: ARTIFACT_FORMAT,
    name,
    abi: [{ type: "function", name: "value", inputs: [], outputs: [] }],
    codeHash: keccak(module),
    module,
    rules: 1,
    deploymentGas: 12_345n,
    toolchain: { rustc: "1.95.0", sdk: "0.1.0", binaryen: "132.0.0" },
    sourceHash: `0x${"12".repeat(32)}` as Hash,
  };
}

describe("an artifact", () => {
  it("is read as it was written", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (module) => {
        const artifact = artifactOf(module);
        await writeArtifact(folder, artifact);
        expect(readArtifact(folder, "counter")).toEqual(artifact);
      }),
      { numRuns: 20 },
    );
    expect(readdirSync(folder)).toEqual(["counter.json"]);
  });

  it("is listed by its name", async () => {
    expect(artifactNames(path.join(folder, "nowhere"))).toEqual([]);
    for (const name of ["voting", "counter"]) await writeArtifact(folder, artifactOf(new Uint8Array([1]), name));
    writeFileSync(path.join(folder, "voting.ts"), "");
    expect(artifactNames(folder)).toEqual(["counter", "voting"]);
  });

  it("that is missing is told with what there is, and with what was meant", async () => {
    await writeArtifact(folder, artifactOf(new Uint8Array([1])));
    expect(() => readArtifact(folder, "conter")).toThrow(
      expect.objectContaining({
        code: "artifact-missing",
        message: expect.stringContaining('Did you mean "counter"?'),
        data: { name: "conter", folder, names: ["counter"] },
      }),
    );
    expect(() => readArtifact(folder, "../counter")).toThrow(expect.objectContaining({ code: "artifact-missing" }));
  });

  const whole = JSON.parse(artifactText(artifactOf(new Uint8Array([0, 97, 115, 109])))) as Record<string, unknown>;

  it.each([
    ["format", "enigma-artifact/2"],
    ["name", "voting"],
    ["abi", {}],
    ["abi", [1]],
    ["codeHash", `0x${"00".repeat(32)}`],
    ["codeHash", "0x12"],
    ["module", "AGFzbQ?"],
    ["rules", 0],
    ["deploymentGas", 12],
    ["deploymentGas", "-1"],
    ["toolchain.sdk", { rustc: "1", binaryen: "1" }],
    ["toolchain.rustc", null],
    ["sourceHash", undefined],
  ])("with a wrong %s is refused by that field", (field, value) => {
    const altered = { ...whole, [field.split(".")[0] ?? ""]: value };
    expect(() => parseArtifact(JSON.stringify(altered), artifactFile(folder, "counter"))).toThrow(
      expect.objectContaining({ code: "artifact-invalid", data: expect.objectContaining({ field }) }),
    );
  });

  it.each(["", "{", "[]", "null"])("is not the text %j", (text) => {
    expect(() => parseArtifact(text, artifactFile(folder, "counter"))).toThrow(
      expect.objectContaining({ code: "artifact-invalid" }),
    );
  });
});

describe("a file that is put in the place of another", () => {
  it("leaves the old one as it was where that fails, and nothing beside it", async () => {
    const file = path.join(folder, "kept");
    mkdirSync(file);
    await expect(writeFileAtomically(file, "new")).rejects.toMatchObject({ code: "EISDIR" });
    expect(readdirSync(folder)).toEqual(["kept"]);
  });

  // The device that is always full stands for a disk that is.
  it.runIf(existsSync("/dev/full"))("is told to be too large for the disk, and the old one stays", async () => {
    const file = path.join(folder, "kept");
    writeFileSync(file, "old");
    const full = { open: () => import("node:fs/promises").then(({ open }) => open("/dev/full", "w")) };
    await expect(writeFileAtomically(file, "new", full)).rejects.toMatchObject({ code: "disk-full" });
    expect([readFileSync(file, "utf8"), readdirSync(folder)]).toEqual(["old", ["kept"]]);
  });
});
