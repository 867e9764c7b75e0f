/** tasks, task, accounts, console and doctor on one running network. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findNode } from "../../host/cli/doctor/tools.ts";
import type { ErrorCode } from "../../host/protocol/errors/enigma-error.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { expectGolden } from "./golden.ts";
import { ProjectFolder } from "./project-folder.ts";

let network: TestNetwork;
let project: ProjectFolder;

beforeAll(async () => {
  network = await startTestNetwork();
  project = await ProjectFolder.make(network, ["private-token", "counter"]);
  for (const argv of [
    ["deploy", "counter", "0"],
    ["deploy", "private-token", "10"],
    ["call", "private-token", "transfer", "bob", "3"],
    ["call", "private-token", "transfer", "carol", "1", "--from", "bob", "--post"],
  ])
    expect((await project.run(...argv)).status).toBe(0);
  expect((await project.run("call", "counter", "reset", "1", "--from", "bob")).status).toBe(1);
});
afterAll(async () => {
  await network?.stop();
  await project?.remove();
});

interface Listed {
  readonly taskId: string;
  readonly kind: string;
  readonly status: string;
  readonly gasUsed: string;
}

async function tasks(
  ...argv: readonly string[]
): Promise<{ readonly tasks: readonly Listed[]; readonly total: number }> {
  return (await project.json("tasks", ...argv)).value as Awaited<ReturnType<typeof tasks>>;
}

async function refused(code: ErrorCode, ...argv: readonly string[]): Promise<void> {
  expect((await project.json(...argv)).value).toMatchObject({ error: { code } });
}

describe("enigma tasks", () => {
  it("lists them with the newest first", async () => {
    const { tasks: all, total } = await tasks();
    expect([total, all.map(({ kind, status }) => `${kind} ${status}`)]).toEqual([
      5,
      ["call failed", "posted committed", "call committed", "deploy committed", "deploy committed"],
    ]);
    expectGolden("tasks", (await project.run("tasks")).stdout, BLOCKS);
  });

  it("shows those of a contract or an account, and not more than asked for", async () => {
    expect((await tasks("--from", "bob")).tasks).toMatchObject([{ kind: "call" }, { kind: "posted" }]);
    expect(await tasks("--contract", "private-token", "--limit", "2")).toMatchObject({ total: 3, tasks: [{}, {}] });
    expect((await tasks("--contract", `0x${"12".repeat(20)}`)).total).toBe(0);
    await refused("contract-name-unknown", "tasks", "--contract", "privat-token");
    await refused("cli-usage", "tasks", "--limit", "0");
  });
});

describe("enigma task", () => {
  it("tells the five steps, who saw what, and what it cost", async () => {
    const [failed, posted, call] = (await tasks()).tasks as [Listed, Listed, Listed];
    expectGolden("task-call", (await project.run("task", call.taskId)).stdout, BLOCKS);
    expectGolden("task-posted", (await project.run("task", posted.taskId)).stdout, BLOCKS);
    expect((await project.run("task", failed.taskId)).stdout).toContain("failed");
    const shown = (await project.run("task", call.taskId)).stdout;
    for (const step of [1, 2, 3, 4, 5]) expect(shown.match(new RegExp(`^  ${step}  `, "gm"))).toHaveLength(1);
    for (const party of ["user", "client", "Ethereum", "worker host", "p2p network", "enclave"])
      expect(shown).toMatch(new RegExp(`^  .  ${party} `, "m"));
  });

  it("takes the first digits of an id, and says where they do not tell one task", async () => {
    const [newest] = (await tasks()).tasks as [Listed];
    expect((await project.json("task", newest.taskId.slice(0, 14))).value).toMatchObject({
      ...{ taskId: newest.taskId, status: "failed", gas: { used: newest.gasUsed } },
      transactions: {
        record: { transactionHash: expect.any(String) },
        settlement: { transactionHash: expect.any(String) },
      },
    });
    await refused("task-not-on-chain", "task", `0x${"00".repeat(32)}`);
    await refused("cli-usage", "task", "0x12");
    await refused("cli-usage", "task", "counter");
  });
});

describe("enigma accounts", () => {
  it("lists names, addresses, ETH and ENG", async () => {
    const { value } = await project.json("accounts");
    const { accounts } = value as { accounts: readonly { name: string; address: string; deposited: string }[] };
    expect(accounts.map(({ name }) => name)).toEqual([
      "alice",
      "bob",
      "carol",
      "dave",
      "erin",
      "frank",
      "grace",
      "heidi",
      "ivan",
    ]);
    expect(accounts[0]).toMatchObject({
      address: network.local.accounts.users[1]?.address,
      deposited: expect.stringMatching(/^99\d+$/),
    });
    const { stdout } = await project.run("accounts");
    expect(stdout).toMatch(/^bob +0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc +9,999\.\d+ +99,900 +99\.\d+$/m);
  });

  it("lists names of contracts", async () => {
    const { value } = await project.json("accounts", "--aliases");
    expect(value).toMatchObject({ network: "local", aliases: { "private-token": { artifact: "private-token" } } });
    expectGolden("aliases", (await project.run("accounts", "--aliases")).stdout);
  });

  it("lists names without balances where the network is down", async () => {
    const alone = await ProjectFolder.make();
    await alone.configure({
      networks: { local: { rpc: "http://127.0.0.1:9" } },
      accounts: { later: { variable: "NO_KEY" } },
    });
    const { status, stdout } = await alone.run("accounts");
    expect([status, stdout]).toEqual([0, expect.stringContaining("does not answer: no balances")]);
    expect(stdout).toContain("the variable NO_KEY is not set");
    await alone.remove();
  });
});

describe("enigma console", () => {
  const run = (input: string, ...argv: string[]) => project.runWith({ input }, "console", ...argv);

  it("runs what is piped in, with the client and the contracts at hand", async () => {
    const script = [
      "const token = contracts['private-token'];",
      "const before = await token.view.balance();",
      "const receipt = await (await token.transfer(accounts.dave, 2n)).wait();",
      "print(receipt.status);",
      "const dave = await as('dave');",
      "return [before - (await token.view.balance()), await dave.contracts['private-token'].view.balance()];",
    ].join("\n");
    expect(await run(script, "--json")).toEqual({ status: 0, stdout: '"committed"\n["2","2"]\n', stderr: "" });
  });

  it("prints an expression", async () => {
    expect(await run("network;")).toEqual({ status: 0, stdout: "local\n", stderr: "" });
    expect((await run("accounts.alice", "--json")).stdout).toBe('"0x70997970c51812dc3a010c7d01b50e0d17dc79c8"\n');
  });

  it.each([
    ["is no JavaScript", "foo(", "script-failed"],
    ["asks for what is not there", "contracts.nothing.call()", "script-failed"],
    [
      "calls what a contract refuses",
      "(await (await as('bob')).contracts.counter.reset(1n)).wait()",
      "contract-reverted",
    ],
  ])("tells of a script that %s, without a trace", async (_, script, code) => {
    const { status, stderr } = await run(script);
    expect([status, stderr]).toEqual([1, expect.stringContaining(`${code}: `)]);
    expect(stderr).not.toMatch(/^\s+at |node:internal/m);
  });
});

describe("enigma doctor", () => {
  it("tells each prerequisite with its version, and finds this machine fit", async () => {
    const { status, value } = await project.json("doctor");
    const { healthy, findings } = value as { healthy: boolean; findings: readonly { what: string; state: string }[] };
    expect([status, healthy]).toEqual([0, true]);
    expect(findings.map(({ what }) => what)).toEqual([
      "Node",
      "anvil",
      "enclave (debug)",
      "enclave (release)",
      "Rust and wasm32",
      "ports",
      "disk",
      "disk (temporary)",
      "project",
    ]);
    const { mrEnclave } = network.worker(0).info();
    expect((await project.run("doctor")).stdout).toContain(`measurement ${mrEnclave}`);
  });

  it("names the command that mends what is missing", async () => {
    expect(findNode("20.11.1")).toMatchObject({ state: "missing", mend: expect.stringContaining("nvm install 22") });
    expect(findNode("22.12.0").state).toBe("fine");
    const broken = await ProjectFolder.make();
    await broken.configure({ netwroks: {} });
    const { status, value } = await broken.json("doctor");
    expect([status, value]).toMatchObject([1, { healthy: false }]);
    expect((value as { findings: object[] }).findings.at(-1)).toMatchObject({
      what: "project",
      state: "missing",
      mend: expect.any(String),
    });
    await broken.remove();
  });
});

/** Numbers that depend on how blocks came. */
const BLOCKS: readonly (readonly [RegExp, string])[] = [
  [/block \d+/g, "block N"],
  [/ +[\d,]+ of [\d,]+(?= {2})/g, "  N of N"],
  [/BLOCK +GAS +PAID/g, "BLOCK  GAS  PAID"],
  [/(?<=alice|bob) +\d+ +[\d,]+ +0\.\d+ ENG/g, "  N"],
  [/[\d,]+ gas(?! limit)/g, "N gas"],
  [/ +[\d,]+(?= {2}by the (user|worker))/g, "  N"],
  [/: [\d,]+ gas$/gm, ": N gas"],
  [/for \d+ tasks/g, "for N tasks"],
];

it("keeps no key in what it remembers", async () => {
  const text = await readFile(join(project.path, ".enigma/aliases.json"), "utf8");
  expect(text).not.toContain(network.local.accounts.users[1]?.privateKey.slice(2));
});
