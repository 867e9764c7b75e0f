import { afterEach, expect, test } from "vitest";
import { P2pNode, type P2pOptions } from "../../host/p2p/p2p-node.ts";
import { isPeerAddress } from "../../host/p2p/peer-exchange.ts";
import { peerKeyFromSeed } from "../../host/p2p/peer-identity.ts";
import { VIEW_PROTOCOL } from "../../host/p2p/stream-protocol.ts";
import { systemClock } from "../../host/protocol/clock.ts";
import { silentLogger } from "../../host/protocol/logger.ts";

const PEER = "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5";
const running: P2pNode[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((node) => node.stop()));
});

async function start(seed: number, options: Partial<P2pOptions> = {}): Promise<P2pNode> {
  const node = await P2pNode.start({
    privateKey: await peerKeyFromSeed(new Uint8Array(32).fill(seed)),
    ...{ listen: ["/ip4/127.0.0.1/tcp/0"], bootstrap: [], topicPrefix: "enigma/31337/0xe1" },
    handlers: { onTask: async () => "accept", onResult: async () => "accept" },
    ...{ clock: systemClock, log: silentLogger },
    ...options,
  });
  running.push(node);
  return node;
}

const question = {
  ...{ account: new Uint8Array(20), secretContract: new Uint8Array(20), epoch: 1, input: new Uint8Array() },
  ...{ responseKey: new Uint8Array(32), expiryBlock: 1, requestId: new Uint8Array(32), permit: new Uint8Array(65) },
};

test("peers that were given the same peer find each other", async () => {
  const middle = await start(1);
  const others = [await start(2, { bootstrap: middle.addresses }), await start(3, { bootstrap: middle.addresses })];
  await expect.poll(() => others.map(({ peerCount }) => peerCount)).toEqual([2, 2]);
});

test("nine nodes that were given the same one all come to be connected, at once", async () => {
  const first = await start(1);
  const others = await Promise.all(
    Array.from({ length: 8 }, (_, index) => start(index + 2, { bootstrap: first.addresses })),
  );
  await expect.poll(() => others.map(({ peerCount }) => peerCount), { timeout: 20_000 }).toEqual(others.map(() => 8));
});

test("a view reaches the selected worker from a gateway that was told of it only by a third", async () => {
  const middle = await start(1);
  await middle.serve(VIEW_PROTOCOL, () => ({}));
  const selected = await start(2, { bootstrap: middle.addresses });
  const error = { code: "permit-expired", sentence: "The permit has expired." };
  await selected.serve(VIEW_PROTOCOL, () => ({ error }));
  const gateway = await start(3, { bootstrap: middle.addresses });
  await expect.poll(() => gateway.askAny(VIEW_PROTOCOL, question, (reply) => reply.error)).toEqual(error);
});

test.each([
  ["an IP address, a TCP port and a peer's key", `/ip4/10.0.0.7/tcp/4001/p2p/${PEER}`, true],
  ["an IPv6 address", `/ip6/::1/tcp/4001/p2p/${PEER}`, true],
  ["no key", "/ip4/10.0.0.7/tcp/4001", false],
  ["a key that is none", "/ip4/10.0.0.7/tcp/4001/p2p/x", false],
  ["a name that would have to be looked up", `/dns4/internal.example/tcp/80/p2p/${PEER}`, false],
  ["another transport", `/ip4/10.0.0.7/udp/4001/p2p/${PEER}`, false],
  ["a URL", "http://127.0.0.1:8545", false],
  ["nothing", "", false],
])("a told address with %s is dialled or not: %s, %s", (_, address, isDialled) => {
  expect(isPeerAddress(address)).toBe(isDialled);
});
