/** A contract passes from one worker to another when the epoch turns, with its state. */
import { readFile } from "node:fs/promises";
import { JsonRpcProvider, Wallet } from "ethers";
import { expect, test } from "vitest";
import { Enigma } from "../../host/client/enigma.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { LocalNetwork } from "../../host/network/local-network.ts";
import { ANY_PORTS } from "../../host/network/network-ports.ts";
import { systemClock } from "../../host/protocol/clock.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import type { ObservedEvent } from "../../host/protocol/node-event.ts";

const dist = new URL("../../contracts/dist/millionaires/", import.meta.url);
const MOST_TASKS = 200;

test("a worker that is newly selected goes on where the one before it stopped", { timeout: 240_000 }, async () => {
  const events: ObservedEvent[] = [];
  const network = await LocalNetwork.start({
    workers: 2,
    ports: ANY_PORTS,
    checkModule: async () => {},
    epochBlocks: 20,
    seed: new Uint8Array(32).fill(7), // the same workers are selected in every run
    clock: systemClock,
    log: silentLogger,
    onEvent: (event) => events.push(event),
  });
  try {
    const provider = new JsonRpcProvider(network.chain.url, undefined, { batchMaxCount: 1, cacheTimeout: -1 });
    const signer = new Wallet(String(network.accounts.users[1]?.privateKey), provider);
    const client = await Enigma.connect({ rpc: String(network.workers[0]?.url), signer, checkModule: false });
    await client.deposit(10_000n * ENG);
    const module = new Uint8Array(await readFile(new URL("millionaires.wasm", dist)));
    const abi = JSON.parse(await readFile(new URL("abi.json", dist), "utf8"));
    const deployment = await client.deploy({ module, abi, gasLimit: 2_000_000n });
    await deployment.wait();
    const { addMillionaire, richest } = deployment.contract;
    if (addMillionaire === undefined || richest === undefined) throw new Error("other ABI");
    const executors = () => new Set(events.filter(({ kind }) => kind === "task-executed").map(({ node }) => node));
    for (let tasks = 0; executors().size < 2 && tasks < MOST_TASKS; tasks += 1) {
      const { status } = await (await addMillionaire(BigInt(tasks), { gasLimit: 500_000n })).wait();
      expect(status).toBe("committed");
    }
    expect(executors()).toEqual(new Set(network.workers.map(({ address }) => address)));
    const { result } = await (await richest({ gasLimit: 500_000n })).wait();
    expect(result).toBe(signer.address);
    provider.destroy();
  } finally {
    await network.stop();
  }
});
