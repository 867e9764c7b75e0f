// What the network's process tells the benchmark.

import type { Hex } from "../../host/protocol/hex.ts";

/** Where everything is, once the network is up. */
export interface NetworkReady {
  readonly chainUrl: string;
  readonly webSocketUrl: string;
  readonly chainId: number;
  readonly enigma: string;
  readonly token: string;
  readonly principalUrl: string;
  readonly workers: readonly {
    readonly address: string;
    readonly url: string;
    readonly p2pAddresses: readonly string[];
  }[];
  /** Private key of a funded development account that pays the others. */
  readonly bank: Hex;
}

/** A step of a task as a node saw it; `at` in milliseconds since 1970, with fractions. */
export interface TaskNews {
  readonly kind: string;
  readonly taskId: string;
  readonly node: string;
  readonly at: number;
}
