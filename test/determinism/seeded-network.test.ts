import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Task, UntypedSecretContract } from "../../host/client/index.ts";
import { networkSummary } from "../../host/network/network-summary.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { CliProcess } from "../cli/cli-process.ts";
import { deployInto } from "../e2e/contract-groups.ts";

const GAS = { gasLimit: 1_000_000n, callGasLimit: 200_000n };
const SEED = new Uint8Array(32).fill(0x5e);

/** Everything of a task that leaves the enclave or the client, and how it ended. */
async function tellAll(task: Task<unknown>) {
  const { id, record, transactionHash } = task;
  const receipt = await task.wait().catch(({ code, data, task: settled }) => ({ code, data, settled }));
  return { id, record, transactionHash, receipt };
}

/** Runs the same calls, each awaited, on a fresh network; tells all bytes that they gave. */
async function run(seed: Uint8Array, engine: "v8" | "jco" = "v8") {
  const network = await startTestNetwork({ seed, engine, settings: { epochBlocks: 40 } });
  try {
    const tasks: Awaited<ReturnType<typeof tellAll>>[] = [];
    const first = await network.user(1);
    const second = await network.user(2, 1);
    const probe = await network.deploy(first, "probe", ["0x01", "0x02"]);
    const messenger = await deployInto(probe.address, first, "messenger");
    const order = async (contract: UntypedSecretContract, name: string, ...args: unknown[]) => {
      const touches = contract === messenger ? [probe.address] : [];
      tasks.push(await tellAll(await contract.getFunction(name)(...args, { ...GAS, touches })));
    };
    await order(probe, "set", "0xaa", "0xbb");
    await order(probe, "randomNumbers", 1_000_000n);
    await order(await network.contract(second, "probe", probe.address), "writeLine", "a line");
    await order(probe, "deny", 5n);
    await order(probe, "loopForever");
    await order(probe, "storeLarge", 10_000);
    await order(probe, "facts");
    await order(probe, "entries");
    const drawing = probe.interface.encodeFunctionData("randomNumbers", [7n]);
    await order(messenger, "leaveEverything", first.account);
    await order(messenger, "requireCall", first.account, 0n, "0x");
    await order(messenger, "callOther", probe.address, drawing, GAS.gasLimit);
    const views = await Promise.all([probe.getView("get")("0xaa"), messenger.getView("runs")()]);
    await network.advanceEpoch();
    await order(probe, "storeLarge", 10_001);
    return { views, tasks, network: await publicNetwork(network), blocks: await blockHashes(network) };
  } finally {
    await network.stop();
  }
}

async function publicNetwork(network: TestNetwork) {
  const { enigma, token, epoch, workers } = await networkSummary(network.local);
  const peers = network.local.workers.map(({ p2pAddresses }) => p2pAddresses.map((each) => each.split("/p2p/")[1]));
  const sealed = await Promise.all(
    (await readdir(network.folder)).flatMap((part) =>
      /^(principal|worker)/.test(part) ? [readFile(join(network.folder, part, "sealed-keys"), "hex")] : [],
    ),
  );
  return { enigma, token, epoch, workers, peers, sealed };
}

async function blockHashes({ local }: TestNetwork): Promise<unknown[]> {
  const { number } = await local.view.head();
  return Promise.all(Array.from({ length: Number(number) + 1 }, (_, at) => local.view.header(BigInt(at))));
}

describe("a network with a seed", () => {
  it("gives the same keys, ids, ciphertexts, receipts, gas and blocks in every run, and others with another seed", async () => {
    const once = await run(SEED);
    expect(await run(SEED)).toEqual(once);
    const other = await run(SEED.with(0, 1));
    expect(once.tasks).toHaveLength(12);
    for (const [index, { id, receipt }] of once.tasks.entries()) {
      expect(other.tasks[index]?.id).not.toBe(id);
      expect(other.tasks[index]?.receipt).not.toEqual(receipt);
    }
    expect(other.network.sealed).not.toEqual(once.network.sealed);
    expect(other.network.peers).not.toEqual(once.network.peers);
  });

  it("gives the same bytes when jco's reference runner executes its contracts", async () => {
    expect(await run(SEED, "jco")).toEqual(await run(SEED));
  });
});

describe("enigma start --walk --seed", () => {
  const start = async (...options: string[]) => {
    const cli = await CliProcess.run("start", "--walk", "--once", "--json", "--any-port", ...options);
    try {
      expect(await cli.exited).toBe(0);
      const { network, contract, tasks } = JSON.parse(cli.stdout);
      // Ports are whichever are free.
      const peers = network.peerAddresses.map((each: string) => each.split("/p2p/")[1]);
      return { network: { ...network, rpcUrls: undefined, peerAddresses: peers }, contract, tasks };
    } finally {
      await cli.clean();
    }
  };

  it("gives the same ids, hashes and gas in every run, and draws others without one", async () => {
    const first = await start("--seed", "0x5eed");
    expect(await start("--seed", "5eed")).toEqual(first);
    const drawn = await start();
    expect(drawn.tasks[0].taskId).not.toBe(first.tasks[0].taskId);
    const gas = ({ tasks }: typeof first) => tasks.map(({ gasUsed }: { gasUsed: string }) => gasUsed);
    expect(gas(drawn)).toEqual(gas(first));
  });
});
