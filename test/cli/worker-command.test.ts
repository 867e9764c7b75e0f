/** A worker in a process of its own, which joins a network by its command line alone. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Enigma, UntypedSecretContract } from "../../host/client/index.ts";
import { networkAccounts } from "../../host/network/network-accounts.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { CliProcess } from "./cli-process.ts";

const { workers: accounts } = networkAccounts();
/** The account after those of the network's own two workers. */
const JOINING = accounts[2] as (typeof accounts)[number];

let network: TestNetwork;
let user: Enigma;
let millionaires: UntypedSecretContract;
let folder: string;
let cli: CliProcess | undefined;

beforeAll(async () => {
  network = await startTestNetwork({ workers: 2, epochBlocks: 10 });
  user = await network.user(1);
  millionaires = await network.deploy(user, "millionaires");
  folder = await mkdtemp(join(tmpdir(), "enigma-joining-"));
  await writeFile(join(folder, "key"), JOINING.privateKey);
});
afterAll(async () => {
  await cli?.clean();
  await network?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function startWorker(): Promise<Record<string, unknown>> {
  const { chain, principal } = network.local;
  cli = await CliProcess.run(
    ...["worker", "--json", "--chain", chain.url, "--principal", principal.url],
    ...["--peer", String(network.worker(0).p2pAddresses[0])],
    ...["--key-file", join(folder, "key"), "--data", join(folder, "data"), "--port", "0"],
  );
  await cli.printed(/"worker"/);
  return JSON.parse(cli.stdout);
}

async function addMillionaire(netWorth: bigint): Promise<string | undefined> {
  return (await (await millionaires.getFunction("addMillionaire")(netWorth)).wait()).worker;
}

async function stopWorker(): Promise<void> {
  cli?.signal("SIGTERM");
  expect(await cli?.exited).toBe(143);
  expect(await cli?.members()).toEqual([]);
}

describe("a worker that joins from elsewhere", () => {
  it("registers, stakes, logs in and says where it is", async () => {
    const said = await startWorker();
    expect(said).toMatchObject({ worker: JOINING.address, enigma: network.local.domain.enigma });
    expect(await network.local.view.contract.worker(JOINING.address)).toMatchObject({ loggedIn: true });
    // It was told of one worker, and knows both.
    await expect.poll(() => network.local.workers.map((worker) => worker.info().peers)).toEqual([2, 2]);
  });

  it("is selected in a later epoch, and goes on with the state that others made", async () => {
    expect(await addMillionaire(7n)).not.toBe(JOINING.address);
    await network.advanceEpochTo(millionaires.address, -1);
    expect(await addMillionaire(8n)).toBe(JOINING.address);
    const count = await (await millionaires.getFunction("count")()).wait();
    expect([count.worker, count.result]).toEqual([JOINING.address, 1n]);
  });

  it("serves users as a gateway", async () => {
    const said = JSON.parse(String(cli?.stdout)) as { rpcUrl: string };
    const guest = await network.user(2, 0, { rpc: said.rpcUrl });
    const contract = await network.contract(guest, "millionaires", millionaires.address);
    expect((await (await contract.getFunction("count")()).wait()).result).toBe(1n);
  });

  it("stops with all that it started, and goes on from its folder", async () => {
    await stopWorker();
    const task = await millionaires.getFunction("addMillionaire")(9n);
    await cli?.clean();
    const said = await startWorker();
    expect(said).toMatchObject({ worker: JOINING.address });
    expect((await task.wait()).worker).toBe(JOINING.address);
  });

  it("leaves its contracts to the others when it is not there in the next epoch", async () => {
    await stopWorker();
    await cli?.clean();
    const next = await network.advanceEpochTo(millionaires.address, 0);
    expect(next).toBeGreaterThan(1n);
    expect(await addMillionaire(10n)).toBe(network.worker(0).address);
  });
});

describe("a worker that cannot join", () => {
  async function refused(...args: readonly string[]): Promise<string> {
    const failed = await CliProcess.run("worker", ...args);
    expect(await failed.exited).not.toBe(0);
    await failed.clean();
    return failed.stderr;
  }
  const peer = ["--peer", "/ip4/127.0.0.1/tcp/1"];

  it("says that there is no Enigma contract on the blockchain", async () => {
    const { chain, principal } = network.local;
    const elsewhere = ["--enigma", `0x${"12".repeat(20)}`, "--account", "13"];
    const text = await refused(
      "--chain",
      chain.url,
      "--principal",
      principal.url,
      ...peer,
      ...elsewhere,
      "--port",
      "0",
    );
    expect(text).toContain("enigma-missing: ");
  });

  it("never shows what is in its key file", async () => {
    const key = join(folder, "not-a-key");
    await writeFile(key, "a secret that is no key");
    const { chain, principal } = network.local;
    const text = await refused("--chain", chain.url, "--principal", principal.url, ...peer, "--key-file", key);
    expect(text).toContain("cli-usage: ");
    expect(text).not.toContain("a secret");
  });
});
