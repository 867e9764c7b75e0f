// `enigma compile`: what it makes, what it leaves alone, and how it says what is wrong.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readArtifact } from "../../host/project/artifact.ts";
import { type Captured, runCapturedIn } from "../cli/captured-terminal.ts";
import { TinyProject, world } from "./tiny-project.ts";

const projects: TinyProject[] = [];

function projectOf(contracts: Readonly<Record<string, string>>): TinyProject {
  const project = new TinyProject(contracts);
  projects.push(project);
  return project;
}

afterEach(() => {
  for (const project of projects.splice(0)) project.remove();
});

const compile = (project: TinyProject, ...args: string[]): Promise<Captured> =>
  runCapturedIn({ cwd: project.folder }, "compile", ...args);

interface Answer {
  readonly contracts: readonly { readonly name: string; readonly built: boolean; readonly codeHash: string }[];
}

const answer = ({ stdout }: Captured) => JSON.parse(stdout) as Answer;
const refusal = ({ stdout }: Captured) =>
  (JSON.parse(stdout) as { error: { code: string; data: Record<string, unknown> } }).error;

describe("the compile command", () => {
  it("makes an artifact and types, says size and hash, and next time only what changed", async () => {
    const project = projectOf({ one: world("at"), two: world("at + 1") });
    const first = await compile(project);
    const { codeHash, module, toolchain, deploymentGas } = readArtifact(project.place("artifacts"), "one");
    expect(first).toMatchObject({ status: 0, stdout: expect.stringContaining(codeHash) });
    expect(first.stdout).toContain(`${module.length} bytes`);
    expect(deploymentGas).toBe(10_000n + 2n * BigInt(module.length));
    expect(toolchain.rustc).toMatch(/^\d+\.\d+\.\d+/);
    expect(Buffer.from(module).includes(project.folder)).toBe(false);
    const types = readFileSync(project.place("artifacts/one.ts"), "utf8");
    expect(types).toMatch(/as const;[\s\S]*declare module "enigma-simulator\/testing"[\s\S]*"one": typeof abi/);

    project.write("contracts/two/src/lib.rs", world("at + 2"));
    const second = answer(await compile(project, "--json"));
    expect(second.contracts.map(({ name, built }) => [name, built])).toEqual([
      ["one", false],
      ["two", true],
    ]);
  });

  it("gives the same bytes in another folder", async () => {
    const contract = world("helper::twice(at)").replace("#![no_std]", "#![no_std]\n");
    const hashes = [];
    for (const project of [projectOf({ one: contract }), projectOf({ one: contract })]) {
      project.write("shared/helper/Cargo.toml", '[package]\nname = "helper"\nversion = "0.1.0"\nedition = "2024"\n');
      project.write(
        "shared/helper/src/lib.rs",
        "#![no_std]\n#[inline(never)] pub fn twice(at: i32) -> i32 { at.checked_mul(2).unwrap() }\n",
      );
      const manifest = readFileSync(project.place("contracts/one/Cargo.toml"), "utf8");
      project.write(
        "contracts/one/Cargo.toml",
        `${manifest}\n[dependencies]\nhelper = { path = "../../shared/helper" }\n`,
      );
      project.write("Cargo.toml", '[workspace]\nresolver = "3"\nmembers = ["contracts/*", "shared/*"]\n');
      expect(await compile(project)).toMatchObject({ status: 0 });
      const { codeHash, sourceHash } = readArtifact(project.place("artifacts"), "one");
      hashes.push({ codeHash, sourceHash });
    }
    expect(hashes[0]).toEqual(hashes[1]);
  });

  it("needs no toolchain where artifacts are current", async () => {
    const project = projectOf({ one: world("at") });
    await compile(project);
    rmSync(project.place("target"), { recursive: true });
    expect(answer(await compile(project, "--json")).contracts).toMatchObject([{ name: "one", built: false }]);
    expect(existsSync(project.place("target"))).toBe(false);
  });

  it("makes again what was damaged, and types that are missing", async () => {
    const project = projectOf({ one: world("at") });
    const [{ codeHash }] = answer(await compile(project, "--json")).contracts as [Answer["contracts"][0]];
    writeFileSync(project.place("artifacts/one.json"), "{");
    expect(answer(await compile(project, "--json")).contracts).toMatchObject([{ built: true, codeHash }]);
    rmSync(project.place("artifacts/one.ts"));
    expect(answer(await compile(project, "--json")).contracts).toMatchObject([{ built: true, codeHash }]);
  });

  it("compiles one contract by its name or its folder", async () => {
    const project = projectOf({ one: world("at"), two: world("at") });
    expect(answer(await compile(project, "two", "--json")).contracts).toMatchObject([{ name: "two" }]);
    expect(answer(await compile(project, project.place("contracts/one"), "--json")).contracts).toMatchObject([
      { name: "one" },
    ]);
    expect(readdirSync(project.place("artifacts")).sort()).toEqual(["one.json", "one.ts", "two.json", "two.ts"]);
  });
});

