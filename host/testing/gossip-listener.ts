import { randomBytes } from "node:crypto";
import { peerIdFromString } from "@libp2p/peer-id";
import type { LocalNetwork } from "../network/local-network.ts";
import { encodeResults, encodeTasks, type ResultMessage, type TaskMessage } from "../p2p/gossip-message.ts";
import { P2pNode } from "../p2p/p2p-node.ts";
import { peerKeyFromSeed } from "../p2p/peer-identity.ts";
import { encodeFrame, TASKS_PROTOCOL, VIEW_PROTOCOL, type ViewQuestion } from "../p2p/stream-protocol.ts";
import { systemClock } from "../protocol/clock.ts";
import { silentLogger } from "../protocol/logger.ts";

/**
 * A stranger in the p2p network: hears all gossip, relays none by itself, and is asked the views that gateways pass on, as any peer
 * may be that is not selected.
 */
export class GossipListener {
  readonly tasks: TaskMessage[] = [];
  readonly results: ResultMessage[] = [];
  readonly views: ViewQuestion[] = [];
  #node: P2pNode | undefined;

  /** Joins a network and resolves when all of its workers gossip with the listener. */
  static async join({ domain, workers }: LocalNetwork): Promise<GossipListener> {
    const listener = new GossipListener();
    const node = await P2pNode.start({
      privateKey: await peerKeyFromSeed(new Uint8Array(randomBytes(32))),
      listen: ["/ip4/127.0.0.1/tcp/0"],
      bootstrap: workers.flatMap(({ p2pAddresses }) => p2pAddresses),
      topicPrefix: `enigma/${domain.chainId}/${domain.enigma}`,
      handlers: {
        onTask: async (message) => listener.#hear(listener.tasks, message),
        onResult: async (message) => listener.#hear(listener.results, message),
      },
      clock: systemClock,
      log: silentLogger,
    });
    listener.#node = node;
    await node.serve(VIEW_PROTOCOL, (question) => {
      listener.views.push(question);
      return {};
    });
    await new Promise<void>((resolve) => {
      const peers = new Set<string>();
      node.onPeer((peer) => {
        if (peers.add(peer.toString()).size === workers.length) resolve();
      });
    });
    return listener;
  }

  /** Gossips all that it has heard once more. */
  async repeat(): Promise<void> {
    for (const task of [...this.tasks]) await this.#node?.publishTask(task);
    for (const result of [...this.results]) await this.#node?.publishResult(result);
  }

  /** Asks a worker, by one of its addresses, for the open tasks with ids above one: the question itself tells that id. */
  async ask(address: string, after: Uint8Array): Promise<void> {
    const id = /\/p2p\/([^/]+)$/.exec(address)?.[1];
    if (id === undefined) throw new TypeError(`${address} names no peer`);
    await this.#node?.ask(peerIdFromString(id), TASKS_PROTOCOL, { after });
  }

  /** Leaves the network. */
  async leave(): Promise<void> {
    await this.#node?.stop();
  }

  /** All that was heard, in the bytes in which it was gossiped. */
  get bytes(): Buffer {
    return Buffer.concat([encodeTasks(this.tasks), encodeResults(this.results), ...this.views.map(encodeFrame)]);
  }

  #hear<M>(heard: M[], message: M): "ignore" {
    heard.push(message);
    return "ignore";
  }
}
