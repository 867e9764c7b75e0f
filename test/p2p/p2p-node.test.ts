import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PeerId } from "@libp2p/interface";
import { encode } from "cborg";
import { afterEach, describe, expect, test } from "vitest";
import type { TaskMessage } from "../../host/p2p/gossip-message.ts";
import { KnownPeers } from "../../host/p2p/known-peers.ts";
import { P2pNode, type P2pOptions } from "../../host/p2p/p2p-node.ts";
import { peerKeyFromSeed, storedPeerKey } from "../../host/p2p/peer-identity.ts";
import {
  CODE_PROTOCOL,
  LOG_PROTOCOL,
  type StreamProtocol,
  VIEW_PROTOCOL,
  type ViewQuestion,
} from "../../host/p2p/stream-protocol.ts";
import { systemClock } from "../../host/protocol/clock.ts";
import { silentLogger } from "../../host/protocol/logger.ts";

const running: P2pNode[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((node) => node.stop()));
});

async function start(seed: number, options: Partial<P2pOptions> = {}): Promise<P2pNode> {
  const node = await P2pNode.start({
    privateKey: await peerKeyFromSeed(new Uint8Array(32).fill(seed)),
    listen: ["/ip4/127.0.0.1/tcp/0"],
    bootstrap: [],
    // Some tests need peers that are not connected.
    exchangesPeers: false,
    topicPrefix: "enigma/31337/0xe1",
    handlers: { onTask: async () => "accept", onResult: async () => "accept" },
    clock: systemClock,
    log: silentLogger,
    ...options,
  });
  running.push(node);
  return node;
}

function peerOf(node: P2pNode): Promise<PeerId> {
  return new Promise((resolve) => node.onPeer(resolve));
}

/** A node that collects the tasks it is given, and a promise of the first. */
function collector(): { handlers: P2pOptions["handlers"]; first: Promise<TaskMessage> } {
  const { promise, resolve } = Promise.withResolvers<TaskMessage>();
  const onTask = async (task: TaskMessage) => {
    resolve(task);
    return "accept" as const;
  };
  return { handlers: { onTask, onResult: async () => "accept" }, first: promise };
}

const task: TaskMessage = {
  record: new Uint8Array(480).fill(7),
  input: new Uint8Array([1, 2, 3]),
  userKey: new Uint8Array(32).fill(9),
};

const viewQuestion: ViewQuestion = {
  account: new Uint8Array(20),
  secretContract: new Uint8Array(20).fill(1),
  epoch: 3,
  input: new Uint8Array(104),
  responseKey: new Uint8Array(32),
  expiryBlock: 100,
  requestId: new Uint8Array(32).fill(2),
  permit: new Uint8Array(65),
};
const viewAnswer = {
  requestId: viewQuestion.requestId,
  output: new Uint8Array(104),
  tip: new Uint8Array(32).fill(3),
  blockNumber: 90,
  worker: new Uint8Array(20).fill(5),
  signature: new Uint8Array(65),
};

describe("a peer's identity", () => {
  test("is the same for the same seed and another for another", async () => {
    const [one, again, other] = await Promise.all(
      [1, 1, 2].map((seed) => peerKeyFromSeed(new Uint8Array(32).fill(seed))),
    );
    expect(one?.publicKey.toString()).toBe(again?.publicKey.toString());
    expect(one?.publicKey.toString()).not.toBe(other?.publicKey.toString());
  });

  test("is drawn once and kept in its file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "enigma-peer-"));
    const first = await storedPeerKey(join(folder, "peer-key"));
    const second = await storedPeerKey(join(folder, "peer-key"));
    expect(second.publicKey.toString()).toBe(first.publicKey.toString());
    await rm(folder, { recursive: true });
  });
});

