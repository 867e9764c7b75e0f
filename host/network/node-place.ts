import type { ChainView } from "../ethereum/chain-view.ts";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";

/** Where a node of the network stands. */
export interface NodePlace {
  /** "principal", "worker-1", …; names its folder and its share of the seed. */
  readonly name: string;
  readonly folder: string;
  readonly view: ChainView;
}

/** The network that a node belongs to. */
export function nodeDomain({ view }: NodePlace): EnigmaDomain {
  return view.domain;
}
