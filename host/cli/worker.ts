import { checkModule } from "../client/module-check.ts";
import { SoloWorker } from "../network/solo-worker.ts";
import { systemClock } from "../protocol/clock.ts";
import type { ObservedEvent } from "../protocol/node-event.ts";
import { lineLogger } from "./line-logger.ts";
import { aborted, runUntilStopped } from "./stop-signal.ts";
import { parseWorkerOptions, privateKeyOf, type WorkerCommandOptions, workerHelp } from "./worker-options.ts";

/** `enigma worker`: one worker of a network elsewhere, until it is stopped. */
export async function worker(argv: readonly string[]): Promise<number> {
  const options = parseWorkerOptions(argv);
  if (options === undefined) {
    process.stdout.write(workerHelp);
    return 0;
  }
  return runUntilStopped((stop) => run(options, stop));
}

async function run(options: WorkerCommandOptions, stop: AbortSignal): Promise<never> {
  const print = (text: string) => (options.json ? process.stderr : process.stdout).write(`${text}\n`);
  print("SIMULATED ENCLAVE: for development, not for secrets. It protects nothing from the owner of this machine.\n");
  const solo = await SoloWorker.start({
    ...{ chainUrl: options.chain, principalUrl: options.principal, peers: options.peers, enigma: options.enigma },
    ...{ privateKey: await privateKeyOf(options.account), data: options.data },
    ...{ host: options.listen, names: options.names, port: options.port, peerPort: options.peerPort },
    ...{ checkModule, clock: systemClock, log: lineLogger, signal: stop },
    onEvent: (event) => tell(event, print),
  });
  try {
    print(loggedIn(solo));
    if (options.json) process.stdout.write(`${workerJson(solo)}\n`);
    return await aborted(stop);
  } finally {
    await solo.stop();
  }
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

function workerJson({ node, domain }: SoloWorker): string {
  const { signer, mrEnclave, epoch } = node.info();
  return JSON.stringify({
    ...{ worker: node.address, signer, mrEnclave, rpcUrl: node.url, peerAddresses: node.p2pAddresses },
    ...{ chainId: Number(domain.chainId), enigma: domain.enigma, epoch: Number(epoch) },
  });
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
