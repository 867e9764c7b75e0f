import type { NetworkSummary } from "../network/network-summary.ts";
import type { Shown } from "./start-json.ts";

/** What users of a development chain expect to be told of it. */
export function networkBanner(network: NetworkSummary, { ethereumCall, tasks }: Shown): string {
  const { accounts, workers, rpcUrls } = network;
  return [
    "SIMULATED ENCLAVE: for development, not for secrets. It protects nothing from the owner of this machine.",
    "",
    "Available accounts (10,000 ETH and ENG each; everybody knows their keys)",
    ...accounts.map(({ address, privateKey }, index) => `  (${index}) ${address}  ${privateKey}`),
    "",
    `Chain id      ${network.chainId}`,
    `Blockchain    ${network.chainUrl}`,
    `Principal     ${network.principalUrl}`,
    ...rpcUrls.map((url, index) => `Worker ${index + 1}      ${url}  ${workers[index]?.address ?? ""}`),
    ...network.peerAddresses.slice(0, 1).map((address) => `Peers         ${address}`),
    "",
    `Enigma        ${network.enigma}`,
    `ENG token     ${network.token}`,
    `Epoch         ${network.epoch}`,
    `millionaires  ${tasks[0]?.task.record.secretContract ?? ""}`,
    `voting        ${ethereumCall.secretContract}`,
    "",
  ].join("\n");
}
