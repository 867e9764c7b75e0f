import { type DevAccount, devAccounts } from "../ethereum/dev-accounts.ts";

/** Which of the well-known development accounts serves whom. */
export interface NetworkAccounts {
  /** Owns the contracts and all ENG that nobody else got. */
  readonly owner: DevAccount;
  /** Funded accounts for users: the first of them is the owner's. */
  readonly users: readonly DevAccount[];
  readonly principal: DevAccount;
  readonly workers: readonly DevAccount[];
}

export const MAX_WORKERS = 9;
const USERS = 10;

/** Accounts 0 to 9 are the users', 10 is the principal node's, 11 and up are the workers'. */
export function networkAccounts(): NetworkAccounts {
  const accounts = devAccounts(USERS + 1 + MAX_WORKERS);
  const [owner, principal] = [accounts[0], accounts[USERS]];
  if (owner === undefined || principal === undefined) throw new RangeError("too few development accounts");
  return { owner, users: accounts.slice(0, USERS), principal, workers: accounts.slice(USERS + 1) };
}
