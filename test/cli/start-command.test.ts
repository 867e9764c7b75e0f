import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type DevChain, startDevChain } from "../../host/ethereum/dev-chain.ts";
import { JsonRpcConnection } from "../../host/ethereum/json-rpc-connection.ts";
import { EnigmaError, type ErrorCode } from "../../host/protocol/errors/enigma-error.ts";
import { CliProcess } from "./cli-process.ts";

const HASH = /^0x[0-9a-f]{64}$/;
const ADDRESS = /^0x[0-9a-f]{40}$/;
const URL_OF_A_PORT = /^http:\/\/127\.0\.0\.1:\d+$/;
const DECIMAL = /^\d+$/;

let cli: CliProcess;

async function run(...args: readonly string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  cli = await CliProcess.run(...args);
  const status = await cli.exited;
  return { status, stdout: cli.stdout, stderr: cli.stderr };
}

/** A failure that its user can act upon: code, sentence and hint, no trace, nothing on standard output. */
async function expectFailure(status: number, code: ErrorCode, ...args: readonly string[]): Promise<string> {
  const failed = await run(...args);
  expect(failed.stderr).toContain(`${code}: `);
  expect(failed.stderr).toContain(new EnigmaError(code).hint);
  expect(failed.stderr).not.toMatch(/^\s+at |node:internal/m);
  expect(failed.status).toBe(status);
  expect(await cli.members()).toEqual([]);
  return failed.stderr;
}

