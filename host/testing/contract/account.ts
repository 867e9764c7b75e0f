/** Who calls contracts in a test. */
import type { Address } from "../../protocol/hex.ts";

/** An account that a test bed can call contracts from. Beds may keep more of it, such as a signer. */
export interface Account {
  readonly address: Address;
  /** Such as `alice`; undefined for an impersonated address. */
  readonly name: string | undefined;
}

/** Names of the development accounts 1 to 9, as the command line's. */
export const ACCOUNT_NAMES = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan"] as const;
export type AccountName = (typeof ACCOUNT_NAMES)[number];

/** The accounts of a bed, in order and by name. */
export type Accounts<A extends Account = Account> = readonly [A, A, A, A, A, A, A, A, A] & {
  readonly [N in AccountName]: A;
};

/** Puts nine accounts, in the order of `ACCOUNT_NAMES`, under their names. @throws RangeError for another number of them */
export function namedAccounts<A extends Account>(accounts: readonly A[]): Accounts<A> {
  if (accounts.length !== ACCOUNT_NAMES.length) throw new RangeError("a test bed has nine accounts");
  const named = Object.fromEntries(ACCOUNT_NAMES.map((name, index) => [name, accounts[index]]));
  return Object.freeze(Object.assign([...accounts], named)) as unknown as Accounts<A>;
}
