import type { Address, Hash } from "../protocol/hex.ts";
import type { LocalNetwork } from "./local-network.ts";

/** A running network as `--json` and the banner tell it. */
export interface NetworkSummary {
  readonly chainId: number;
  readonly chainUrl: string;
  readonly principalUrl: string;
  /** Of the workers, in order: any of them is a gateway. */
  readonly rpcUrls: readonly string[];
  /** Multiaddrs of the workers, in order: where workers of other machines join. */
  readonly peerAddresses: readonly string[];
  readonly enigma: Address;
  readonly token: Address;
  readonly epoch: number;
  readonly workers: readonly WorkerSummary[];
  /** Funded accounts whose keys everybody knows. */
  readonly accounts: readonly { readonly address: Address; readonly privateKey: string }[];
}

export interface WorkerSummary {
  readonly address: Address;
  readonly signer: Address;
  /** Base units of ENG. */
  readonly stake: bigint;
  readonly mrEnclave: Hash;
}

export async function networkSummary(network: LocalNetwork): Promise<NetworkSummary> {
  const { chain, domain, token, principal, workers, accounts, view } = network;
  const epoch = await view.contract.currentEpoch();
  const registered = await Promise.all(
    workers.map(async (worker) => {
      const { signer, stake } = await view.contract.worker(worker.address);
      return { address: worker.address, signer, stake, mrEnclave: worker.info().mrEnclave };
    }),
  );
  return {
    chainId: Number(chain.chainId),
    chainUrl: chain.url,
    principalUrl: principal.url,
    rpcUrls: workers.map((worker) => worker.url),
    peerAddresses: workers.flatMap((worker) => worker.p2pAddresses),
    enigma: domain.enigma,
    token,
    epoch: Number(epoch.number),
    workers: registered,
    accounts: accounts.users.map(({ address, privateKey }) => ({ address, privateKey })),
  };
}