async function listening(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

afterEach(() => cli?.clean());

describe("enigma start --walk --once --json", () => {
  it("puts one object on standard output, and nothing else there", async () => {
    const { status, stdout, stderr } = await run("start", "--walk", "--once", "--json", "--any-port", "--workers", "3");
    expect([status, stderr]).toEqual([0, expect.stringContaining("SIMULATED ENCLAVE")]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    const { network, contract, tasks, handOver, ethereumCall, view, timings } = JSON.parse(stdout);
    const url = expect.stringMatching(URL_OF_A_PORT);
    const [address, hash, decimal] = [ADDRESS, HASH, DECIMAL].map((form) => expect.stringMatching(form));
    expect(network).toMatchObject({ chainId: 31_337, enigma: address, epoch: expect.any(Number) });
    expect(network.rpcUrls).toEqual({ blockchain: url, principal: url, workers: [url, url, url] });
    const worker = { address, signer: address, stake: decimal, mrEnclave: hash };
    expect(network.workers).toEqual([worker, worker, worker]);
    expect(contract).toEqual({ address, codeHash: hash });
    expect(tasks.map(({ kind }: { kind: string }) => kind)).toEqual(["deploy", "call", "call", "call", "call"]);
    for (const task of tasks) {
      expect(task).toMatchObject({
        ...{ taskId: hash, worker: address, status: "committed", gasUsed: decimal, inputHash: hash, outputHash: hash },
        ...{ onChainOutcome: hash, stateBefore: hash, stateAfter: hash },
        ethereumGas: { record: decimal, receipt: decimal },
      });
    }
    expect(tasks.at(-1).output).toBe("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC");
    for (const [index, task] of tasks.slice(1).entries()) expect(task.stateBefore).toBe(tasks[index].stateAfter);
    expect(handOver).toMatchObject({
      ...{ secretContract: contract.address, logEntries: decimal, milliseconds: expect.any(Number) },
      before: { epoch: "1", worker: address },
      state: { left: tasks.at(-1).stateAfter, continued: tasks.at(-1).stateAfter },
    });
    expect(Number(handOver.after.epoch)).toBe(network.epoch);
    expect(handOver.after.worker).not.toBe(handOver.before.worker);
    expect(handOver.answer).toContain("(second user)");
    expect(ethereumCall).toMatchObject({
      ...{
        secretContract: address,
        target: address,
        call: "report(proposal 7, yes 2, no 1)",
        required: true,
        succeeded: true,
      },
      ...{ sender: ethereumCall.secretContract, gasUsed: decimal, result: { yes: "2", no: "1" }, taskId: hash },
    });
    expect(view).toMatchObject({
      ...{ secretContract: ethereumCall.secretContract, call: "myVote()", answer: "against" },
      milliseconds: expect.any(Number),
      seen: { inputBytes: 104, outputBytes: 104, tip: hash, blockNumber: decimal, milliseconds: expect.any(Number) },
    });
    expect(timings).toEqual({ ready: expect.any(Number), tasks: tasks.map(() => expect.any(Number)) });
  });
});

describe("enigma start --walk --once", () => {
  it("tells the five steps of each task and who saw what, warns of the simulation, and leaves nothing running", async () => {
    const { status, stdout, stderr } = await run("start", "--walk", "--once", "--any-port");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("SIMULATED ENCLAVE: for development, not for secrets.");
    expect(stdout.match(/^Task \d/gm)).toHaveLength(5);
    for (const step of [1, 2, 3, 4, 5]) expect(stdout.match(new RegExp(`^  ${step}  `, "gm"))).toHaveLength(5);
    for (const party of ["user", "client", "Ethereum", "worker host", "p2p network", "enclave"]) {
      expect(stdout).toMatch(new RegExp(`^  .  ${party} `, "m"));
    }
    expect(stdout).toContain("addMillionaire(7250000)");
    expect(stdout).toMatch(/\(second user\) {3}\[plaintext\]/);
    for (const title of ["Task 1  ", "A call into Ethereum  task ", "A view  contract "]) {
      expect(stdout).toMatch(new RegExp(`^${title}0x[0-9a-f]{8}…[0-9a-f]{6}  [\\d.]+ ms$`, "m"));
    }
    expect(stdout).toMatch(/^Hand-over to epoch \d+ {2}contract 0x[0-9a-f]{8}…[0-9a-f]{6}$/m);
    expect(Math.max(...stdout.split("\n").map((text) => text.length))).toBeLessThanOrEqual(140);
    expect(stdout).toContain("the contract's own account");
    expect(await cli.members()).toEqual([]);
  });
});

describe("enigma start --walk --once --workers 1", () => {
  it("says that one worker has nobody to hand over to, and shows the rest", async () => {
    const { status, stdout } = await run("start", "--walk", "--once", "--any-port", "--workers", "1");
    expect(status).toBe(0);
    expect(stdout).toContain("Hand-over: none to be seen, there is only one worker.");
    expect(stdout).toContain("A view  contract ");
  });
});

describe("enigma", () => {
  it("explains itself, and the start command", async () => {
    expect(await run("--help")).toMatchObject({ status: 0, stdout: expect.stringContaining("Usage:"), stderr: "" });
    expect(await run("start", "--help")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("--walk"),
      stderr: "",
    });
  });

  it("does not know every command", async () => {
    expect(await run("strat")).toMatchObject({
      ...{ status: 2, stdout: "" },
      stderr: expect.stringMatching(/^cli-usage: .*Did you mean "start"\?$/m),
    });
  });

  it("refuses options that it does not know", async () => {
    await expectFailure(2, "cli-usage", "start", "--wrokers", "2");
  });
});

describe("a start that cannot be", () => {
  it("says that the usual port is in use", async () => {
    const usual = createServer();
    // Where something else listens there already, the port is in use all the same.
    await new Promise<void>((done) => usual.once("error", () => done()).listen(9545, "127.0.0.1", done));
    expect(await expectFailure(1, "port-in-use", "start", "--walk", "--once")).toContain("9545");
    usual.close();
  });

  const startOn = (port: number) => ["start", "--walk", "--once", "--any-port", "--chain", `http://127.0.0.1:${port}`];

  it("says that the other blockchain does not answer", async () => {
    const { server, port } = await listening();
    await new Promise((closed) => server.close(closed));
    await expectFailure(1, "chain-unreachable", ...startOn(port));
  });

  it("says that the other blockchain is none", async () => {
    const { server, port } = await listening();
    server.on("connection", (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"));
    await expectFailure(1, "chain-unreachable", ...startOn(port));
    server.close();
  });
});

describe("a data folder", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "enigma-data-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("lets a network go on, and is refused to any other", async () => {
    const data = join(folder, "kept");
    const start = ["start", "--walk", "--once", "--json", "--any-port", "--data", data];
    const first = JSON.parse((await run(...start)).stdout);
    await cli.clean();
    const second = JSON.parse((await run(...start)).stdout);
    expect(second.network.enigma).toBe(first.network.enigma);
    expect(second.network.workers).toEqual(first.network.workers);
    expect(second.contract.address).not.toBe(first.contract.address);
    await cli.clean();
    expect(await expectFailure(1, "data-folder-other-network", ...start, "--workers", "3")).toContain("workers");
    await cli.clean();
    expect(await expectFailure(1, "data-folder-other-network", ...start, "--seed", "01")).toContain("seed");
  });

  it("of another version is refused", async () => {
    for (const [name, text] of [
      ["newer", '{"format":99}'],
      ["strange", "not JSON"],
    ] as const) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, "network.json"), text);
      await expectFailure(
        1,
        "data-folder-other-version",
        "start",
        "--walk",
        "--once",
        "--any-port",
        "--data",
        join(folder, name),
      );
      await cli.clean();
    }
  });

  it("that another network uses is refused", async () => {
    const data = join(folder, "used");
    await mkdir(data);
    await writeFile(join(data, "network.lock"), String(process.pid));
    await expectFailure(1, "data-folder-in-use", "start", "--walk", "--once", "--any-port", "--data", data);
  });
});

describe("another blockchain", () => {
  let chain: DevChain;

  afterEach(() => chain?.close());

  it.each([
    ["that closes a block for each transaction by itself", true],
    ["that gathers transactions", false],
  ])("%s serves in place of the built-in one", async (_, seeded) => {
    chain = await startDevChain({ seeded });
    const { status, stdout } = await run("start", "--walk", "--once", "--json", "--any-port", "--chain", chain.url);
    expect(status).toBe(0);
    const { network, tasks } = JSON.parse(stdout);
    expect(network.rpcUrls.blockchain).toBe(chain.url);
    const connection = new JsonRpcConnection(chain.url);
    expect(await connection.request("eth_getCode", [network.enigma, "latest"])).not.toBe("0x");
    connection.close();
    expect(tasks).toHaveLength(5);
    // It was there before and stays.
    await expect(cli.members()).resolves.toEqual([]);
  });
});
