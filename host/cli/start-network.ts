/** Runs a local network until it is stopped. */
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
import { StepTimes } from "./step-times.ts";
import { aborted } from "./stop-signal.ts";

/** What a start was asked for, see `commands/start.ts`. */
export interface StartOptions {
  readonly walk: boolean;
  readonly once: boolean;
  readonly workers: number;
  readonly data: string | undefined;
  readonly seed: Uint8Array | undefined;
  readonly chain: string | undefined;
  readonly listen: string | undefined;
  readonly "any-port": boolean;
}

/** Blocks of an epoch: few enough to be closed in a moment, so that a turn can be seen. */
const EPOCH_BLOCKS = 200;

export async function startNetwork(options: StartOptions, out: Output, stop: AbortSignal): Promise<void> {
  const began = performance.now();
  const steps = new StepTimes((text) => out.print(text));
  const events: ObservedEvent[] = [];
  let isShowing = options.walk;
  const network = await LocalNetwork.start({
    ...{ workers: options.workers, data: options.data, seed: options.seed, chainUrl: options.chain },
    ...{ host: options.listen, epochBlocks: EPOCH_BLOCKS },
    ports: options["any-port"] ? ANY_PORTS : USUAL_PORTS,
    ...{ checkModule, clock: systemClock, log: lineLogger, signal: stop },
    onStep: (step) => steps.begin(step),
    onEvent: (event) => {
      if (isShowing) events.push(event);
    },
  }).finally(() => steps.end());
  try {
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
