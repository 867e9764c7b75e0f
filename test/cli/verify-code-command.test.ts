/** `enigma verify-code` on a running network, from a project with sources. */
import { readFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { TinyProject, world } from "../compile/tiny-project.ts";
import { runCapturedIn } from "./captured-terminal.ts";

const ORIGINAL = { one: world("at"), two: world("at + 1") };

let network: TestNetwork;
let project: TinyProject;
let address: string;

const run = (...argv: string[]) => runCapturedIn({ cwd: project.folder }, ...argv);

async function json(...argv: string[]): Promise<{ readonly status: number; readonly value: Record<string, unknown> }> {
  const { status, stdout } = await run(...argv, "--json");
  return { status, value: JSON.parse(stdout) };
}

beforeAll(async () => {
  network = await startTestNetwork();
  project = new TinyProject(ORIGINAL);
  const [worker] = network.local.workers;
  const local = { rpc: worker?.url, ethereum: network.local.chain.url };
  project.write("enigma.config.ts", `export default ${JSON.stringify({ networks: { local } })};\n`);
  await run("compile");
  address = String((await json("deploy", "one")).value.address);
});
afterAll(async () => {
  await network?.stop();
  project?.remove();
});

describe("enigma verify-code", () => {
  it("proves a contract by the artifact that names the sources, or by compiling them", async () => {
    const taken = await json("verify-code", "one");
    expect(taken).toMatchObject({
      status: 0,
      value: { verdict: "equal", secretContract: address, compared: [{ name: "one", built: false, difference: null }] },
    });
    const { codeHash, compared } = taken.value as { codeHash: string; compared: [{ codeHash: string }] };
    expect(compared[0].codeHash).toBe(codeHash);
    const before = readFileSync(project.place("artifacts/one.json"));
    expect(await json("verify-code", "one", "--rebuild")).toMatchObject({
      status: 0,
      value: { verdict: "equal", codeHash, compared: [{ name: "one", built: true }] },
    });
    expect(readFileSync(project.place("artifacts/one.json"))).toEqual(before);
    const { status, stdout, stderr } = await run("verify-code", "one");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^equal: contract 0x[0-9a-f]{40} runs the code of one\n/);
    expect(stdout).toContain(codeHash);
  });

  it("tells what differs, section by section, and leaves the artifact", async () => {
    const before = readFileSync(project.place("artifacts/one.json"));
    project.write("contracts/one/src/lib.rs", world("at + 5").replaceAll("answer", "result"));
    const { status, value } = await json("verify-code", "one");
    const interfaceOf = (name: string) => [expect.stringContaining(`"name":"${name}"`)];
    const { rustc } = JSON.parse(before.toString("utf8")).toolchain;
    expect([status, value]).toMatchObject([
      1,
      {
        verdict: "different",
        compared: [
          {
            built: true,
            difference: {
              sections: expect.arrayContaining([expect.objectContaining({ section: "code" })]),
              abi: { onlyDeployed: interfaceOf("answer"), onlyBuilt: interfaceOf("result") },
              deployedBy: { toolchain: { rustc } },
            },
          },
        ],
      },
    ]);
    const { stdout } = await run("verify-code", "one");
    expect(stdout).toMatch(/^different: /);
    expect(stdout).toMatch(/≠ section code: deployed \d+ bytes, from sources \d+ bytes/);
    expect(readFileSync(project.place("artifacts/one.json"))).toEqual(before);
    project.write("contracts/one/src/lib.rs", ORIGINAL.one);
  });

  it("compares with another crate where one is named", async () => {
    expect(await json("verify-code", "one", "--source", "two")).toMatchObject({
      status: 1,
      value: { verdict: "different", compared: [{ name: "two", built: false }] },
    });
  });

  it.each<[string, string[]]>([
    ["contract-source-unknown", ["one", "--source", "tow"]],
    ["contract-not-deployed", [`0x${"77".repeat(20)}`]],
    ["contract-name-unknown", ["on"]],
    ["network-unknown", ["one", "--network", "nowhere"]],
  ])("refuses with %s: %j", async (code, argv) => {
    expect(await json("verify-code", ...argv)).toMatchObject({ status: 1, value: { error: { code } } });
  });

  it("finds which contract of the project an address is that it has no name for", async () => {
    rmSync(project.place(".enigma"), { recursive: true });
    expect(await json("verify-code", address)).toMatchObject({ value: { compared: [{ name: "one" }] } });
    project.write("contracts/one/src/lib.rs", world("at + 7"));
    const { status, value } = await json("verify-code", address);
    expect([status, value]).toMatchObject([1, { compared: [{ name: "one" }, { name: "two" }] }]);
  });
});
