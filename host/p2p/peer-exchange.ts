/**
 * Workers tell each other where the others are, so that each comes to know all, whichever of them it was given: a view goes
 * from its gateway to the selected worker without going through a third.
 *
 * A peer may tell any address; all that it can make happen is a few attempts to connect, which end at once where no
 * libp2p node with the named key answers.
 */

import type { Libp2p, PeerId } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import type { Logger } from "../protocol/logger.ts";
import type { P2pNode } from "./p2p-node.ts";
import { MAX_ADDRESSES, PEERS_PROTOCOL } from "./stream-protocol.ts";

/** Answers peers, and asks each peer that is new. `node` must not have started. */
export async function exchangePeers(node: P2pNode, libp2p: Libp2p, log: Logger): Promise<void> {
  await node.serve(PEERS_PROTOCOL, async () => ({ addresses: await addressesOf(libp2p) }));
  libp2p.addEventListener("peer:identify", ({ detail: { peerId, protocols } }) => {
    if (!protocols.includes(PEERS_PROTOCOL.name)) return;
    askForPeers(node, peerId).catch((error: unknown) => {
      log.info("peers-not-told", { peer: peerId.toString(), reason: String(error) });
    });
  });
}

async function askForPeers(node: P2pNode, peer: PeerId): Promise<void> {
  const { addresses } = await node.ask(peer, PEERS_PROTOCOL, {});
  await node.dialOnce(addresses.filter(isPeerAddress));
}

/** Where the connected peers listen, as they have said themselves. */
async function addressesOf(libp2p: Libp2p): Promise<string[]> {
  const peers = await Promise.all(libp2p.getPeers().map((peer) => libp2p.peerStore.get(peer)));
  const addresses = peers.flatMap(({ id, addresses: known }) => known.map((each) => named(each.multiaddr, id)));
  return addresses.slice(0, MAX_ADDRESSES);
}

function named(address: Multiaddr, peer: PeerId): string {
  const text = address.toString();
  return /\/p2p\/[^/]+$/.test(text) ? text : `${text}/p2p/${peer.toString()}`;
}

/** Says whether a text is the address of a peer that can be dialled: IP, TCP port, and the peer's key. */
export function isPeerAddress(text: string): boolean {
  const [, key] = /^\/ip[46]\/[^/]+\/tcp\/\d+\/p2p\/([^/]+)$/.exec(text) ?? [];
  if (key === undefined) return false;
  try {
    multiaddr(text);
    peerIdFromString(key);
    return true;
  } catch {
    return false; // it only looks like one
  }
}
