/** Names of the development accounts 1 to 9, whose keys everybody knows; account 0 owns the network's contracts. */
export const DEVELOPMENT_NAMES = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan"] as const;
