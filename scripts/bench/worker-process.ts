/**
 * One worker node and its enclave, alone in a process as in a container. It joins the network that the parent names, says its
 * address when it is registered, and then, asked by any message, what it has seen. It ends when the channel closes.
 *
 *     node worker-process.ts NETWORK STAKE     as JSON; base units of ENG
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkModule } from "../../host/client/module-check.ts";
import { startEnclave } from "../../host/enclave/start-enclave.ts";
import { ChainView } from "../../host/ethereum/chain-view.ts";
import { EnigmaAccount } from "../../host/ethereum/enigma-account.ts";
import { JsonRpcConnection } from "../../host/ethereum/json-rpc-connection.ts";
import { TokenContract } from "../../host/ethereum/token-contract.ts";
import { TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import { systemClock } from "../../host/protocol/clock.ts";
import { address } from "../../host/protocol/hex.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import { WorkerNode } from "../../host/worker/worker-node.ts";
import { KeptNews } from "./kept-news.ts";
import type { NetworkReady } from "./network-news.ts";

const network = JSON.parse(process.argv[2] ?? "") as NetworkReady;
const stake = BigInt(process.argv[3] ?? "");
const kept = new KeptNews();
const folder = await mkdtemp(path.join(tmpdir(), "enigma-bench-worker-"));
const domain = { chainId: BigInt(network.chainId), enigma: address(network.enigma) };
const view = new ChainView({ url: network.chainUrl, webSocketUrl: network.webSocketUrl, domain, logger: silentLogger });
const connection = new JsonRpcConnection(network.chainUrl);
const principalSigner = (await view.contract.principalSigner()) ?? null;
const worker = await WorkerNode.start({
  folder,
  launchEnclave: () =>
    startEnclave({
      role: "worker",
      package: "debug",
      ...domain,
      platformFolder: path.join(folder, "platform"),
      sealedFile: path.join(folder, "sealed-keys"),
      principalSigner,
    }),
  chain: view,
  account: new EnigmaAccount(new TransactionSender(connection, network.bank), view.contract),
  token: new TokenContract(connection, address(network.token)),
  principalUrl: network.principalUrl,
  stake,
  rpc: { port: 0 },
  p2p: { bootstrap: network.workers.flatMap(({ p2pAddresses }) => p2pAddresses) },
  checkModule,
  version: "bench",
  clock: systemClock,
  log: silentLogger,
  onEvent: kept.observe,
});

const end = async () => {
  await worker.stop();
  view.close();
  connection.close();
  await rm(folder, { recursive: true, force: true });
  process.exit();
};
process.once("disconnect", end);
process.once("SIGTERM", end);
process.on("SIGINT", () => undefined);
await worker.registered;
process.on("message", () => process.send?.(kept.take()));
process.send?.(worker.address);
