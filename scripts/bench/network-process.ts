/**
 * A local network of two workers in a process of its own, as `npm start` runs it, for the benchmarks. It tells over the
 * channel of `fork` when it is ready, and then answers commands, one at a time. It ends when the channel closes.
 *
 *     node network-process.ts [SETTINGS]     what the Enigma contract is deployed with, as JSON
 */
import { setTimeout } from "node:timers/promises";
import { checkModule } from "../../host/client/module-check.ts";
import { LocalNetwork } from "../../host/network/local-network.ts";
import { ANY_PORTS } from "../../host/network/network-ports.ts";
import { systemClock } from "../../host/protocol/clock.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import { KeptNews } from "./kept-news.ts";
import { now } from "./milliseconds.ts";
import type { Announced, NetworkCommand, NetworkNews, NetworkReady, Turn } from "./network-news.ts";

const WORKERS = 2;
/** Until the nodes have done what a block that they have seen gave them to do. */
const REST_MS = 30;
/** After the last transaction the chain closes one more block by itself, within this time. */
const TRAILING_MS = 300;
const kept = new KeptNews();

const network = await LocalNetwork.start({
  workers: WORKERS,
  ports: ANY_PORTS,
  checkModule,
  clock: systemClock,
  log: silentLogger,
  settings: JSON.parse(process.argv[2] ?? "{}"),
  onEvent: kept.observe,
});

/** Lets the epoch begin that `announce` has had set. */
let begin: (() => Promise<Turn>) | undefined;

/** Closes blocks until the next epoch is set; resolves to its number. */
function announce(): Promise<bigint> {
  const set = Promise.withResolvers<bigint>();
  const asked = Promise.withResolvers<void>();
  let started = 0;
  const over = network.advanceEpoch(async (epoch) => {
    set.resolve(epoch);
    await asked.promise;
    await approach();
    started = now();
  });
  over.catch(set.reject);
  begin = async () => {
    asked.resolve();
    await over;
    return { started, known: now() };
  };
  return set.promise;
}

/**
 * Closes blocks until the next one turns the epoch, that is, the last one of the old epoch: what nodes send after it is for the
 * new one. Resolves when a follower has seen all of them.
 */
async function approach(): Promise<void> {
  const { view } = network;
  await setTimeout(TRAILING_MS);
  const head = await view.head();
  const last = (await view.contract.latestEpoch()).firstBlock - 2n;
  if (last <= head.number) return;
  await network.mine(Number(last - head.number));
  const end = new AbortController();
  for await (const step of view.follow({ after: head, signal: end.signal })) {
    if (step.kind === "block" && step.number >= last) end.abort();
  }
  await setTimeout(REST_MS);
}

async function answer(command: NetworkCommand): Promise<NetworkNews | Announced | Turn> {
  if (command === "announce") return { epoch: await announce() };
  if (command === "begin") {
    if (begin === undefined) throw new Error("no epoch is announced");
    return begin();
  }
  return kept.take();
}

// Stopping twice waits for the same stop.
const end = () => void network.stop().finally(() => process.exit());
process.once("disconnect", end);
process.once("SIGTERM", end);
// The benchmark answers to the terminal and then closes the channel.
process.on("SIGINT", () => undefined);
process.on("message", async (command: NetworkCommand) => process.send?.(await answer(command)));
const bank = network.accounts.users[1]?.privateKey;
if (bank === undefined) throw new Error("the network has no funded accounts");
const ready: NetworkReady = {
  chainUrl: network.chain.url,
  webSocketUrl: network.chain.webSocketUrl,
  chainId: Number(network.chain.chainId),
  enigma: network.domain.enigma,
  token: network.token,
  principalUrl: network.principal.url,
  workers: network.workers.map(({ address, url, p2pAddresses }) => ({ address, url, p2pAddresses })),
  bank,
};
process.send?.(ready);
