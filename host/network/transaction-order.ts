import type { DevAccount } from "../ethereum/dev-accounts.ts";
import { TransactionSender } from "../ethereum/transaction-sender.ts";
import type { NetworkContext } from "./network-options.ts";

/** Sends an account's transactions; in a seeded network one at a time, so that each stands in a block of its own. */
export function transactionSender({ connection, randomness }: NetworkContext, account: DevAccount): TransactionSender {
  return new TransactionSender(connection, account.privateKey, randomness.seeded ? { maxTogether: 1 } : {});
}
