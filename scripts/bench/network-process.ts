/**
 * A local network of two workers in a process of its own, as `npm start` runs it, for the benchmark of tasks. It tells over
 * the channel of `fork` when it is ready, and what its nodes reported when it is asked. It ends when the channel closes.
 */
import { checkModule } from "../../host/client/module-check.ts";
import { LocalNetwork } from "../../host/network/local-network.ts";
import { ANY_PORTS } from "../../host/network/network-ports.ts";
import { systemClock } from "../../host/protocol/clock.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import type { ObservedEvent } from "../../host/protocol/node-event.ts";
import type { NetworkReady, TaskNews } from "./network-news.ts";

const WORKERS = 2;
/** What is kept of the nodes' events. */
const KINDS: ReadonlySet<ObservedEvent["kind"]> = new Set([
  "task-received",
  "task-started",
  "task-executed",
  "task-settled",
]);

let news: TaskNews[] = [];

const network = await LocalNetwork.start({
  workers: WORKERS,
  ports: ANY_PORTS,
  checkModule,
  clock: systemClock,
  log: silentLogger,
  onEvent: (event) => {
    if (!KINDS.has(event.kind) || !("taskId" in event)) return;
    // The nodes' own time has a resolution of a millisecond.
    news.push({
      kind: event.kind,
      taskId: event.taskId,
      node: event.node,
      at: performance.timeOrigin + performance.now(),
    });
  },
});

// Stopping twice waits for the same stop.
const end = () => void network.stop().finally(() => process.exit());
process.once("disconnect", end);
process.once("SIGTERM", end);
// The benchmark answers to the terminal and then closes the channel.
process.on("SIGINT", () => undefined);
process.on("message", () => {
  process.send?.(news);
  news = [];
});
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
