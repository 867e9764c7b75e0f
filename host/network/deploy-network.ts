import { deployContracts } from "../ethereum/deploy-contracts.ts";
import { EnigmaAccount } from "../ethereum/enigma-account.ts";
import { EnigmaContract } from "../ethereum/enigma-contract.ts";
import { ENG } from "../ethereum/token-contract.ts";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import type { Address } from "../protocol/hex.ts";
import type { NetworkContext } from "./network-options.ts";
import { transactionSender } from "./transaction-order.ts";

/** What each worker stakes, in base units of ENG. */
export const STAKE = 1_000n * ENG;
/** What each user's account holds on a new network. */
const USER_FUNDS = 100_000n * ENG;

export interface DeployedNetwork {
  readonly domain: EnigmaDomain;
  readonly token: Address;
  /** The account that owns the contracts. */
  readonly owner: EnigmaAccount;
}

/** Deploys the token and the Enigma contract where they are missing, and gives users and workers ENG. */
export async function deployNetwork(context: NetworkContext): Promise<DeployedNetwork> {
  const { connection, accounts, options } = context;
  const deployer = transactionSender(context, accounts.owner);
  const { chainId, enigma, token } = await deployContracts(connection, {
    deployer,
    fund: [
      ...accounts.users.slice(1).map(({ address }) => ({ account: address, amount: USER_FUNDS })),
      // Of all workers that there may be: others than those of this process can join later.
      ...accounts.workers.map(({ address }) => ({ account: address, amount: STAKE })),
    ],
    ...{ settings: options.settings, epochBlocks: options.epochBlocks, taskTimeoutBlocks: options.taskTimeoutBlocks },
  });
  const domain = { chainId, enigma };
  const owner = new EnigmaAccount(deployer, new EnigmaContract(connection, domain));
  return { domain, token, owner };
}
