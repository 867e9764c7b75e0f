import { JsonRpcProvider } from "ethers";
import type { NetworkChain } from "../../network/network-chain.ts";

/** How often ethers looks for news, in milliseconds: blocks come with the transactions. */
const POLLING_MS = 20;

/**
 * An ethers provider on a test network's chain: asks at once, without gathering calls, and remembers no answers, since a test may
 * take the chain back between two of them.
 */
export class EthereumProvider extends JsonRpcProvider {
  constructor({ url, chainId }: Pick<NetworkChain, "url" | "chainId">) {
    super(url, Number(chainId), {
      ...{ staticNetwork: true, batchMaxCount: 1, batchStallTime: 0, cacheTimeout: -1 },
      pollingInterval: POLLING_MS,
    });
  }
}
