/** Runs a local network until it is stopped. */
import { resolve } from "node:path";
import { checkModule } from "../client/module-check.ts";
import { LocalNetwork } from "../network/local-network.ts";
import { ANY_PORTS, USUAL_PORTS } from "../network/network-ports.ts";
import { networkSummary } from "../network/network-summary.ts";
import { systemClock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { ObservedEvent } from "../protocol/node-event.ts";
import { networkBanner } from "./banner.ts";
import { lineLogger } from "./line-logger.ts";
import { networkJson } from "./network-json.ts";
import type { Output } from "./output.ts";
import { workersOf } from "./state/state-file.ts";
import { StepTimes } from "./step-times.ts";
import { aborted } from "./stop-signal.ts";

/** What a start was asked for, see `commands/start.ts`. */
export interface StartOptions {
  readonly walk: boolean;
  readonly once: boolean;
  readonly workers: number | undefined;
  readonly data: string | undefined;
  /** The file that the network is loaded from and saved to. */
  readonly state: string | undefined;
  readonly seed: Uint8Array | undefined;
  readonly chain: string | undefined;
  readonly listen: string | undefined;
  readonly "any-port": boolean;
  readonly cwd: string;
}

/** Blocks of an epoch: few enough to be closed in a moment, so that a turn can be seen. */
const EPOCH_BLOCKS = 200;
const WORKERS = 2;

export async function startNetwork(options: StartOptions, out: Output, stop: AbortSignal): Promise<void> {
  if (options.state === undefined) return runNetwork(options, out, stop);
  const { StateFolder } = await import("./state/state-folder.ts");
  const state = await StateFolder.open(resolve(options.cwd, options.state));
  out.print(state.wasSaved ? `going on from ${options.state}` : `${options.state} will be written at the end`);
  let wasUp = false;
  try {
    await runNetwork({ ...options, data: state.path }, out, stop, () => {
      wasUp = true;
    });
  } finally {
    // What never was up has nothing to save.
    await (wasUp ? out.during(`saving ${options.state}`, () => state.save()) : state.discard());
  }
}

async function runNetwork(
  options: StartOptions,
  out: Output,
  stop: AbortSignal,
  whenUp: () => void = () => {},
): Promise<void> {
  const began = performance.now();
  const steps = new StepTimes((text) => out.print(text));
  const events: ObservedEvent[] = [];
  let isShowing = options.walk;
  const earlier = options.data === undefined ? undefined : await workersOf(options.data);
  const network = await LocalNetwork.start({
    ...{ workers: options.workers ?? earlier ?? WORKERS, data: options.data, seed: options.seed },
    ...{ chainUrl: options.chain, host: options.listen, epochBlocks: EPOCH_BLOCKS },
    ports: options["any-port"] ? ANY_PORTS : USUAL_PORTS,
    ...{ checkModule, clock: systemClock, log: lineLogger, signal: stop },
    onStep: (step) => steps.begin(step),
    onEvent: (event) => {
      if (isShowing) events.push(event);
    },
  }).finally(() => steps.end());
  try {
    whenUp();
    const readyAfter = performance.now() - began;
    out.print(`\nready in ${(readyAfter / 1000).toFixed(2)} s\n`);
    if (options.walk) await walk({ network, signal: stop }, events, out, readyAfter);
    else await tell(network, out, readyAfter);
    isShowing = false;
    if (!options.once) await untilStopped(network, stop);
  } finally {
    await network.stop();
  }
}

async function tell(network: LocalNetwork, out: Output, readyAfter: number): Promise<void> {
  const summary = await networkSummary(network);
  out.print(networkBanner(summary, out.style));
  out.record({ network: networkJson(summary), timings: { ready: Math.round(readyAfter * 100) / 100 } });
}

async function walk(
  stage: { readonly network: LocalNetwork; readonly signal: AbortSignal },
  events: readonly ObservedEvent[],
  out: Output,
  readyAfter: number,
): Promise<void> {
  const { showNetwork } = await import("./walk/walk.ts");
  const shown = await showNetwork(stage, events, (text) => out.print(text));
  const { walkContracts, walkJson } = await import("./walk/walk-json.ts");
  const summary = await networkSummary(stage.network);
  out.record(walkJson(summary, shown, { readyAfter }));
  out.print(networkBanner(summary, out.style, walkContracts(shown)));
}

/** Waits for a signal; a chain that ends by itself is a failure. */
async function untilStopped(network: LocalNetwork, stop: AbortSignal): Promise<never> {
  const chainEnded = network.chain.ended.then((): never => {
    throw new EnigmaError("node-stopped", { data: { part: "blockchain" } });
  });
  return Promise.race([aborted(stop), chainEnded]);
}
