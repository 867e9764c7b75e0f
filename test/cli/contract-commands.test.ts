/** deploy, call and query on a running network, from a project's folder. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ErrorCode } from "../../host/protocol/errors/enigma-error.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { expectGolden } from "./golden.ts";
import { ProjectFolder } from "./project-folder.ts";

const ADDRESS = expect.stringMatching(/^0x[0-9a-f]{40}$/);
const HASH = expect.stringMatching(/^0x[0-9a-f]{64}$/);
const DECIMAL = expect.stringMatching(/^\d+$/);

let network: TestNetwork;
let project: ProjectFolder;

beforeAll(async () => {
  network = await startTestNetwork();
  project = await ProjectFolder.make(network, ["private-token", "voting", "millionaires", "counter"]);
  expect((await project.run("deploy", "private-token", "1000eng")).status).toBe(0);
  expect((await project.run("deploy", "counter", "0")).status).toBe(0);
});
afterAll(async () => {
  await network?.stop();
  await project?.remove();
});

/** What is told is a code, a sentence and a hint, and no trace. */
async function refused(code: ErrorCode, ...argv: readonly string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await project.run(...argv, "--json");
  const { error } = JSON.parse(stdout);
  expect(error).toMatchObject({ code, sentence: expect.any(String), hint: expect.any(String) });
  expect(stderr).toContain(`${code}: `);
  expect(stderr).not.toMatch(/^\s+at |node:internal/m);
  return error;
}

describe("enigma deploy", () => {
  it("deposits ENG, deploys, says where, and keeps the address under a name", async () => {
    const { status, value } = await project.json("deploy", "private-token", "7", "--from", "carol", "--alias", "gold");
    expect([status, value]).toMatchObject([
      0,
      {
        ...{ name: "private-token", alias: "gold", network: "local", address: ADDRESS, codeHash: HASH, taskId: HASH },
        ...{ deposited: "100000000000000000000", status: "committed", gasUsed: DECIMAL },
        ethereum: { record: HASH, receipt: HASH, recordGas: DECIMAL },
      },
    ]);
    expect(await project.json("query", "gold", "balance", "--from", "carol")).toMatchObject({ value: { result: "7" } });
    const aliases = JSON.parse(await readFile(join(project.path, ".enigma/aliases.json"), "utf8"));
    expect(aliases.networks.local.gold.address).toBe((value as { address: string }).address);
  });

  it("tells it in words", async () => {
    const { status, stdout, stderr } = await project.run("deploy", "millionaires");
    expect([status, stderr]).toEqual([0, ""]);
    expectGolden("deploy", stdout);
  });

  it("refuses what it cannot do before anything is paid", async () => {
    await refused("artifact-missing", "deploy", "privat-token");
    await refused("argument-count", "deploy", "private-token");
    await refused("argument-invalid", "deploy", "private-token", "many");
    await refused("cli-usage", "deploy", "private-token", "1", "--alias", "no name");
    await refused("cli-usage", "deploy", "private-token", "1", "--alias", "alice");
    await refused("contract-name-unknown", "deploy", "private-token", "1", "--group", "nothing");
  });

  it("says what a broken file of names is", async () => {
    const other = await ProjectFolder.make(network, ["private-token"]);
    expect((await other.run("deploy", "private-token", "1")).status).toBe(0);
    await writeFile(
      join(other.path, ".enigma/aliases.json"),
      '{"format":"enigma-aliases/1","networks":{"local":{"x":{}}}}',
    );
    expect((await other.json("query", "private-token", "balance")).value).toMatchObject({
      error: { code: "aliases-invalid" },
    });
    await other.remove();
  });
});

