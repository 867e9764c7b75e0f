import { describe, expect, it } from "vitest";
import { importsOf } from "./imports.ts";
import { sourceFiles } from "./source-files.ts";

/** The parts of `host/` and what each may import, itself included (ARCHITECTURE, section 1). */
const ADAPTERS = ["enclave", "ethereum", "p2p", "storage", "rpc"];
const NODES = ["worker", "principal"];
const ALLOWED: Record<string, readonly string[]> = {
  protocol: [],
  client: ["protocol"],
  ...Object.fromEntries(ADAPTERS.map((part) => [part, ["protocol"]])),
  ...Object.fromEntries(NODES.map((part) => [part, [...ADAPTERS, "protocol"]])),
  network: [...NODES, ...ADAPTERS, "protocol"],
  project: ["protocol"],
  compile: ["project", "client", "protocol"],
  auditor: ["enclave", "ethereum", "rpc", "protocol"],
  testing: ["project", "auditor", "network", "client", ...NODES, ...ADAPTERS, "protocol"],
  cli: ["project", "compile", "auditor", "network", "client", "testing", ...NODES, ...ADAPTERS, "protocol"],
};

/** Places outside of host that one part may import from. */
const OUTSIDE_HOST: Record<string, readonly string[]> = {
  enclave: ["enclave-wasm/platform/hardware/"],
  compile: ["scripts/setup/"],
  cli: ["scripts/setup/"],
};

const HOST_FILES = sourceFiles(/^host\/.*\.ts$/);

const partOf = (file: string): string => file.split("/")[1] ?? "";

describe("the direction of imports", () => {
  it("looks at every part of host", () => {
    expect(HOST_FILES.length).toBeGreaterThan(0);
    const unknown = HOST_FILES.map(partOf).filter((part) => !(part in ALLOWED));
    expect([...new Set(unknown)]).toEqual([]);
  });

  it("points from cli through network and nodes to adapters and protocol, never back", () => {
    const against = HOST_FILES.flatMap((file) => {
      const part = partOf(file);
      const allowed = ALLOWED[part] ?? [];
      return importsOf(file)
        .files.filter((imported) => imported.startsWith("host/"))
        .filter((imported) => partOf(imported) !== part && !allowed.includes(partOf(imported)))
        .map((imported) => `${file} imports ${imported}`);
    });
    expect(against).toEqual([]);
  });

  it("leaves host only for what is built, but for the simulated machine's starter and the command that builds", () => {
    const outside = HOST_FILES.flatMap((file) =>
      importsOf(file)
        .files.filter((imported) => !/^(host|enclave-wasm\/dist|contracts\/dist)\//.test(imported))
        .filter((imported) => !OUTSIDE_HOST[partOf(file)]?.some((place) => imported.startsWith(place)))
        .map((imported) => `${file} imports ${imported}`),
    );
    expect(outside).toEqual([]);
  });

  it("keeps what runs inside the enclave apart from everything else", () => {
    const runtime = sourceFiles(/^enclave-wasm\/runtime\/.*\.ts$/);
    const outside = runtime.flatMap((file) =>
      importsOf(file)
        .files.filter((imported) => !/^enclave-wasm\/(runtime|enclave|dist)\//.test(imported))
        .map((imported) => `${file} imports ${imported}`),
    );
    expect(outside).toEqual([]);
  });
});

describe("the scanner", () => {
  it("sees every form of import and none in comments", () => {
    const text = [
      'import a from "./a.ts";',
      'import type { B } from "../b.ts";',
      'import {\n  c,\n} from "ethers";',
      'import "./side-effect.ts";',
      'export { d } from "./d.ts";',
      'const e = await import("node:fs");',
      'const f = new URL("./f.json", import.meta.url);',
      '// import g from "./g.ts";',
      '/** import h from "./h.ts"; */',
    ].join("\n");
    expect(importsOf("host/x/y.ts", text)).toEqual({
      files: ["host/b.ts", "host/x/a.ts", "host/x/d.ts", "host/x/f.json", "host/x/side-effect.ts"],
      packages: ["ethers", "node:fs"],
    });
  });
});
