import type { NetworkSummary } from "../network/network-summary.ts";
import { DEVELOPMENT_NAMES } from "../project/accounts.ts";
import type { Style } from "./style.ts";

/** What every command that starts an enclave says of it. */
export const SIMULATED =
  "SIMULATED ENCLAVE: for development, not for secrets. It protects nothing from the owner of this machine.";

/**
 * What users of a development chain expect to be told of it.
 * @param contracts deployed already, name and address
 */
export function networkBanner(
  network: NetworkSummary,
  style: Style,
  contracts: readonly (readonly [name: string, address: string])[] = [],
): string {
  const { accounts, workers, rpcUrls } = network;
  const row = (title: string, text: string) => `${title.padEnd(13)} ${text}`;
  return [
    style.yellow(SIMULATED),
    "",
    "Available accounts (10,000 ETH and ENG each; everybody knows their keys)",
    ...accounts.map(({ address, privateKey }, index) => {
      const name = DEVELOPMENT_NAMES[index - 1] ?? "";
      return `  (${index}) ${name.padEnd(6)} ${address}  ${style.dim(privateKey)}`;
    }),
    "",
    row("Chain id", String(network.chainId)),
    row("Blockchain", network.chainUrl),
    row("Principal", network.principalUrl),
    ...rpcUrls.map((url, index) => row(`Worker ${index + 1}`, `${url}  ${workers[index]?.address ?? ""}`)),
    ...network.peerAddresses.slice(0, 1).map((address) => row("Peers", address)),
    "",
    row("Enigma", network.enigma),
    row("ENG token", network.token),
    row("Epoch", String(network.epoch)),
    ...contracts.map(([name, address]) => row(name, address)),
    "",
  ].join("\n");
}
