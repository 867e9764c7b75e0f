/**
 * A node's place among its peers: libp2p over tcp, noise and yamux; tasks and results are gossiped, the rest is asked for
 * on streams.
 *
 * What stops a hostile peer:
 * - Gossip is taken on our two topics only, signed (strict), at most `MAX_GOSSIP_MESSAGE_BYTES`, decoded strictly, and relayed
 *   only after the worker has compared it with the chain; a peer that sends rubbish loses score until it is cut off.
 * - A stream carries one request and one answer, both bounded in size and in time; a peer has few streams at once.
 * - Everything that an answer holds is checked against the chain by whoever asked.
 */

import { channel as diagnosticsChannel } from "node:diagnostics_channel";
import { type GossipSub, gossipsub, type Message, TopicValidatorResult } from "@libp2p/gossipsub";
import { identify } from "@libp2p/identify";
import type { PeerId, PrivateKey, Stream } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { peerIdFromString } from "@libp2p/peer-id";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { createLibp2p, type Libp2p } from "libp2p";
import type { Clock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { MAX_GOSSIP_MESSAGE_BYTES } from "../protocol/limits.ts";
import type { Logger } from "../protocol/logger.ts";
import { FrameStream } from "./frame.ts";
import {
  decodeResults,
  decodeTasks,
  encodeResults,
  encodeTasks,
  MAX_GOSSIP_ITEMS,
  type ResultMessage,
  resultBytes,
  type TaskMessage,
  taskBytes,
} from "./gossip-message.ts";
import { GossipOutbox } from "./gossip-outbox.ts";
import { gossipSettings } from "./gossip-settings.ts";
import type { KnownPeers } from "./known-peers.ts";
import { exchangePeers } from "./peer-exchange.ts";
import { decodeFrame, encodeFrame, type StreamProtocol } from "./stream-protocol.ts";
import { withinTime } from "./time-limit.ts";

/** What becomes of a gossiped message: taken and relayed, dropped, or dropped and held against the peer. */
export type Verdict = "accept" | "ignore" | "reject";

/** The worker's side of the gossip. A message is relayed when its promise resolves to `accept`. */
export interface GossipHandlers {
  onTask(message: TaskMessage): Promise<Verdict>;
  onResult(message: ResultMessage): Promise<Verdict>;
}

export interface P2pOptions {
  privateKey: PrivateKey;
  /** Multiaddrs to listen on; port 0 takes a free one. */
  listen: readonly string[];
  /** Multiaddrs, with `/p2p/<id>` or without, that are dialled until they answer. */
  bootstrap: readonly string[];
  /** `enigma/<chainId>/<enigma>`: separates the gossip of networks. */
  topicPrefix: string;
  handlers: GossipHandlers;
  /** Whether to tell peers of each other and to dial those that one is told of; true by default. */
  exchangesPeers?: boolean;
  knownPeers?: KnownPeers;
  clock: Clock;
  log: Logger;
}

interface Services extends Record<string, unknown> {
  gossip: GossipSub;
}

const REQUEST_TIMEOUT_MS = 10_000;
const DIAL_TIMEOUT_MS = 3_000;
const REDIAL_MS = 1_000;
/** From one address, where several workers of one machine start at once; the default of 5 keeps some of nine apart. */
const MAX_CONNECTIONS_A_SECOND = 64;

/** What a node says to its peers, before it is encrypted to them, for whoever looks for what must not be said. */
const SAID = diagnosticsChannel("enigma.p2p.said");

function told(message: Uint8Array): Uint8Array {
  if (SAID.hasSubscribers) SAID.publish(message);
  return message;
}

export class P2pNode {
  private readonly libp2p: Libp2p<Services>;
  private readonly options: P2pOptions;
  private readonly topics: { tasks: string; results: string };
  private readonly taskOutbox: GossipOutbox<TaskMessage>;
  private readonly resultOutbox: GossipOutbox<ResultMessage>;
  private readonly stopped = new AbortController();
  /** Addresses that are dialled until they answer, and again when they are lost. */
  private readonly wanted: Set<string>;
  private listened: readonly string[] = [];
  private cancelRedial: () => void = () => {};

  /** Starts listening and dialling. @throws EnigmaError `port-in-use` */
  static async start(options: P2pOptions): Promise<P2pNode> {
    const topics = { tasks: `${options.topicPrefix}/tasks/1`, results: `${options.topicPrefix}/results/1` };
    const libp2p = await createLibp2p<Services>({
      privateKey: options.privateKey,
      start: false,
      addresses: { listen: [...options.listen] },
      connectionManager: {
        inboundConnectionThreshold: MAX_CONNECTIONS_A_SECOND,
        maxIncomingPendingConnections: MAX_CONNECTIONS_A_SECOND,
      },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      services: {
        identify: identify(),
        gossip: gossipsub(
          gossipSettings(Object.values(topics), MAX_GOSSIP_MESSAGE_BYTES),
        ) as unknown as () => GossipSub,
      },
    });
    const node = new P2pNode(libp2p, options, topics);
    await node.start();
    return node;
  }

  private constructor(libp2p: Libp2p<Services>, options: P2pOptions, topics: { tasks: string; results: string }) {
    this.libp2p = libp2p;
    this.options = options;
    this.topics = topics;
    this.wanted = new Set(options.bootstrap);
    const bounds = { maxBytes: MAX_GOSSIP_MESSAGE_BYTES, maxItems: MAX_GOSSIP_ITEMS };
    this.taskOutbox = new GossipOutbox({
      ...{ sizeOf: taskBytes, ...bounds },
      send: (tasks) => this.publish(topics.tasks, encodeTasks(tasks)),
    });
    this.resultOutbox = new GossipOutbox({
      ...{ sizeOf: resultBytes, ...bounds },
      send: (results) => this.publish(topics.results, encodeResults(results)),
    });
  }

  /** The addresses at which this node listens, or listened before it stopped, each with its `/p2p/<id>`. */
  get addresses(): string[] {
    return [...this.listened];
  }

  get peerId(): string {
    return this.libp2p.peerId.toString();
  }

  /** The number of peers connected now. */
  get peerCount(): number {
    return this.libp2p.getPeers().length;
  }

  /**
   * Calls `listener` with each peer that joins our mesh for tasks: from then on it gets what is gossiped. What was gossiped
   * before, it did not hear; that is what `TASKS_PROTOCOL` is for.
   */
  onPeer(listener: (peer: PeerId) => void): void {
    this.libp2p.services.gossip.addEventListener("gossipsub:graft", ({ detail }) => {
      if (detail.topic === this.topics.tasks) listener(peerIdFromString(detail.peerId));
    });
  }

  /** Gossips a task, with others of the same moment. Resolves to the bytes it takes. @throws EnigmaError `gossip-too-large` */
  publishTask(message: TaskMessage): Promise<number> {
    return this.taskOutbox.add(message);
  }

  /** Gossips a result, with others of the same moment. Resolves to the bytes it takes. @throws EnigmaError `gossip-too-large` */
  publishResult(message: ResultMessage): Promise<number> {
    return this.resultOutbox.add(message);
  }

  /** Answers requests of a stream protocol with what `answer` returns. */
  async serve<Q, A extends object>(
    protocol: StreamProtocol<Q, A>,
    answer: (request: Q) => Promise<A> | A,
  ): Promise<void> {
    const handle = async (stream: Stream, signal: AbortSignal): Promise<void> => {
      const frames = new FrameStream(stream, protocol.maxRequestBytes, signal);
      const request = decodeFrame<Q>(await frames.read(), protocol.request);
      await frames.write(told(encodeFrame(await answer(request))));
      await stream.close();
    };
    await this.libp2p.handle(
      protocol.name,
      (stream) => {
        this.within(REQUEST_TIMEOUT_MS, (signal) => handle(stream, signal)).catch((error: Error) =>
          stream.abort(error),
        );
      },
      { maxInboundStreams: protocol.maxStreams },
    );
  }

  /**
   * Asks one peer.
   *
   * @throws EnigmaError `peer-unanswering`, `peer-message-malformed`
   */
  ask<Q extends object, A>(peer: PeerId, protocol: StreamProtocol<Q, A>, request: Q): Promise<A> {
    return this.within(REQUEST_TIMEOUT_MS, async (signal) => {
      const stream = await this.openStream(peer, protocol, signal);
      try {
        const frames = new FrameStream(stream, protocol.maxAnswerBytes, signal);
        await frames.write(told(encodeFrame(request)));
        return decodeFrame<A>(await frames.read(), ...protocol.answers);
      } finally {
        stream.close().catch((error: Error) => stream.abort(error));
      }
    });
  }

  /**
   * Asks the connected peers one after the other until `take` makes something of an answer; undefined where none
   * of them has it. A peer that fails or answers rubbish is passed over.
   */
  async askAny<Q extends object, A, T>(
    protocol: StreamProtocol<Q, A>,
    request: Q,
    take: (answer: A, peer: PeerId) => T | undefined | Promise<T | undefined>,
  ): Promise<T | undefined> {
    for (const peer of this.libp2p.getPeers()) {
      try {
        const taken = await take(await this.ask(peer, protocol, request), peer);
        if (taken !== undefined) return taken;
      } catch (error) {
        const code = error instanceof EnigmaError ? error.code : "unexpected";
        this.options.log.warn("peer-passed-over", { protocol: protocol.name, peer: peer.toString(), code });
      }
    }
    return undefined;
  }

  /** Dials peers at once, besides the bootstrap addresses. Those that do not answer are dialled again later. */
  async dial(addresses: readonly string[]): Promise<void> {
    for (const address of addresses) this.wanted.add(address);
    await this.dialOnce(addresses);
  }

  /** Dials peers that may or may not be there. */
  async dialOnce(addresses: readonly string[]): Promise<void> {
    await Promise.all(addresses.map((address) => this.dialOne(address)));
  }

  /** Closes all connections and stops listening. */
  async stop(): Promise<void> {
    this.stopped.abort();
    this.cancelRedial();
    await this.libp2p.stop();
  }

  private async start(): Promise<void> {
    const { gossip } = this.libp2p.services;
    gossip.topicValidators.set(this.topics.tasks, (_, message) =>
      this.judge(message, decodeTasks, (task) => this.options.handlers.onTask(task)),
    );
    gossip.topicValidators.set(this.topics.results, (_, message) =>
      this.judge(message, decodeResults, (result) => this.options.handlers.onResult(result)),
    );
    this.libp2p.addEventListener("connection:open", ({ detail }) => {
      if (detail.direction === "outbound")
        this.options.knownPeers?.remember(detail.remotePeer.toString(), detail.remoteAddr.toString());
    });
    const { exchangesPeers = true, log } = this.options;
    if (exchangesPeers) await exchangePeers(this, this.libp2p, log);
    try {
      await this.libp2p.start();
    } catch (cause) {
      throw new EnigmaError("port-in-use", { data: { address: this.options.listen.join(", ") }, cause });
    }
    this.listened = this.libp2p.getMultiaddrs().map((address) => address.toString());
    gossip.subscribe(this.topics.tasks);
    gossip.subscribe(this.topics.results);
    this.redial();
  }

  /** One bad item condemns a message; else one that is taken is enough to relay it. */
  private async judge<T>(
    message: Message,
    decode: (data: Uint8Array) => T[],
    handle: (item: T) => Promise<Verdict>,
  ): Promise<TopicValidatorResult> {
    if (message.data.length > MAX_GOSSIP_MESSAGE_BYTES) return TopicValidatorResult.Reject;
    let items: T[];
    try {
      items = decode(message.data);
    } catch {
      return TopicValidatorResult.Reject; // malformed: the verdict is all that is said about it
    }
    const verdicts = await Promise.all(items.map(handle));
    if (verdicts.includes("reject")) return TopicValidatorResult.Reject;
    return verdicts.includes("accept") ? TopicValidatorResult.Accept : TopicValidatorResult.Ignore;
  }

  private async publish(topic: string, message: Uint8Array): Promise<void> {
    if (this.stopped.signal.aborted) return;
    told(message);
    await this.libp2p.services.gossip.publish(topic, message);
  }

  /** Dials what is not connected, now and again every second until the node stops. */
  private redial(): void {
    if (this.stopped.signal.aborted) return;
    const addresses = [...new Set([...this.wanted, ...(this.options.knownPeers?.all() ?? [])])];
    void this.dialOnce(addresses).finally(() => {
      if (!this.stopped.signal.aborted) this.cancelRedial = this.options.clock.after(REDIAL_MS, () => this.redial());
    });
  }

  private async dialOne(text: string): Promise<void> {
    const address = multiaddr(text);
    if (this.isConnected(address)) return;
    try {
      await this.within(DIAL_TIMEOUT_MS, (signal) => this.libp2p.dial(address, { signal }));
    } catch {
      return; // not up yet, or it is this node itself: the next round tries again
    }
  }

  private isConnected(address: Multiaddr): boolean {
    const id = /\/p2p\/([^/]+)$/.exec(address.toString())?.[1];
    if (id === this.peerId) return true;
    if (id !== undefined) return this.libp2p.getPeers().some((peer) => peer.toString() === id);
    return this.libp2p
      .getConnections()
      .some((connection) => connection.remoteAddr.toString().startsWith(address.toString()));
  }

  private async openStream<Q, A>(
    peer: PeerId,
    { name, maxStreams }: StreamProtocol<Q, A>,
    signal: AbortSignal,
  ): Promise<Stream> {
    try {
      return await this.libp2p.dialProtocol(peer, name, { signal, maxOutboundStreams: maxStreams });
    } catch (cause) {
      throw new EnigmaError("peer-unanswering", { cause });
    }
  }

  private within<T>(milliseconds: number, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withinTime(this.options.clock, milliseconds, this.stopped.signal, action);
  }
}
