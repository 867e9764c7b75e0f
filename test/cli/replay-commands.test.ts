/** `enigma replay` and `enigma audit` on a running network. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REPLAYED_FIELDS } from "../../host/enclave/enclave-client.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { ProjectFolder } from "./project-folder.ts";

let network: TestNetwork;
let project: ProjectFolder;
let deployed: string;
let called: string;

beforeAll(async () => {
  network = await startTestNetwork();
  project = await ProjectFolder.make(network, ["millionaires"]);
  const taskOf = async (...argv: string[]) => ((await project.json(...argv)).value as { taskId: string }).taskId;
  deployed = await taskOf("deploy", "millionaires");
  called = await taskOf("call", "millionaires", "addMillionaire", "1000000");
});
afterAll(async () => {
  await network?.stop();
  await project?.remove();
});

describe("enigma replay", () => {
  it("prints what was compared, line by line", async () => {
    const { status, stdout, stderr } = await project.run("replay", called);
    expect([status, stderr]).toEqual([0, ""]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toBe(`task ${called}`);
    expect(lines.filter((line) => line.startsWith("  = ")).map((line) => line.split(/ +/)[2])).toEqual([
      ...REPLAYED_FIELDS,
    ]);
    expect(lines.at(-1)).toBe("equal");
  });

  it("gives the same as JSON, under either compiler of V8", async () => {
    const first = await project.json("replay", deployed, "--compiler", "liftoff");
    expect(first).toMatchObject({
      status: 0,
      value: { verdict: "equal", taskId: deployed, kind: 1, outcome: "committed", difference: null },
    });
    expect(await project.json("replay", deployed, "--compiler", "turbofan")).toEqual(first);
  });

  it.each<[string, string[]]>([
    ["cli-usage", ["replay"]],
    ["cli-usage", ["replay", "0x12"]],
    ["cli-usage", ["replay", `0x${"11".repeat(32)}`, "--compiler", "gcc"]],
    ["task-unknown", ["replay", `0x${"11".repeat(32)}`]],
    ["contract-name-unknown", ["audit", "milionaires"]],
    ["contract-not-deployed", ["audit", `0x${"77".repeat(20)}`]],
    ["network-unknown", ["audit", "millionaires", "--network", "nowhere"]],
  ])("refuses with %s: %j", async (code, argv) => {
    const { status, value } = await project.json(...argv);
    expect([status, value]).toMatchObject([code === "cli-usage" ? 2 : 1, { error: { code } }]);
  });

  it("says which address is missing or does not answer", async () => {
    const other = await ProjectFolder.make();
    const [worker] = network.local.workers;
    const [rpc, ethereum] = [worker?.url ?? "", network.local.chain.url];
    const answer = async (place: object) => {
      await other.configure({ networks: { other: place }, defaultNetwork: "other" });
      return other.json("replay", called);
    };
    const incomplete = { status: 1, value: { error: { code: "network-incomplete" } } };
    expect(await answer({ rpc, ethereum })).toMatchObject(incomplete);
    const unreachable = { status: 1, value: { error: { code: "network-unreachable" } } };
    const nowhere = "http://127.0.0.1:9";
    expect(await answer({ rpc: nowhere, ethereum, principal: nowhere })).toMatchObject(unreachable);
    await other.remove();
  });
});

describe("enigma audit", () => {
  it("prints every task and the sum, and gives the sum as JSON", async () => {
    const { status, stdout, stderr } = await project.run("audit", "millionaires");
    expect([status, stderr]).toEqual([0, ""]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.slice(0, 2).map((line) => line.split(" ").slice(0, 3))).toEqual([
      ["=", deployed, "committed,"],
      ["=", called, "committed,"],
    ]);
    expect(lines.find((line) => line.startsWith("2 tasks replayed (2 committed)"))).toBeDefined();
    expect(lines.at(-1)).toMatch(/^equal: .* 0x[0-9a-f]{64}$/);
    const json = await project.json("audit", "millionaires");
    expect(json).toMatchObject({ status: 0, value: { verdict: "equal", tasks: 2, difference: null } });
  });
});
