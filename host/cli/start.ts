import { checkModule } from "../client/module-check.ts";
import { LocalNetwork } from "../network/local-network.ts";
import { ANY_PORTS, USUAL_PORTS } from "../network/network-ports.ts";
import { networkSummary } from "../network/network-summary.ts";
import { systemClock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { ObservedEvent } from "../protocol/node-event.ts";
import { networkBanner } from "./banner.ts";
import { describeEthereumCall, runEthereumCall } from "./ethereum-call.ts";
import { FiveSteps } from "./five-steps.ts";
import { describeHandOver, runHandOver } from "./hand-over.ts";
import { lineLogger } from "./line-logger.ts";
import { runMillionaires } from "./millionaires.ts";
import { Progress } from "./progress.ts";
import type { SampleStage, SampleTask } from "./sample-task.ts";
import { SampleUsers } from "./sample-users.ts";
import { describeView, runView } from "./secret-view.ts";
import { type Shown, startJson } from "./start-json.ts";
import { parseStartOptions, type StartOptions, startHelp } from "./start-options.ts";
import { aborted, runUntilStopped } from "./stop-signal.ts";

/** `enigma start`: a local network, the samples on it, and then the network until it is stopped. */
export async function start(argv: readonly string[]): Promise<number> {
  const options = parseStartOptions(argv);
  if (options.help) {
    process.stdout.write(startHelp);
    return 0;
  }
  return runUntilStopped((stop) => run(options, stop));
}

/** Blocks of an epoch: few enough to be closed in a moment, so that a turn can be seen. */
const EPOCH_BLOCKS = 200;

async function run(options: StartOptions, stop: AbortSignal): Promise<void> {
  const began = performance.now();
  // With --json, standard output belongs to the one object.
  const print = (text: string) => (options.json ? process.stderr : process.stdout).write(`${text}\n`);
  const progress = new Progress(print);
  const events: ObservedEvent[] = [];
  let isShowing = true;
  const network = await LocalNetwork.start({
    ...{ workers: options.workers, data: options.data, seed: options.seed, chainUrl: options.chain },
    ...{ host: options.listen, epochBlocks: EPOCH_BLOCKS },
    ports: options.anyPort ? ANY_PORTS : USUAL_PORTS,
    ...{ checkModule, clock: systemClock, log: lineLogger, signal: stop },
    onStep: (step) => progress.step(step),
    onEvent: (event) => {
      if (isShowing) events.push(event);
    },
  }).finally(() => progress.end());
  try {
    const readyAfter = performance.now() - began;
    print(`\nready in ${(readyAfter / 1000).toFixed(2)} s\n`);
    const shown = await show({ network, signal: stop }, events, print);
    isShowing = false;
    if (options.json) process.stdout.write(`${startJson(await networkSummary(network), shown, { readyAfter })}\n`);
    print(networkBanner(await networkSummary(network), shown));
    if (!options.once) await untilStopped(network, stop);
  } finally {
    await network.stop();
  }
}

/** Runs the samples, one after the other, and tells each as soon as it is done. */
async function show(
  stage: SampleStage,
  events: readonly ObservedEvent[],
  print: (text: string) => void,
): Promise<Shown> {
  const steps = new FiveSteps(events);
  const tasks: SampleTask[] = [];
  const users = await SampleUsers.connect(stage.network);
  try {
    const millionaires = await runMillionaires(stage, users, async (task) => {
      tasks.push(task);
      print(await steps.describe(task, stage.network, tasks.length));
    });
    print(`Richest: ${tasks.at(-1)?.answer}. Only users and the enclave saw a net worth.\n`);
    const handOver = await runHandOver(stage, millionaires, events);
    print(describeHandOver(handOver));
    const { seen: ethereumCall, voting } = await runEthereumCall(stage, users);
    print(describeEthereumCall(ethereumCall));
    const view = await runView(stage, users, voting, events);
    print(describeView(view));
    return { tasks, handOver, ethereumCall, view };
  } finally {
    users.close();
  }
}

/** Waits for a signal; a chain that ends by itself is a failure. */
async function untilStopped(network: LocalNetwork, stop: AbortSignal): Promise<never> {
  const chainEnded = network.chain.ended.then((): never => {
    throw new EnigmaError("node-stopped", { data: { part: "blockchain" } });
  });
  return Promise.race([aborted(stop), chainEnded]);
}