describe("gossip", () => {
  test("reaches the peers, also through a peer between", async () => {
    const far = collector();
    const first = await start(1);
    const firstMet = peerOf(first);
    const middle = await start(2, { bootstrap: first.addresses });
    await firstMet;
    const middleMet = peerOf(middle);
    await start(3, { bootstrap: middle.addresses, handlers: far.handlers });
    await middleMet;
    expect(await first.publishTask(task)).toBeGreaterThan(500);
    expect(await far.first).toEqual(task);
  });

  test("is not relayed when the node between does not accept it", async () => {
    const far = collector();
    const first = await start(1);
    const firstMet = peerOf(first);
    const judged = Promise.withResolvers<void>();
    const refuseSmall = async (message: TaskMessage) => {
      if (message.input.length > 100) return "accept" as const;
      judged.resolve();
      return "ignore" as const;
    };
    const middle = await start(2, {
      bootstrap: first.addresses,
      handlers: { onTask: refuseSmall, onResult: async () => "accept" },
    });
    await firstMet;
    const middleMet = peerOf(middle);
    await start(3, { bootstrap: middle.addresses, handlers: far.handlers });
    await middleMet;
    await first.publishTask(task);
    await judged.promise;
    const accepted = { ...task, input: new Uint8Array(200) };
    await first.publishTask(accepted);
    expect(await far.first).toEqual(accepted);
  });

  test("refuses to send more than a message may hold", async () => {
    const node = await start(1);
    await expect(node.publishTask({ ...task, input: new Uint8Array(1024 * 1024) })).rejects.toMatchObject({
      code: "gossip-too-large",
    });
  });

  test("of another network is not heard", async () => {
    const other = collector();
    const first = await start(1, { topicPrefix: "enigma/1/0xe1" });
    const same = collector();
    const met = peerOf(first);
    await start(2, { bootstrap: first.addresses, handlers: other.handlers });
    await start(3, { bootstrap: first.addresses, topicPrefix: "enigma/1/0xe1", handlers: same.handlers });
    await met;
    await first.publishTask(task);
    expect(await same.first).toEqual(task);
    const nothing = Symbol("nothing");
    expect(await Promise.race([other.first, Promise.resolve(nothing)])).toBe(nothing);
  });
});

describe("stream protocols", () => {
  async function pair(): Promise<{ asking: P2pNode; serving: P2pNode; peer: PeerId }> {
    const serving = await start(1);
    const asking = await start(2, { bootstrap: serving.addresses });
    const peer = await peerOf(asking);
    return { asking, serving, peer };
  }

  test("carry a request and a large answer", async () => {
    const { asking, serving, peer } = await pair();
    const module = new Uint8Array(1024 * 1024).fill(3);
    await serving.serve(CODE_PROTOCOL, ({ codeHash }) => ({ module: codeHash[0] === 1 ? module : null }));
    const answer = await asking.ask(peer, CODE_PROTOCOL, { codeHash: new Uint8Array(32).fill(1) });
    expect(Buffer.compare(answer.module ?? new Uint8Array(), module)).toBe(0);
    expect(await asking.ask(peer, CODE_PROTOCOL, { codeHash: new Uint8Array(32) })).toEqual({ module: null });
  });

  test("give a page of a log with the state hash before it, from an index or from the last checkpoint", async () => {
    const { asking, serving, peer } = await pair();
    const entry = { index: 7, kind: 2, taskId: new Uint8Array(32), epoch: 3, ciphertext: new Uint8Array(64) };
    await serving.serve(LOG_PROTOCOL, ({ from }) => ({
      stateBefore: new Uint8Array(32).fill(from === null ? 1 : 2),
      entries: [{ ...entry, index: from ?? 7 }],
    }));
    const secretContract = new Uint8Array(20);
    expect(await asking.ask(peer, LOG_PROTOCOL, { secretContract, from: null })).toEqual({
      stateBefore: new Uint8Array(32).fill(1),
      entries: [entry],
    });
    expect((await asking.ask(peer, LOG_PROTOCOL, { secretContract, from: 9 })).entries).toEqual([
      { ...entry, index: 9 },
    ]);
  });

  test("carry a view to the worker that is selected, past one that is not", async () => {
    const other = await start(1);
    const selected = await start(2);
    await other.serve(VIEW_PROTOCOL, () => ({}));
    await selected.serve(VIEW_PROTOCOL, ({ requestId, input }) => ({
      answer: { ...viewAnswer, requestId, output: new Uint8Array(input.length).fill(4) },
    }));
    const asking = await start(3);
    await asking.dial([...other.addresses, ...selected.addresses]);
    const question = { ...viewQuestion, input: new Uint8Array(262_144 + 40) };
    const answer = await asking.askAny(VIEW_PROTOCOL, question, (reply) => reply.answer);
    expect(answer).toEqual({ ...viewAnswer, output: new Uint8Array(262_144 + 40).fill(4) });
  });

  test("carry the refusal of a view", async () => {
    const { asking, serving, peer } = await pair();
    const error = { code: "permit-expired", sentence: "The permit has expired." };
    await serving.serve(VIEW_PROTOCOL, () => ({ error }));
    expect(await asking.ask(peer, VIEW_PROTOCOL, viewQuestion)).toEqual({ error });
  });

  test.each([
    ["answer and error at once", { answer: viewAnswer, error: { code: "x", sentence: "y" } }],
    ["a long sentence", { error: { code: "x", sentence: "y".repeat(1_001) } }],
    ["a short tip", { answer: { ...viewAnswer, tip: new Uint8Array(31) } }],
    ["more than an answer", { answer: { ...viewAnswer, more: 1 } }],
  ])("refuse a reply to a view with %s", async (_, reply) => {
    const { asking, serving, peer } = await pair();
    await serving.serve({ ...VIEW_PROTOCOL, types: undefined as never }, () => reply);
    await expect(asking.ask(peer, VIEW_PROTOCOL, viewQuestion)).rejects.toMatchObject({
      code: "peer-message-malformed",
    });
  });

  test("refuse an answer of another form", async () => {
    const { asking, serving, peer } = await pair();
    const liar: StreamProtocol<unknown, { entries: string }> = { ...LOG_PROTOCOL, types: undefined as never };
    await serving.serve(liar, () => ({ entries: "none" }));
    const question = { secretContract: new Uint8Array(20), from: 0 };
    await expect(asking.ask(peer, LOG_PROTOCOL, question)).rejects.toMatchObject({ code: "peer-message-malformed" });
  });

  test("refuse an answer that is too large", async () => {
    const { asking, serving, peer } = await pair();
    const liar = { ...CODE_PROTOCOL, types: undefined as never };
    await serving.serve(liar, () => ({ module: new Uint8Array(5 * 1024 * 1024) }));
    await expect(asking.ask(peer, CODE_PROTOCOL, { codeHash: new Uint8Array(32) })).rejects.toMatchObject({
      code: "peer-message-malformed",
    });
  });

  test("end without an answer when the request is malformed or the protocol is not served", async () => {
    const { asking, serving, peer } = await pair();
    await serving.serve(CODE_PROTOCOL, () => ({ module: null }));
    const question = { codeHash: encode("short") };
    await expect(asking.ask(peer, CODE_PROTOCOL, question)).rejects.toMatchObject({ code: "peer-unanswering" });
    await expect(asking.ask(peer, LOG_PROTOCOL, { secretContract: new Uint8Array(20), from: 0 })).rejects.toMatchObject(
      { code: "peer-unanswering" },
    );
  });

  test("are tried with every peer until one has the answer", async () => {
    const empty = await start(1);
    const full = await start(2);
    await empty.serve(CODE_PROTOCOL, () => ({ module: null }));
    await full.serve(CODE_PROTOCOL, () => ({ module: new Uint8Array([1]) }));
    const asking = await start(3);
    await asking.dial([...empty.addresses, ...full.addresses]);
    const found = await asking.askAny(
      CODE_PROTOCOL,
      { codeHash: new Uint8Array(32) },
      ({ module }) => module ?? undefined,
    );
    expect(found).toEqual(new Uint8Array([1]));
    expect(await asking.askAny(CODE_PROTOCOL, { codeHash: new Uint8Array(32) }, () => undefined)).toBeUndefined();
  });
});

