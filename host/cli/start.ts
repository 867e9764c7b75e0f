import { checkModule } from "../client/module-check.ts";
import { LocalNetwork } from "../network/local-network.ts";
import { ANY_PORTS, USUAL_PORTS } from "../network/network-ports.ts";
import { networkSummary } from "../network/network-summary.ts";
import { systemClock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { networkBanner } from "./banner.ts";
import { FiveSteps } from "./five-steps.ts";
import { lineLogger } from "./line-logger.ts";
import { runMillionaires, type SampleTask } from "./millionaires.ts";
import { Progress } from "./progress.ts";
import { startJson } from "./start-json.ts";
import { parseStartOptions, type StartOptions, startHelp } from "./start-options.ts";
import { exitCodeOf, stopSignal } from "./stop-signal.ts";

/** `enigma start`: a local network, the millionaires contract on it, and then the network until it is stopped. */
export async function start(argv: readonly string[]): Promise<number> {
  const options = parseStartOptions(argv);
  if (options.help) {
    process.stdout.write(startHelp);
    return 0;
  }
  const stop = stopSignal();
  try {
    await run(options, stop);
    return 0;
  } catch (error) {
    if (stop.aborted) return exitCodeOf(stop);
    throw error;
  }
}

async function run(options: StartOptions, stop: AbortSignal): Promise<void> {
  const began = performance.now();
  // With --json, standard output belongs to the one object.
  const print = (text: string) => (options.json ? process.stderr : process.stdout).write(`${text}\n`);
  const progress = new Progress(print);
  const steps = new FiveSteps();
  const network = await LocalNetwork.start({
    ...{ workers: options.workers, data: options.data, seed: options.seed, chainUrl: options.chain },
    host: options.listen,
    ports: options.anyPort ? ANY_PORTS : USUAL_PORTS,
    ...{ checkModule, clock: systemClock, log: lineLogger, signal: stop },
    onStep: (step) => progress.step(step),
    onEvent: (event) => steps.observe(event),
  }).finally(() => progress.end());
  try {
    const readyAfter = performance.now() - began;
    print(`\nready in ${(readyAfter / 1000).toFixed(2)} s\n`);
    const tasks = await runSample(network, steps, print, stop);
    if (options.json) process.stdout.write(`${startJson(await networkSummary(network), tasks, { readyAfter })}\n`);
    print(networkBanner(await networkSummary(network)));
    if (!options.once) await untilStopped(network, stop);
  } finally {
    await network.stop();
  }
}

async function runSample(
  network: LocalNetwork,
  steps: FiveSteps,
  print: (text: string) => void,
  stop: AbortSignal,
): Promise<SampleTask[]> {
  const tasks: SampleTask[] = [];
  await runMillionaires(network, stop, async (task) => {
    tasks.push(task);
    print(await steps.describe(task, network, tasks.length));
  });
  print(`Richest: ${tasks.at(-1)?.answer}. Only users and the enclave saw a net worth.`);
  return tasks;
}

/** Waits for a signal; a chain that ends by itself is a failure. */
async function untilStopped(network: LocalNetwork, stop: AbortSignal): Promise<never> {
  const stopped = new Promise<never>((_, reject) => {
    if (stop.aborted) reject(stop.reason);
    stop.addEventListener("abort", () => reject(stop.reason), { once: true });
  });
  const chainEnded = network.chain.ended.then((): never => {
    throw new EnigmaError("node-stopped", { data: { part: "blockchain" } });
  });
  return Promise.race([stopped, chainEnded]);
}
