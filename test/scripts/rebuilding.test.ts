import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { replaceFolder } from "../../scripts/setup/cache.mjs";
import { crateInputs } from "../../scripts/setup/crate-inputs.mjs";
import { contentFingerprint, filesBelow, quickFingerprint } from "../../scripts/setup/fingerprint.mjs";
import { Outputs } from "../../scripts/setup/outputs.mjs";

let root = "";

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "enigma-rebuilding-"));
});

afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

describe("fingerprints", () => {
  it("change with content, name and settings, and with nothing else", () => {
    write("a/one", "1");
    const first = contentFingerprint(root, ["a"], ["rustc 1"]);
    utimesSync(path.join(root, "a/one"), 1, 1);
    expect(contentFingerprint(root, ["a"], ["rustc 1"])).toBe(first);
    expect(contentFingerprint(root, ["a"], ["rustc 2"])).not.toBe(first);
    write("a/one", "2");
    expect(contentFingerprint(root, ["a"], ["rustc 1"])).not.toBe(first);
  });

  it("tell a change of time from none in the quick form, without reading", () => {
    write("a/one", "1");
    const first = quickFingerprint(root, ["a"]);
    expect(quickFingerprint(root, ["a"])).toBe(first);
    utimesSync(path.join(root, "a/one"), 1, 1);
    expect(quickFingerprint(root, ["a"])).not.toBe(first);
  });

  it("leave out what is built and what does not exist", () => {
    write("a/src/lib.rs", "");
    write("a/target/debug/x", "");
    write("a/dist/y", "");
    expect(filesBelow(root, ["a", "missing"])).toEqual(["a/src/lib.rs"]);
  });
});

describe("a crate's inputs", () => {
  it("follow dependencies by path, their dependencies, and the workspace's table, but not those of tests", () => {
    write("ws/Cargo.toml", '[workspace]\nmembers = []\n[workspace.dependencies]\nsdk = { path = "sdk" }\n');
    write("ws/sdk/Cargo.toml", '[package]\nname = "sdk"\n');
    write(
      "ws/top/Cargo.toml",
      '[dependencies]\nmid = { path = "../mid" }\n[dev-dependencies]\nt = { path = "../t" }\n',
    );
    write("ws/mid/Cargo.toml", "[dependencies]\nsdk.workspace = true\n");
    write("ws/t/Cargo.toml", "");
    const inputs = crateInputs(root, "ws", "top");
    for (const crate of ["top", "mid", "sdk"]) expect(inputs).toContain(`ws/${crate}/src`);
    expect(inputs).toContain("ws/Cargo.lock");
    expect(inputs).not.toContain("ws/t/src");
  });
});

describe("built things", () => {
  it("are current only while they exist and their inputs are the same", () => {
    const outputs = new Outputs(path.join(root, "dist"));
    expect(outputs.isCurrent("thing", "f1")).toBe(false);
    outputs.record("thing", "f1");
    expect(outputs.isCurrent("thing", "f1")).toBe(false);
    write("dist/thing/file", "");
    const again = new Outputs(path.join(root, "dist"));
    expect(again.isCurrent("thing", "f1")).toBe(true);
    expect(again.isCurrent("thing", "f2")).toBe(false);
  });

  it("are made again when the record of their inputs was cut off", () => {
    write("dist/thing/file", "");
    write("dist/inputs.json", '{"thing": "f');
    expect(new Outputs(path.join(root, "dist")).isCurrent("thing", "f1")).toBe(false);
  });

  it("replace the old ones whole, or not at all", async () => {
    write("dist/thing/old", "");
    const target = path.join(root, "dist/thing");
    const failing = replaceFolder(target, async (folder) => {
      writeFileSync(path.join(folder, "new"), "");
      throw new Error("cut off");
    });
    await expect(failing).rejects.toThrow("cut off");
    expect(filesBelow(target, ["."])).toEqual(["old"]);
    await replaceFolder(target, async (folder) => writeFileSync(path.join(folder, "new"), ""));
    expect(filesBelow(target, ["."])).toEqual(["new"]);
  });
});
