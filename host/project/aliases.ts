/** Names for deployed contracts, kept for each network in `.enigma/aliases.json` of a project. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, address, type Hash, hash } from "../protocol/hex.ts";
import { writeFileAtomically } from "./write-file.ts";

const FORMAT = "enigma-aliases/1";

/** As names of accounts: they are typed in the same places. */
const NAME = /^[A-Za-z][\w-]*$/;

/** A contract that was deployed from this project. */
export interface Alias {
  readonly address: Address;
  /** The artifact that explains it. */
  readonly artifact: string;
  readonly codeHash: Hash;
}

type NetworkAliases = Readonly<Record<string, Alias>>;

/** Whether a text can be an alias. */
export function isAliasName(text: string): boolean {
  return NAME.test(text);
}

/** The file of a project. */
export function aliasFile(root: string): string {
  return path.join(root, ".enigma", "aliases.json");
}

/** Aliases of a network, by name; none where nothing was deployed. @throws `aliases-invalid` */
export function readAliases(root: string, network: string): NetworkAliases {
  return readAll(root)[network] ?? {};
}

/** Gives a contract a name, in place of another that had it. @throws `aliases-invalid`, `disk-full`; the old file stays then */
export async function writeAlias(root: string, network: string, name: string, alias: Alias): Promise<void> {
  const all = readAll(root);
  const networks = { ...all, [network]: { ...all[network], [name]: alias } };
  await writeFileAtomically(aliasFile(root), `${JSON.stringify({ format: FORMAT, networks }, null, 2)}\n`);
}

function readAll(root: string): Readonly<Record<string, NetworkAliases>> {
  const file = aliasFile(root);
  const text = textOf(file);
  if (text === undefined) return {};
  try {
    return parseAliases(JSON.parse(text));
  } catch (cause) {
    throw new EnigmaError("aliases-invalid", { data: { file }, cause });
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function parseAliases(value: { format?: unknown; networks?: object }): Record<string, NetworkAliases> {
  if (value.format !== FORMAT) throw new TypeError("another format");
  const networks = Object.entries(value.networks ?? {}) as [string, object][];
  return Object.fromEntries(networks.map(([network, aliases]) => [network, parseNetwork(aliases)]));
}

function parseNetwork(aliases: object): NetworkAliases {
  const entries = Object.entries(aliases) as [string, Readonly<Record<keyof Alias, string>>][];
  return Object.fromEntries(
    entries.map(([name, { address: at, artifact, codeHash }]) => {
      if (!isAliasName(name) || typeof artifact !== "string") throw new TypeError("no alias");
      return [name, { address: address(at), artifact, codeHash: hash(codeHash) }];
    }),
  );
}
