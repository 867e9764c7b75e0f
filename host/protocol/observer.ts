import type { Clock } from "./clock.ts";
import type { Address } from "./hex.ts";
import type { NodeEvent, NodeObserver } from "./node-event.ts";

/** Reports a node's events with its address and the time. */
export type Observe = (event: NodeEvent) => void;

/** The reporting function of one node; does nothing where nobody observes. */
export function observing(node: Address, clock: Clock, observer: NodeObserver | undefined): Observe {
  if (observer === undefined) return () => {};
  return (event) => observer({ ...event, node, at: clock.now() });
}