describe("what is wrong", () => {
  it("with Rust code is said as rustc says it, without cargo's words; old artifacts stay and other contracts are made", async () => {
    const project = projectOf({ bad: world("at"), good: world("at") });
    await compile(project);
    const before = readFileSync(project.place("artifacts/bad.json"));
    project.write("contracts/bad/src/lib.rs", world('"text"'));
    project.write("contracts/good/src/lib.rs", world("at + 1"));
    const { status, stdout, stderr } = await compile(project);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^\s*error\[E0308\]: mismatched types\n\s+--> contracts\/bad\/src\/lib.rs:\d+:\d+/);
    expect(stderr).toContain("compile-failed: ");
    expect(stderr).not.toMatch(/Compiling|could not compile|"reason"/);
    expect(readFileSync(project.place("artifacts/bad.json"))).toEqual(before);
    expect(refusal(await compile(project, "--json"))).toMatchObject({
      code: "compile-failed",
      data: { contract: "bad", output: expect.stringContaining("mismatched types") },
    });
    expect(answer(await compile(project, "good", "--json")).contracts).toMatchObject([{ built: false }]);
  });

  it("with a manifest is said as cargo says it", async () => {
    const project = projectOf({ one: world("at") });
    project.write(
      "contracts/one/Cargo.toml",
      `${readFileSync(project.place("contracts/one/Cargo.toml"), "utf8")}\n[dependencies]\nnowhere = { path = "nowhere" }\n`,
    );
    expect(refusal(await compile(project, "--json"))).toMatchObject({
      code: "compile-failed",
      data: { output: expect.stringContaining("nowhere") },
    });
  });

  it("with a module is said by its rule, with function and offset, and nothing is left", async () => {
    const imported = '#[link(wasm_import_module = "clock")] unsafe extern "C" { safe fn now() -> i32; }';
    const project = projectOf({ one: `${world("at + now()")}${imported}` });
    const { status, stderr } = await compile(project);
    expect(status).toBe(1);
    expect(stderr).toMatch(/module-import-unknown: .* at byte 0x[0-9a-f]+: .*now/);
    expect(existsSync(project.place("artifacts"))).toBe(false);
    project.write("contracts/one/src/lib.rs", world("at", ""));
    expect(refusal(await compile(project, "--json"))).toMatchObject({ code: "abi-missing", data: { contract: "one" } });
  });

  it("with a module that has SIMD or asks for too much memory is said by those rules", async () => {
    const vector = `use core::arch::wasm32::*;
      #[inline(never)] fn add_lanes(at: i32) -> i32 {
        let sum = i32x4_add(i32x4_splat(at), i32x4(1, 2, 3, at));
        i32x4_extract_lane::<0>(sum).wrapping_mul(i32x4_extract_lane::<3>(sum))
      }`;
    const large = "static mut LARGE: [u8; 17 << 20] = [0; 17 << 20];";
    const reads = "unsafe { (&raw mut LARGE).cast::<u8>().add(at as usize).read_volatile() as i32 }";
    const project = projectOf({ lanes: `${world("add_lanes(at)")}${vector}`, large: `${world(reads)}${large}` });
    project.write(
      ".cargo/config.toml",
      '[target.wasm32-unknown-unknown]\nrustflags = ["-C", "target-feature=+simd128"]\n',
    );
    expect(refusal(await compile(project, "lanes", "--json"))).toMatchObject({ code: "module-feature-simd" });
    expect(refusal(await compile(project, "large", "--json"))).toMatchObject({ code: "module-memory-too-large" });
  });

  it("with a name is said with what was meant", async () => {
    const project = projectOf({ counter: world("at") });
    expect(refusal(await compile(project, "conter", "--json"))).toMatchObject({
      code: "contract-source-unknown",
      sentence: expect.stringContaining('Did you mean "counter"?'),
    });
  });

  it("with a folder is said: no project, or none with contracts", async () => {
    const project = projectOf({});
    expect(refusal(await compile(project, "--json"))).toMatchObject({ code: "contracts-missing" });
    rmSync(project.place("enigma.config.ts"));
    expect(refusal(await compile(project, "--json"))).toMatchObject({ code: "config-missing" });
  });

  it("with the place of artifacts is said, and the old file is as it was", async () => {
    const project = projectOf({ one: world("at") });
    await compile(project);
    const before = readFileSync(project.place("artifacts/one.json"));
    rmSync(project.place("artifacts/one.ts"));
    mkdirSync(path.join(project.place("artifacts/one.ts"), "in-the-way"), { recursive: true });
    expect(await compile(project, "--force")).toMatchObject({ status: 1 });
    expect(readFileSync(project.place("artifacts/one.json"))).toEqual(before);
    expect(readdirSync(project.place("artifacts")).sort()).toEqual(["one.json", "one.ts"]);
  });
});
