/** Accounts by name: those of the configuration, those of a network alone, and the development accounts. */
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Hex } from "../protocol/hex.ts";
import { isConfigVariable, readConfigVariable } from "./config-variable.ts";
import type { AccountSource } from "./define-config.ts";
import type { Project } from "./project.ts";
import { didYouMean } from "./suggestion.ts";

/** Names of the development accounts 1 to 9, whose keys everybody knows; account 0 owns the network's contracts. */
export const DEVELOPMENT_NAMES = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan"] as const;

/** An account with the name that it was asked for by. */
export interface NamedAccount {
  readonly name: string;
  /** Where its key comes from: the index of a development account, a key, or a variable of the environment. */
  readonly source: AccountSource;
}

/** A key, or the index of the development account whose key everybody knows. */
export type AccountKey = { readonly index: number } | { readonly privateKey: Hex };

const INDEX = /^\d{1,2}$/;
const DEVELOPMENT_ACCOUNTS = 20;

/** All accounts that have a name on a network. */
export function namedAccounts(project: Project, network: string): NamedAccount[] {
  const all = { ...project.accounts, ...project.networks[network]?.accounts };
  return Object.entries(all).map(([name, source]) => ({ name, source }));
}

/**
 * An account by its name or by the index of a development account.
 * @throws `account-unknown` with a suggestion
 */
export function findAccount(project: Project, network: string, given: string): NamedAccount {
  if (INDEX.test(given) && Number(given) < DEVELOPMENT_ACCOUNTS) return { name: given, source: Number(given) };
  const accounts = namedAccounts(project, network);
  const found = accounts.find(({ name }) => name === given);
  if (found !== undefined) return found;
  const names = accounts.map(({ name }) => name);
  const isKey = /^(0x)?[0-9a-fA-F]{64}$/.test(given);
  const account = isKey ? "that looks like a private key" : `"${given}"`;
  throw new EnigmaError("account-unknown", {
    data: { account, names },
    detail: isKey ? undefined : didYouMean(given, names).trim() || undefined,
  });
}

/** The key of an account. @throws `config-variable-missing`, `config-variable-invalid` for a variable that holds no key */
export function accountKey({ source }: NamedAccount, environment: NodeJS.ProcessEnv): AccountKey {
  if (typeof source === "number") return { index: source };
  if (!isConfigVariable(source)) return { privateKey: source };
  const [, digits] = /^\s*(?:0x)?([0-9a-fA-F]{64})\s*$/.exec(readConfigVariable(source, environment)) ?? [];
  if (digits === undefined) throw new EnigmaError("config-variable-invalid", { data: { variable: source.variable } });
  return { privateKey: `0x${digits}` };
}
