import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { multiaddr } from "@multiformats/multiaddr";
import { DEV_ACCOUNTS, devAccounts } from "../ethereum/dev-accounts.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, address, type Hex } from "../protocol/hex.ts";
import { parseHost, parseUrl } from "./option-values.ts";

/** What `enigma worker` was asked for. */
export interface WorkerCommandOptions {
  readonly chain: string;
  readonly principal: string;
  readonly peers: readonly string[];
  readonly account: WorkerAccount;
  readonly enigma: Address | undefined;
  readonly data: string | undefined;
  readonly listen: string | undefined;
  readonly names: readonly string[];
  readonly port: number;
  readonly peerPort: number;
  readonly json: boolean;
}

/** Whose account it is: a development account, whose key everybody knows, or one whose key lies in a file. */
export type WorkerAccount = { readonly index: number } | { readonly keyFile: string };

export const workerHelp = `Usage: npm run enigma -- worker --chain URL --principal URL --peer MULTIADDR (--account N | --key-file FILE) [options]

Runs one worker that joins a network elsewhere: it has its enclave admitted by the principal, registers, stakes and
logs in. From the next epoch on tasks can be its own. It stays up until it is stopped; its next start goes on.

Options:
  --chain URL        JSON-RPC of the network's blockchain
  --principal URL    JSON-RPC of the network's principal node
  --peer MULTIADDR   a worker of the network (can be given several times); it tells of the others
  --account N        development account 0 to ${DEV_ACCOUNTS - 1}; a local network of W workers uses 10 to ${10}+W itself
  --key-file FILE    file with the private key of the worker's account, in hex
  --enigma ADDRESS   the Enigma contract (default: where local networks have it)
  --data DIR         keep the worker's data in DIR and resume from it (default: a fresh temporary folder)
  --listen HOST      IP address where clients and peers reach it; 0.0.0.0: all of this machine (default: loopback)
  --name NAME        a name under which clients reach it (can be given several times)
  --port N           JSON-RPC port (default 3346; 0 takes a free one)
  --peer-port N      port for peers (default 0: a free one)
  --json             one JSON object on standard output once it is logged in, progress on standard error
  --help             this text

The enclave is simulated: for development, not for secrets.
`;

/**
 * Options of `enigma worker` from its command line; undefined where its help is asked for.
 * @throws EnigmaError `cli-usage`
 */
export function parseWorkerOptions(argv: readonly string[]): WorkerCommandOptions | undefined {
  const values = parseValues(argv);
  if (values.help === true) return undefined;
  return {
    chain: parseUrl("--chain", required("--chain", values.chain)),
    principal: parseUrl("--principal", required("--principal", values.principal)),
    peers: required("--peer", values.peer).map(parsePeer),
    account: parseAccount(values.account, values["key-file"]),
    enigma: values.enigma === undefined ? undefined : parseAddress(values.enigma),
    data: values.data,
    listen: values.listen === undefined ? undefined : parseHost("--listen", values.listen),
    names: values.name ?? [],
    port: parsePort("--port", values.port ?? "3346"),
    peerPort: parsePort("--peer-port", values["peer-port"] ?? "0"),
    json: values.json ?? false,
  };
}

/** The account's private key. @throws EnigmaError `cli-usage` where the file holds none; its content is never shown */
export async function privateKeyOf(account: WorkerAccount): Promise<Hex> {
  if ("index" in account) return devAccounts()[account.index]?.privateKey as Hex;
  const text = await readFile(account.keyFile, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw usage(`--key-file cannot be read (${cause.code})`);
  });
  const [, digits] = /^\s*(?:0x)?([0-9a-fA-F]{64})\s*$/.exec(text) ?? [];
  if (digits === undefined) throw usage("--key-file holds no private key: 64 hex digits");
  return `0x${digits}` as Hex;
}

function parseValues(argv: readonly string[]) {
  try {
    const text = { type: "string" } as const;
    const texts = { type: "string", multiple: true } as const;
    return parseArgs({
      ...{ args: [...argv], allowPositionals: false },
      options: {
        ...{ chain: text, principal: text, peer: texts, account: text, "key-file": text, enigma: text, data: text },
        ...{ listen: text, name: texts, port: text, "peer-port": text },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (cause) {
    throw new EnigmaError("cli-usage", { detail: (cause as Error).message, cause });
  }
}

function required<T>(name: string, value: T | undefined): T {
  if (value === undefined) throw usage(`${name} is missing`);
  return value;
}

function parsePeer(text: string): string {
  try {
    return multiaddr(text).toString();
  } catch {
    throw usage(`--peer takes a multiaddr as /ip4/10.0.0.7/tcp/4001/p2p/12D3…, not "${text}"`);
  }
}

function parseAccount(index: string | undefined, keyFile: string | undefined): WorkerAccount {
  if ((index === undefined) === (keyFile === undefined)) throw usage("it takes either --account or --key-file");
  if (keyFile !== undefined) return { keyFile };
  const number = Number(index);
  if (!/^\d+$/.test(index ?? "") || number >= DEV_ACCOUNTS) throw usage(`--account takes 0 to ${DEV_ACCOUNTS - 1}`);
  return { index: number };
}

function parseAddress(text: string): Address {
  try {
    return address(text);
  } catch {
    throw usage(`--enigma takes an address, not "${text}"`);
  }
}

function parsePort(name: string, text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw usage(`${name} takes 0 to 65535, not "${text}"`);
  return port;
}

function usage(detail: string): EnigmaError {
  return new EnigmaError("cli-usage", { detail });
}