describe("enigma call", () => {
  it("prints what the function returned, and what stands on Ethereum", async () => {
    const { status, stdout, stderr } = await project.run("call", "private-token", "transfer", "bob", "1.5eng");
    expect([status, stderr]).toEqual([0, ""]);
    expectGolden("call", stdout);
    expect(await project.json("query", "private-token", "balance", "--from", "bob")).toEqual({
      status: 0,
      value: { contract: ADDRESS, function: "balance()", result: "1500000000000000000" },
    });
  });

  it("takes the contract's address for its name", async () => {
    const { value } = await project.json("deploy", "private-token", "5", "--alias", "five");
    const { address } = value as { address: string };
    expect((await project.run("query", address, "balance")).stdout).toBe("5\n");
  });

  it("tells the contract's own error with its arguments, exit code 1", async () => {
    const { status, stdout, stderr } = await project.run("call", "counter", "reset", "0", "--from", "bob");
    expect([status, stdout]).toEqual([1, ""]);
    expectGolden("call-reverted", stderr);
    expect(await refused("contract-reverted", "call", "counter", "reset", "0", "--from", "bob")).toMatchObject({
      data: {
        name: "NotOwner",
        signature: "NotOwner(address)",
        args: [expect.stringMatching(/^0x3C44Cd/)],
        taskId: HASH,
        gasUsed: DECIMAL,
      },
    });
  });

  it("tells every other end by its own code", async () => {
    await refused("out-of-gas", "call", "private-token", "transfer", "bob", "1", "--gas-limit", "1000");
    await refused("record-refused", "call", "private-token", "transfer", "bob", "1", "--gas-limit", "0");
  });

  it("refuses what does not fit the contract, with a suggestion", async () => {
    expect(await refused("unknown-function", "call", "private-token", "trnsfer", "bob", "1")).toMatchObject({
      sentence: expect.stringContaining('Did you mean "transfer"?'),
    });
    await refused("argument-count", "call", "private-token", "transfer", "bob");
    expect(await refused("argument-invalid", "call", "private-token", "transfer", "bbo", "1")).toMatchObject({
      sentence: expect.stringContaining('Did you mean "bob"?'),
      data: { argument: "1 (to)", type: "address", given: '"bbo"' },
    });
    expect(await refused("contract-name-unknown", "call", "privat-token", "transfer")).toMatchObject({
      sentence: expect.stringContaining('Did you mean "private-token"?'),
    });
  });

  it("knows a contract's events", async () => {
    const token = `0x${"11".repeat(20)}`;
    await project.run("deploy", "voting", token, "7", '["alice", "bob"]', "--from", "carol");
    const { value } = await project.json("call", "voting", "vote", "true");
    expect(value).toMatchObject({
      result: null,
      events: [{ name: "Counted", private: true, args: ["7", expect.any(String), true] }],
    });
    await refused("contract-reverted", "call", "voting", "vote", "true", "--from", "dave");
  });

  it("says that an address has no contract, or none that is known here", async () => {
    await refused("contract-not-deployed", "call", `0x${"12".repeat(20)}`, "transfer", "bob", "1");
    const { value } = await project.json("deploy", "millionaires", "--alias", "other");
    const stranger = await ProjectFolder.make(network);
    const { address } = value as { address: string };
    expect((await stranger.json("call", address, "transfer")).value).toMatchObject({
      error: { code: "contract-unexplained" },
    });
    await stranger.remove();
  });
});

describe("enigma query", () => {
  it("is for views alone", async () => {
    await refused("function-not-view", "query", "private-token", "transfer", "bob", "1");
  });

  it("tells why a view has no answer", async () => {
    expect(await refused("contract-reverted", "query", "voting", "result")).toMatchObject({
      data: { name: "VotingOpen" },
    });
  });
});

describe("an account", () => {
  it("is one of the names, an index, or one of the configuration", async () => {
    for (const from of ["alice", "1"])
      expect((await project.run("query", "private-token", "balance", "--from", from)).status).toBe(0);
    expect(await refused("account-unknown", "query", "private-token", "balance", "--from", "alcie")).toMatchObject({
      sentence: expect.stringContaining('Did you mean "alice"?'),
    });
  });

  it("is never given by its key, which is not repeated", async () => {
    const key = "5e".repeat(32);
    const { sentence, data } = await refused(
      "account-unknown",
      "query",
      "private-token",
      "balance",
      "--from",
      `0x${key}`,
    );
    expect(JSON.stringify([sentence, data])).not.toContain(key);
  });

  it("without funds is told what it lacks", async () => {
    const [worker] = network.local.workers;
    const urls = { rpc: worker?.url, ethereum: network.local.chain.url };
    const poor = await ProjectFolder.make(network, ["millionaires"]);
    await poor.configure({
      networks: { local: urls },
      accounts: { poor: `0x${"5a".repeat(32)}`, unset: { variable: "NO_SUCH_KEY" } },
    });
    expect((await poor.json("deploy", "millionaires", "--from", "poor")).value).toMatchObject({
      error: { code: "account-without-funds", data: { account: "poor", missing: expect.stringContaining("ETH") } },
    });
    expect((await poor.json("deploy", "millionaires", "--from", "unset")).value).toMatchObject({
      error: { code: "config-variable-missing" },
    });
    const wrong = await poor.runWith({ env: { NO_SUCH_KEY: "a secret" } }, "deploy", "millionaires", "--from", "unset");
    expect(wrong.stderr).toContain("config-variable-invalid: ");
    expect(wrong.stderr).not.toContain("a secret");
    await poor.remove();
  });
});

describe("a network", () => {
  it("that does not run is told with the command that starts it", async () => {
    const nowhere = await ProjectFolder.make(undefined, ["millionaires"]);
    await nowhere.configure({ networks: { local: { rpc: "http://127.0.0.1:9", ethereum: "http://127.0.0.1:9" } } });
    for (const argv of [
      ["deploy", "millionaires"],
      ["call", `0x${"12".repeat(20)}`, "f"],
      ["query", `0x${"12".repeat(20)}`, "f"],
    ]) {
      const { status, stderr } = await nowhere.run(...argv);
      expect([status, stderr]).toEqual([1, expect.stringContaining("network-unreachable: ")]);
      expect(stderr).toContain("enigma start");
    }
    await nowhere.remove();
  });

  it("that is not known is told with a suggestion", async () => {
    expect(await refused("network-unknown", "deploy", "millionaires", "--network", "locl")).toMatchObject({
      sentence: expect.stringContaining('Did you mean "local"?'),
    });
  });

  it("whose Ethereum endpoint nobody named cannot be used", async () => {
    const half = await ProjectFolder.make(network, ["millionaires"]);
    await half.configure({ networks: { half: { rpc: network.worker(0).url } } });
    expect((await half.json("deploy", "millionaires", "--network", "half")).value).toMatchObject({
      error: { code: "network-incomplete", data: { field: "networks.half.ethereum" } },
    });
    await half.remove();
  });
});
