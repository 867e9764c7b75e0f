import type { NetworkSummary } from "../network/network-summary.ts";

/** A running network as JSON tells it. */
export function networkJson(network: NetworkSummary): object {
  return {
    chainId: network.chainId,
    rpcUrls: { blockchain: network.chainUrl, principal: network.principalUrl, workers: network.rpcUrls },
    peerAddresses: network.peerAddresses,
    enigma: network.enigma,
    token: network.token,
    epoch: network.epoch,
    workers: network.workers,
  };
}
