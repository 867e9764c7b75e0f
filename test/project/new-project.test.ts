// New projects: what they are made of, and what is refused.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { installedSpec } from "../../host/project/installed-spec.ts";
import { packageName } from "../../host/project/new-project.ts";
import { templatesOf } from "../../host/project/templates.ts";
import { runCapturedIn } from "../cli/captured-terminal.ts";
import { ROOT, readSource } from "../repository/source-files.ts";

let folder = "";

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "enigma-init-")));
});
afterEach(() => rmSync(folder, { recursive: true }));

const init = (...args: string[]) => runCapturedIn({ cwd: folder }, "init", ...args);
const inApp = (...parts: string[]) => path.join(folder, "app", ...parts);

describe("a new project", () => {
  it.each(templatesOf(ROOT))(
    "of the template $name has a contract with tests, and ends with what to type",
    async ({ name, contracts }) => {
      const { status, stdout } = await init("app", "--template", name, "--json");
      expect(status).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ template: name, next: ["cd app", "npm install", "npm test"] });
      for (const contract of contracts) {
        expect(readFileSync(inApp("contracts", contract, "src/lib.rs"))).toEqual(
          readFileSync(path.join(ROOT, "contracts/secret", contract, "src/lib.rs")),
        );
        expect(readdirSync(inApp("contracts", contract, "tests")).length).toBeGreaterThan(0);
      }
      for (const file of [
        ".gitignore",
        "AGENTS.md",
        "Cargo.toml",
        "README.md",
        "enigma.config.ts",
        "package.json",
        "tsconfig.json",
      ])
        expect(existsSync(inApp(file)), file).toBe(true);
      expect(existsSync(inApp("template.json"))).toBe(false);
      expect(readdirSync(inApp("test")).some((file) => file.endsWith(".test.ts"))).toBe(true);
    },
  );

  it("says in a terminal's words what to type", async () => {
    expect((await init("app")).stdout.trimEnd().split("\n").slice(-3)).toEqual([
      "  cd app",
      "  npm install",
      "  npm test",
    ]);
  });

  it("has the folder's name, and the package as it was installed", async () => {
    await init("app", "--package", "file:../package.tgz");
    expect(JSON.parse(readFileSync(inApp("package.json"), "utf8"))).toMatchObject({
      name: "app",
      devDependencies: { "enigma-simulator": "file:../package.tgz" },
    });
    expect(packageName("/tmp/My Contracts!")).toBe("my-contracts");
    expect(packageName("/tmp/_")).toBe("my-contracts");
  });

  it("installs the file that this package came from, or else its version", async () => {
    const installed = path.join(folder, "node_modules/enigma-simulator/dist");
    mkdirSync(installed, { recursive: true });
    const version = (JSON.parse(readSource("package.json")) as { version: string }).version;
    expect(await installedSpec(installed, inApp())).toBe(version);
    const packages = { "node_modules/enigma-simulator": { resolved: "file:../p.tgz" } };
    writeFileSync(path.join(folder, "node_modules/.package-lock.json"), JSON.stringify({ packages }));
    expect(await installedSpec(installed, inApp())).toBe("file:../../p.tgz");
  });
});

describe("what is refused", () => {
  it("is a folder that is not empty, unless it is forced, and nothing is left beside it", async () => {
    mkdirSync(inApp());
    writeFileSync(inApp("own.txt"), "own");
    const { status, stdout } = await init("app", "--json");
    expect([status, JSON.parse(stdout)]).toMatchObject([1, { error: { code: "folder-not-empty" } }]);
    expect([readdirSync(folder), readdirSync(inApp())]).toEqual([["app"], ["own.txt"]]);
    expect((await init("app", "--force")).status).toBe(0);
    expect(readFileSync(inApp("own.txt"), "utf8")).toBe("own");
    expect(existsSync(inApp("enigma.config.ts"))).toBe(true);
    expect(readdirSync(folder)).toEqual(["app"]);
  });

  it("is a template that does not exist, with what was meant", async () => {
    const { status, stderr } = await init("app", "--template", "aucton");
    expect([status, existsSync(inApp())]).toEqual([2, false]);
    expect(stderr).toMatch(/cli-usage: .*Did you mean "auction"\? There are: minimal, auction\./);
  });
});

describe("what all projects begin with", () => {
  const manifest = JSON.parse(readSource("templates/every-project/package.json")) as Record<
    string,
    Record<string, string>
  >;

  it("pins Node and tools as this repository does", () => {
    const own = JSON.parse(readSource("package.json")) as { version: string; devDependencies: Record<string, string> };
    const binaries = JSON.parse(readSource("scripts/node/package.json")) as {
      optionalDependencies: Record<string, string>;
    };
    const pinned = Object.entries(binaries.optionalDependencies).filter(([, version]) => !version.startsWith("npm:"));
    expect(manifest.optionalDependencies).toEqual(Object.fromEntries(pinned));
    const { "enigma-simulator": simulator, ...tools } = manifest.devDependencies ?? {};
    expect(simulator).toBe(own.version);
    expect(own.devDependencies).toMatchObject(tools);
  });

  it("compiles contracts as this repository does", () => {
    const profile = (file: string) =>
      (/^\[profile\.release\]\n([^[]*)/m.exec(readSource(file))?.[1] ?? "")
        .split("\n")
        .filter((line) => /^[a-z]/.test(line));
    expect(profile("templates/every-project/Cargo.toml")).toEqual(profile("contracts/Cargo.toml"));
    const inherited = ["edition", "rust-version", "license"].map((field) => new RegExp(`^${field} = .*$`, "m"));
    for (const line of inherited) {
      expect(line.exec(readSource("templates/every-project/Cargo.toml"))?.[0]).toBe(
        line.exec(readSource("contracts/Cargo.toml"))?.[0],
      );
    }
  });
});
