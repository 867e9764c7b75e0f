/** What stands at hand in the console. */
import { inspect } from "node:util";
import { type InterfaceAbi, Wallet } from "ethers";
import { Enigma, type UntypedSecretContract } from "../../client/index.ts";
import { findAccount, namedAccounts } from "../../project/accounts.ts";
import { readArtifact } from "../../project/artifact.ts";
import { isEnigmaError } from "../../protocol/errors/enigma-error.ts";
import { type NetworkSession, networkAccount } from "../network-session.ts";

/** One account's view of the network. */
export interface ConsoleUser {
  readonly account: { readonly name: string; readonly address: string };
  readonly enigma: Enigma;
  /** Deployed contracts by their aliases. */
  readonly contracts: Readonly<Record<string, UntypedSecretContract>>;
}

export interface ConsoleContext extends ConsoleUser {
  readonly network: string;
  /** Addresses by the names of accounts. */
  readonly accounts: Readonly<Record<string, string>>;
  /** The same for another account. */
  readonly as: (account: string) => Promise<ConsoleUser>;
  /** ENG from the account's wallet to its balance, in base units. */
  readonly deposit: (amount: bigint) => Promise<unknown>;
}

/** @param onConnect is given every further client, to be closed at the end */
export function consoleContext(
  session: NetworkSession,
  env: NodeJS.ProcessEnv,
  onConnect: (enigma: Enigma) => void,
): ConsoleContext {
  const { place, account, enigma, provider } = session;
  const accounts = Object.fromEntries(
    namedAccounts(place.project, place.network).flatMap((named) => {
      try {
        return [[named.name, networkAccount(named, env).address]];
      } catch (error) {
        // It cannot be used as long as its variable is not set.
        if (!isEnigmaError(error, "config-variable-missing")) throw error;
        return [];
      }
    }),
  );
  const as = async (name: string): Promise<ConsoleUser> => {
    const { privateKey, address } = networkAccount(findAccount(place.project, place.network, name), env);
    const other = await Enigma.connect({ rpc: place.rpc, signer: new Wallet(privateKey, provider) });
    onConnect(other);
    return { account: { name, address }, enigma: other, contracts: contractsOf(session, other) };
  };
  return {
    ...{ network: place.network, account: { name: account.name, address: account.address }, accounts },
    ...{ enigma, contracts: contractsOf(session, enigma), as, deposit: (amount) => enigma.deposit(amount) },
  };
}

/** Aliases whose artifact is there. */
function contractsOf({ aliases, place }: NetworkSession, enigma: Enigma): Record<string, UntypedSecretContract> {
  return Object.fromEntries(
    Object.entries(aliases).flatMap(([name, { address, artifact }]) => {
      try {
        const { abi } = readArtifact(place.project.artifacts, artifact);
        return [[name, enigma.contract(address, abi as InterfaceAbi) as UntypedSecretContract]];
      } catch (error) {
        // Without its artifact nobody knows its functions.
        if (!isEnigmaError(error, "artifact-missing")) throw error;
        return [];
      }
    }),
  );
}

/** A value as the console shows it. */
export function shownValue(value: unknown): string {
  return inspect(value, { depth: 4 });
}
