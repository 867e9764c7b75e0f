/** Gas snapshots and the gas report in whole runs of vitest, over a bed whose calls cost what the test says. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const VITEST = path.join(path.dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");

let folder: string;

beforeEach(() => {
  // Within the repository, so that its packages are found.
  folder = mkdtempSync(path.join(ROOT, "node_modules", ".gas-report-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A test file whose contract's function costs so much gas. */
function write(name: string, gas: number, matcher = ""): void {
  const kit = path.join(ROOT, "host/testing");
  writeFileSync(
    path.join(folder, name),
    `import { expect, test } from "vitest";
import { Interface } from "ethers";
import "${kit}/index.ts";
import { testFunction } from "${kit}/contract/test-function.ts";

const abi = new Interface(["function raise(uint64 by)"]);
const observed = { status: "committed", gasUsed: ${gas}n, outputBytes: 104, deltaBytes: [], checkpointBytes: [], stateChanged: true, effects: [] };
const executed = { ending: { name: "returned", result: new Uint8Array() }, logs: [], opened: [], observed, changedState: () => true,
  trace: () => ({ root: { children: [{ kind: "host", name: "storage-set", gas: 700n, children: [] }] } }) };
const executor = { defaultAccount: { address: "0x00" }, execute: async () => executed };
const place = { bed: { executor, abiOf: () => undefined }, contract: "0x01", contractName: "meter", abi, from: undefined };
const raise = testFunction(place, abi.getFunction("raise"));

test("raises", async () => {
  ${matcher === "" ? "await raise(1n);" : `await expect(raise(1n)).${matcher};`}
});
`,
  );
}

function run(args: readonly string[], env: Record<string, string> = {}): { status: number | null; text: string } {
  const own = { ...process.env, NO_COLOR: "1", CI: "", ...env };
  for (const name of ["VITEST", "VITEST_POOL_ID", "VITEST_WORKER_ID"])
    delete (own as Record<string, string | undefined>)[name];
  const run = spawnSync(process.execPath, [VITEST, "run", "--root", folder, ...args], { env: own, encoding: "utf8" });
  return { status: run.status, text: run.stdout + run.stderr };
}

test("a gas snapshot is written once, fails a test on change with both numbers, and is renewed by -u", () => {
  const file = path.join(folder, "__gas__", "meter.test.json");
  const snapshot = () => JSON.parse(readFileSync(file, "utf8")) as unknown;
  write("meter.test.ts", 21_000, "toMatchGasSnapshot()");
  expect(run([], { CI: "1" })).toMatchObject({
    status: 1,
    text: expect.stringContaining("there is no snapshot of it"),
  });
  expect(run([]).status).toBe(0);
  expect(snapshot()).toEqual({ "raises > raise(uint64) 1": "21000" });
  write("meter.test.ts", 21_500, "toMatchGasSnapshot()");
  const changed = run([]);
  expect(changed.status).toBe(1);
  expect(changed.text).toContain("the gas of raises > raise(uint64) 1 is 21500, not 21000 as before (+500)");
  expect(snapshot()).toEqual({ "raises > raise(uint64) 1": "21000" });
  expect(run(["-u"]).status).toBe(0);
  expect(snapshot()).toEqual({ "raises > raise(uint64) 1": "21500" });
}, 120_000);

test.each(["forks", "threads"])(
  "the reporter sums up the calls of all files, in %s",
  (pool) => {
    write("first.test.ts", 20_000);
    write("second.test.ts", 40_000);
    const json = path.join(folder, "gas.json");
    const reporter = path.join(ROOT, "host/testing/reports/gas-reporter.ts");
    const { status, text } = run(["--pool", pool, "--reporter", "default", "--reporter", reporter], {
      ENIGMA_GAS_REPORT_JSON: json,
    });
    expect(status).toBe(0);
    expect(text).toMatch(/meter +raise\(uint64\) +2 +20,000 +30,000 +30,000 +40,000 .* storage-set 700/);
    expect(JSON.parse(readFileSync(json, "utf8"))).toMatchObject([
      { contract: "meter", calls: 2, min: "20000", max: "40000" },
    ]);
  },
  120_000,
);

test("without the reporter, each file prints its own report where the environment asks for it", () => {
  write("first.test.ts", 20_000);
  expect(run([], { ENIGMA_GAS_REPORT: "1" }).text).toMatch(/meter +raise\(uint64\) +1 +20,000/);
  expect(run([]).text).not.toMatch(/meter +raise/);
}, 120_000);
