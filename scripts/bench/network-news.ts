// What the network's process tells the benchmark.

import type { Hex } from "../../host/protocol/hex.ts";
import type { NodeEvent } from "../../host/protocol/node-event.ts";

/**
 * What the benchmark asks for: what the nodes have reported since the last time (`NetworkNews`); blocks until the next epoch is
 * set (`Announced`); blocks until that epoch rules (`Turn`).
 */
export type NetworkCommand = "news" | "announce" | "begin";

/** What the nodes have reported. */
export interface NetworkNews {
  readonly tasks: TaskNews[];
  readonly handOvers: HandOverNews[];
  readonly views: ViewNews[];
}

/** An epoch that is set, and begins when it is asked to. */
export interface Announced {
  readonly epoch: bigint;
}

/** An epoch's turn, in milliseconds as `now` gives them. */
export interface Turn {
  /** When the block was asked for after which receipts are the new worker's. */
  readonly started: number;
  /** When both workers knew that the epoch rules. */
  readonly known: number;
}

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

/** A step of a task as a node saw it; `at` in milliseconds as `now` gives them. */
export interface TaskNews {
  readonly kind: string;
  readonly taskId: string;
  readonly node: string;
  readonly at: number;
}

/** What a worker had to do to take contracts over, ahead of an epoch's turn (`hand-over-prepared`) or after it. */
export type HandOverNews = Extract<NodeEvent, { kind: "hand-over-prepared" | "hand-over-done" }> &
  Pick<TaskNews, "node" | "at">;

/** A view was answered by the enclave of `node`, as its worker saw it: without JSON-RPC and gossip. */
export interface ViewNews {
  readonly node: string;
  readonly milliseconds: number;
}
