import { JsonRpcSigner, type Signer, Wallet } from "ethers";
import type { LocalNetwork } from "../../network/local-network.ts";
import type { Address } from "../../protocol/hex.ts";
import { ACCOUNT_NAMES, type Account, type Accounts, namedAccounts } from "../contract/account.ts";
import type { EthereumProvider } from "./ethereum-provider.ts";

/** An account of a test network: calls secret contracts, and signs for contracts on Ethereum. */
export interface NetworkAccount extends Account {
  /** An ethers signer on the network's Ethereum. */
  readonly signer: Signer;
  /** Whether somebody holds its key: an impersonated address can send transactions, but sign nothing else. */
  readonly hasKey: boolean;
}

/** The nine development accounts. */
export function accountsOf({ accounts }: LocalNetwork, provider: EthereumProvider): Accounts<NetworkAccount> {
  return namedAccounts(
    ACCOUNT_NAMES.map((name, index): NetworkAccount => {
      // The first user is the owner of the network's contracts.
      const user = accounts.users[index + 1];
      if (user === undefined) throw new RangeError(`there is no account for ${name}`);
      return { address: user.address, name, signer: new Wallet(user.privateKey, provider), hasKey: true };
    }),
  );
}

/** An address for which the chain takes transactions without a signature. */
export function impersonatedAccount(address: Address, provider: EthereumProvider): NetworkAccount {
  return { address, name: undefined, signer: new JsonRpcSigner(provider, address), hasKey: false };
}
