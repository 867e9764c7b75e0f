/** `enigma accounts`. */

import type { JsonRpcProvider } from "ethers";
import { formatUnits } from "ethers";
import { Gateway } from "../client/gateway.ts";
import { namedAccounts } from "../project/accounts.ts";
import { readAliases } from "../project/aliases.ts";
import { isEnigmaError } from "../protocol/errors/enigma-error.ts";
import type { CommandResult } from "./command.ts";
import { EnigmaFacts } from "./enigma-facts.ts";
import { ethereumProvider, findNetwork, type NetworkPlace, networkAccount, reached } from "./network-session.ts";
import type { Output } from "./output.ts";

interface ShownAccount {
  readonly name: string;
  readonly address: string | null;
  /** Why there is no address: the variable that is not set. */
  readonly variable?: unknown;
  readonly isDevelopment: boolean;
  /** Wei. */
  readonly eth?: bigint;
  /** Base units of ENG in the wallet, and deposited in the Enigma contract. */
  readonly eng?: bigint;
  readonly deposited?: bigint;
}

/** Accounts with their balances; where the network does not answer, without them. */
export async function listAccounts(
  cwd: string,
  network: string | undefined,
  env: NodeJS.ProcessEnv,
  out: Output,
): Promise<CommandResult> {
  const place = await findNetwork(cwd, network);
  const accounts = namedAccounts(place.project, place.network).map((account) => withAddress(account, env));
  const funded = await out.during("asking for balances", () => balances(place, accounts));
  const rows = (funded ?? accounts).map((account) => [
    account.name,
    account.address ?? `the variable ${account.variable} is not set`,
    ...(account.eth === undefined ? [] : [amount(account.eth), amount(account.eng), amount(account.deposited)]),
  ]);
  const head = ["NAME", "ADDRESS", ...(funded === undefined ? [] : ["ETH", "ENG", "ENG DEPOSITED"])];
  const note =
    funded === undefined ? [out.style.yellow(`The network ${place.network} does not answer: no balances.`)] : [];
  return {
    json: { network: place.network, isRunning: funded !== undefined, accounts: funded ?? accounts },
    text: [...aligned([head, ...rows], out), ...note].join("\n"),
  };
}

/** Names of deployed contracts. */
export async function listAliases(cwd: string, network: string | undefined, out: Output): Promise<CommandResult> {
  const place = await findNetwork(cwd, network);
  const aliases = Object.entries(readAliases(place.project.root, place.network));
  const rows = aliases.map(([name, { address, artifact, codeHash }]) => [name, address, artifact, codeHash]);
  return {
    json: { network: place.network, aliases: Object.fromEntries(aliases) },
    text:
      rows.length === 0
        ? `nothing was deployed on the network ${place.network} from here`
        : aligned([["NAME", "ADDRESS", "CONTRACT", "CODE HASH"], ...rows], out).join("\n"),
  };
}

function withAddress(account: Parameters<typeof networkAccount>[0], env: NodeJS.ProcessEnv): ShownAccount {
  try {
    const { name, address, isDevelopment } = networkAccount(account, env);
    return { name, address, isDevelopment };
  } catch (error) {
    if (!isEnigmaError(error, "config-variable-missing")) throw error;
    return { name: account.name, address: null, variable: error.data.variable, isDevelopment: false };
  }
}

async function balances(place: NetworkPlace, accounts: readonly ShownAccount[]): Promise<ShownAccount[] | undefined> {
  try {
    const info = await reached(place, new Gateway(place.rpc, globalThis.fetch).info());
    const provider = ethereumProvider(place);
    try {
      const facts = new EnigmaFacts(info.enigma, provider);
      return await Promise.all(accounts.map((account) => withBalances(account, facts, provider)));
    } finally {
      provider.destroy();
    }
  } catch (error) {
    if (isEnigmaError(error, "network-unreachable")) return undefined;
    throw error;
  }
}

async function withBalances(
  account: ShownAccount,
  facts: EnigmaFacts,
  provider: JsonRpcProvider,
): Promise<ShownAccount> {
  const { address } = account;
  if (address === null) return account;
  const [eth, eng, deposited] = await Promise.all([
    provider.getBalance(address),
    facts.walletOf(address),
    facts.balanceOf(address),
  ]);
  return { ...account, eth, eng, deposited };
}

/** An amount with four decimals at most, rounded down. */
function amount(value: bigint | undefined): string {
  const [whole = "0", fraction = ""] = formatUnits(value ?? 0n).split(".");
  const shown = fraction.slice(0, 4).replace(/0+$/, "");
  return `${BigInt(whole).toLocaleString("en-US")}${shown === "" ? "" : `.${shown}`}`;
}

function aligned([head = [], ...rows]: readonly (readonly string[])[], { style }: Output): string[] {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [style.dim(line(head)), ...rows.map(line)];
}
