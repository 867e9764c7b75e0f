/**
 * How gossipsub is set up: our topics only, strict signatures, and a score that falls for invalid messages alone.
 *
 * The default score also punishes several peers on one IP address and slow deliveries; the first is the normal case of a
 * local network, the second depends on the machine's load, so both weights are zero.
 */

import { type GossipsubOpts, StrictSign } from "@libp2p/gossipsub";
import { createPeerScoreParams, createTopicScoreParams } from "@libp2p/gossipsub/score";

/** Score lost for each invalid message; squared by the router, so the fourth one cuts a peer off. */
const INVALID_MESSAGE_WEIGHT = -10;
const GRAYLIST_THRESHOLD = -100;
/** How soon new peers join the mesh; messages themselves never wait for it. */
const HEARTBEAT_MS = 250;

/** The options of gossipsub for a node that takes part in `topics`. */
export function gossipSettings(topics: readonly string[], maxMessageBytes: number): Partial<GossipsubOpts> {
  const topicParams = createTopicScoreParams({
    topicWeight: 1,
    timeInMeshWeight: 0,
    firstMessageDeliveriesWeight: 0,
    meshMessageDeliveriesWeight: 0,
    meshFailurePenaltyWeight: 0,
    invalidMessageDeliveriesWeight: INVALID_MESSAGE_WEIGHT,
    invalidMessageDeliveriesDecay: 0.9,
  });
  return {
    globalSignaturePolicy: StrictSign,
    allowedTopics: [...topics],
    allowPublishToZeroTopicPeers: true,
    emitSelf: false,
    heartbeatInterval: HEARTBEAT_MS,
    mcacheLength: 20,
    mcacheGossip: 12,
    fallbackToFloodsub: false,
    doPX: false,
    maxInboundDataLength: 4 * maxMessageBytes,
    maxOutboundBufferSize: 64 * maxMessageBytes,
    maxTopicBytesPerPeer: 64 * 1024,
    scoreParams: createPeerScoreParams({
      topics: Object.fromEntries(topics.map((topic) => [topic, topicParams])),
      IPColocationFactorWeight: 0,
    }),
    scoreThresholds: { gossipThreshold: -20, publishThreshold: -50, graylistThreshold: GRAYLIST_THRESHOLD },
  };
}