test("a port that is taken is reported as such", async () => {
  const first = await start(1);
  const taken = String(first.addresses[0]).replace(/\/p2p\/.*/, "");
  await expect(start(2, { listen: [taken] })).rejects.toMatchObject({ code: "port-in-use" });
});

test("a node knows where it listened when it has stopped, so that it can be started there again", async () => {
  const node = await start(1);
  const addresses = node.addresses;
  expect(addresses).toHaveLength(1);
  await node.stop();
  expect(node.addresses).toEqual(addresses);
});

test("a peer that was not up when it was dialled is dialled again", async () => {
  const first = await start(1);
  const addresses = first.addresses;
  await first.stop();
  const dialling = await start(2);
  await dialling.dial(addresses);
  expect(dialling.peerCount).toBe(0);
  await start(1, { listen: addresses.map((address) => address.replace(/\/p2p\/.*/, "")) });
  expect(String(await peerOf(dialling))).toBe(first.peerId);
});

test("a node that restarts finds its peers again without a bootstrap node", async () => {
  const folder = await mkdtemp(join(tmpdir(), "enigma-peers-"));
  const knownPeers = () => new KnownPeers(join(folder, "peers.json"));
  const stays = await start(1);
  const leaves = await start(2, { bootstrap: stays.addresses, knownPeers: knownPeers() });
  await peerOf(leaves);
  await leaves.stop();
  const returned = await start(2, { knownPeers: knownPeers() });
  expect(String(await peerOf(returned))).toBe(stays.peerId);
  await rm(folder, { recursive: true });
});
