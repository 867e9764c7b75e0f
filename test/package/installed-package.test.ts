// The package as its users get it: packed, installed in an empty folder, a project made with it, and that project's own tests.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../repository/source-files.ts";

/** Packing compiles, installing fetches, and machines are busy; in milliseconds. */
const PATIENCE = 1_200_000;
const MOST_BYTES = 15_000_000;

const PINNED = path.join(ROOT, "node_modules/.bin");
const OLDEST = path.join(ROOT, "node_modules/node-22/bin");

let folder = "";
let tarball = "";
let files: string[] = [];

/** Runs a program with this Node first on PATH, and gives what it printed. */
async function run(cwd: string, program: string, args: readonly string[], node = PINNED): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { cwd, env: withNode(node), maxBuffer: 1 << 26 });
  return stdout;
}

const withNode = (node: string) => ({ ...process.env, PATH: `${node}${path.delimiter}${process.env.PATH}` });

const installed = (...parts: string[]) => path.join(folder, "node_modules/enigma-simulator", ...parts);

// The project lies below the folder of the one installation: Node and npx find packages in folders above.
const app = (...parts: string[]) => path.join(folder, "app", ...parts);

interface NetworkUrls {
  readonly blockchain: string;
  readonly principal: string;
  readonly workers: readonly string[];
}

/** The URLs that a network prints when it is ready. Fails where it ends before that. */
function readyNetwork(network: ChildProcess): Promise<NetworkUrls> {
  return new Promise((resolve, reject) => {
    let text = "";
    network.stdout?.on("data", (chunk) => {
      text += chunk;
      if (!text.includes("\n")) return;
      const printed = JSON.parse(text.slice(0, text.indexOf("\n")));
      resolve((printed.network ?? printed).rpcUrls);
    });
    network.once("exit", (code) => reject(new Error(`the network ended with ${code} before it was ready`)));
  });
}

async function stop(network: ChildProcess): Promise<void> {
  if (network.exitCode !== null) return;
  const ended = once(network, "exit");
  network.kill("SIGINT");
  await ended;
}

const enigma = (args: readonly string[], node?: string) => run(app(), "npx", ["enigma", ...args], node);

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "enigma-package-")));
  await run(ROOT, "npm", ["pack", "--pack-destination", folder]);
  const name = readdirSync(folder).find((file) => file.endsWith(".tgz")) ?? "";
  tarball = path.join(folder, name);
  const { devDependencies } = JSON.parse(
    readFileSync(path.join(ROOT, "templates/every-project/package.json"), "utf8"),
  ) as { devDependencies: Record<string, string> };
  const manifest = { private: true, devDependencies: { ...devDependencies, "enigma-simulator": `file:${tarball}` } };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
  await run(folder, "npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"]);
  files = readdirSync(installed(), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(installed(), path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith("node_modules/"));
  await run(folder, "npx", ["enigma", "init", "app"]);
}, PATIENCE);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the packed package", () => {
  it("is smaller than 15 MB", () => {
    expect(statSync(tarball).size).toBeLessThan(MOST_BYTES);
  });

  it("has no TypeScript but types and what projects begin with", () => {
    const ours = files.filter((file) => !/^dist\/(contracts\/dist\/)?templates\//.test(file));
    expect(ours.filter((file) => /(?<!\.d)\.m?ts$/.test(file))).toEqual([]);
    expect(ours).toContain("dist/host/cli/enigma.js");
  });

  it("names no folder of the machine that packed it", () => {
    const told = [ROOT.replace(/\/$/, ""), homedir()].filter((place) => place !== "/" && place !== "/root");
    const naming = files.filter((file) => told.some((place) => readFileSync(installed(file)).includes(place)));
    expect(naming).toEqual([]);
  });

  it(
    "has what its exports name, with types",
    async () => {
      const { exports } = JSON.parse(readFileSync(installed("package.json"), "utf8")) as {
        exports: Record<string, string | Record<string, string>>;
      };
      const places = Object.values(exports).flatMap((entry) =>
        typeof entry === "string" ? [entry] : Object.values(entry),
      );
      expect(places.filter((file) => !existsSync(installed(file)))).toEqual([]);
      const names = Object.keys(exports).filter((name) => !name.endsWith(".json"));
      const program = `for (const name of ${JSON.stringify(names)}) await import("enigma-simulator" + name.slice(1));`;
      await run(folder, "node", ["--input-type=module", "-e", program]);
      await run(folder, "node", ["--input-type=module", "-e", program], OLDEST);
    },
    PATIENCE,
  );
});

describe("a project of it", () => {
  it.each([
    ["the pinned Node", PINNED],
    ["the oldest Node", OLDEST],
  ])("passes its tests before there is any Rust, on %s", { timeout: PATIENCE }, async (_name, node) => {
    expect(await run(app(), "node", [path.join(folder, "node_modules/vitest/vitest.mjs"), "run"], node)).toContain(
      "2 passed",
    );
  });

  it("type-checks", { timeout: PATIENCE }, async () => {
    expect(await run(app(), "npx", ["tsc", "--noEmit"])).toBe("");
  });

  it("came with what its contract compiles to", { timeout: PATIENCE }, async () => {
    const { contracts } = JSON.parse(await enigma(["compile", "--json"])) as { contracts: { built: boolean }[] };
    expect(contracts).toMatchObject([{ name: "counter", built: false }]);
  });

  it.each([
    ["the pinned Node", PINNED],
    ["the oldest Node", OLDEST],
  ])("starts a network, deploys to it and calls, on %s", { timeout: PATIENCE }, async (_name, node) => {
    const program = installed("dist/host/cli/enigma.js");
    const network = spawn("node", [program, "start", "--any-port", "--json"], {
      cwd: app(),
      env: withNode(node),
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const { blockchain, principal, workers } = await readyNetwork(network);
      const test = { rpc: workers[0], ethereum: blockchain, principal };
      writeFileSync(app("enigma.config.ts"), `export default ${JSON.stringify({ networks: { test } })};\n`);
      await enigma(["deploy", "counter", "5", "--network", "test", "--json"], node);
      await enigma(["call", "counter", "increment", "2", "--network", "test", "--json"], node);
      const answer = await enigma(["query", "counter", "value", "--network", "test", "--json"], node);
      expect(answer).toContain('"7"');
    } finally {
      await stop(network);
    }
  });
});
