import { HDNodeWallet } from "ethers";
import { type Address, address, type Hex } from "../protocol/hex.ts";

/** The phrase that anvil and Hardhat fund by default. Everybody knows it: for development only. */
export const DEV_MNEMONIC = "test test test test test test test test test test test junk";

/** How many accounts of the phrase the dev chain funds. */
export const DEV_ACCOUNTS = 20;

/** An account whose key everybody knows. */
export interface DevAccount {
  readonly address: Address;
  readonly privateKey: Hex;
}

/** The first `count` accounts of the well-known phrase, at m/44'/60'/0'/0/index. */
export function devAccounts(count: number = DEV_ACCOUNTS): DevAccount[] {
  const parent = HDNodeWallet.fromPhrase(DEV_MNEMONIC, "", "m/44'/60'/0'/0");
  return Array.from({ length: count }, (_, index) => {
    const wallet = parent.deriveChild(index);
    return { address: address(wallet.address), privateKey: wallet.privateKey as Hex };
  });
}
