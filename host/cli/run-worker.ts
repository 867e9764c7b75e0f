/** One worker of a network elsewhere, until it is stopped. */
import { readFile } from "node:fs/promises";
import { checkModule } from "../client/module-check.ts";
import { devAccounts } from "../ethereum/dev-accounts.ts";
import { SoloWorker } from "../network/solo-worker.ts";
import { systemClock } from "../protocol/clock.ts";
import type { Address, Hex } from "../protocol/hex.ts";
import type { ObservedEvent } from "../protocol/node-event.ts";
import { SIMULATED } from "./banner.ts";
import { lineLogger } from "./line-logger.ts";
import { usage } from "./option-values.ts";
import type { Output } from "./output.ts";
import { aborted } from "./stop-signal.ts";

/** What a worker was asked for, see `commands/worker.ts`. */
export interface WorkerCommandOptions {
  readonly chain: string;
  readonly principal: string;
  readonly peer: readonly string[];
  readonly owner: WorkerAccount;
  readonly enigma: Address | undefined;
  readonly data: string | undefined;
  readonly listen: string | undefined;
  readonly name: readonly string[];
  readonly port: number;
  readonly "peer-port": number;
}

/** Whose account it is: a development account, whose key everybody knows, or one whose key lies in a file. */
export type WorkerAccount = { readonly index: number } | { readonly keyFile: string };

export async function runWorker(options: WorkerCommandOptions, out: Output, stop: AbortSignal): Promise<never> {
  const print = (text: string) => out.print(text);
  print(`${out.style.yellow(SIMULATED)}\n`);
  const solo = await SoloWorker.start({
    ...{ chainUrl: options.chain, principalUrl: options.principal, peers: options.peer },
    ...{ enigma: options.enigma, privateKey: await privateKeyOf(options.owner), data: options.data },
    ...{ host: options.listen, names: options.name, port: options.port, peerPort: options["peer-port"] },
    ...{ checkModule, clock: systemClock, log: lineLogger, signal: stop },
    onEvent: (event) => tell(event, print),
  });
  try {
    print(loggedIn(solo));
    out.record(workerJson(solo));
    return await aborted(stop);
  } finally {
    await solo.stop();
  }
}

/** The account's private key. @throws EnigmaError `cli-usage` where the file holds none; its content is never shown */
async function privateKeyOf(account: WorkerAccount): Promise<Hex> {
  if ("index" in account) return devAccounts()[account.index]?.privateKey as Hex;
  const text = await readFile(account.keyFile, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw usage(`--key-file cannot be read (${cause.code}).`);
  });
  const [, digits] = /^\s*(?:0x)?([0-9a-fA-F]{64})\s*$/.exec(text) ?? [];
  if (digits === undefined) throw usage("--key-file holds no private key: 64 hex digits.");
  return `0x${digits}` as Hex;
}

function loggedIn({ node, domain }: SoloWorker): string {
  return [
    `Worker        ${node.address}, logged in: the next epoch counts it`,
    `JSON-RPC      ${node.url}`,
    ...node.p2pAddresses.map((address) => `Peers         ${address}`),
    `Enigma        ${domain.enigma} on chain ${domain.chainId}`,
    "",
  ].join("\n");
}

function workerJson({ node, domain }: SoloWorker): object {
  const { signer, mrEnclave, epoch } = node.info();
  return {
    ...{ worker: node.address, signer, mrEnclave, rpcUrl: node.url, peerAddresses: node.p2pAddresses },
    ...{ chainId: Number(domain.chainId), enigma: domain.enigma, epoch: Number(epoch) },
  };
}

/** What an operator wants to see of a node that runs. */
function tell(event: ObservedEvent, print: (text: string) => void): void {
  if (event.kind === "epoch-set") {
    const counted = event.workers.includes(event.node) ? "this worker is one" : "this worker is none";
    print(`epoch ${event.epoch} is set: ${event.workers.length} workers, ${counted} of them`);
  } else if (event.kind === "task-executed") {
    print(`task ${event.taskId} is executed`);
  }
}
