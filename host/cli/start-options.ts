import { parseArgs } from "node:util";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { parseHost, parseUrl } from "./option-values.ts";

/** What `npm start` was asked for. */
export interface StartOptions {
  /** Leave after the last answer. */
  readonly once: boolean;
  /** One JSON object on standard output, nothing else there. */
  readonly json: boolean;
  readonly help: boolean;
  /** Number of worker nodes, 1 to 9. */
  readonly workers: number;
  /** Folder of the network's data; a fresh temporary one where absent. */
  readonly data: string | undefined;
  /** 32 bytes that all keys and the chain's clock come from. */
  readonly seed: Uint8Array | undefined;
  /** JSON-RPC URL of another Ethereum endpoint. */
  readonly chain: string | undefined;
  /** IP address at which other machines reach the nodes; loopback alone where absent. */
  readonly listen: string | undefined;
  /** Take free ports in place of the usual ones. */
  readonly anyPort: boolean;
}

export const startHelp = `Usage: npm start -- [options]

Starts a local Enigma network (blockchain, principal node, workers, an enclave for each) and runs the
millionaires contract on it: deployment, three encrypted inputs, one encrypted answer. Then it shows the contract being
handed over to another worker, a secret vote that calls an Ethereum contract, and a view, and stays up.

Options:
  --once          exit after the last answer
  --json          one JSON object on standard output, progress on standard error
  --workers N     number of workers, 1 to 9 (default 2)
  --data DIR      keep the network's data in DIR and resume from it (default: a fresh temporary folder)
  --seed HEX      derive all keys and the chain's clock from up to 32 bytes: runs repeat byte for byte
  --chain URL     use another Ethereum JSON-RPC endpoint in place of the built-in blockchain
  --listen HOST   let other machines reach blockchain and nodes at this IP address (0.0.0.0: at all of this machine),
                  so that workers can join from there; whoever reaches them can use the well-known accounts
  --any-port      take free ports (default: 9545 blockchain, 3040 principal, 3346 and up workers)
  --help          show this text

The enclave is simulated: for development, not for secrets.
`;

/**
 * Options of `npm start` from its command line.
 * @throws EnigmaError `cli-usage` for an option that does not exist or a value that does not fit.
 */
export function parseStartOptions(argv: readonly string[]): StartOptions {
  const values = parseValues(argv);
  return {
    once: values.once ?? false,
    json: values.json ?? false,
    help: values.help ?? false,
    workers: parseWorkers(values.workers ?? "2"),
    data: values.data,
    seed: values.seed === undefined ? undefined : parseSeed(values.seed),
    chain: values.chain === undefined ? undefined : parseUrl("--chain", values.chain),
    listen: values.listen === undefined ? undefined : parseHost("--listen", values.listen),
    anyPort: values["any-port"] ?? false,
  };
}

function parseValues(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: false,
      options: {
        once: { type: "boolean" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        workers: { type: "string" },
        data: { type: "string" },
        seed: { type: "string" },
        chain: { type: "string" },
        listen: { type: "string" },
        "any-port": { type: "boolean" },
      },
    }).values;
  } catch (cause) {
    throw new EnigmaError("cli-usage", { detail: (cause as Error).message, cause });
  }
}

function parseWorkers(text: string): number {
  if (!/^[1-9]$/.test(text)) throw new EnigmaError("cli-usage", { detail: `--workers takes 1 to 9, not "${text}"` });
  return Number(text);
}

/** The seed, padded with zeros on the right to 32 bytes. */
function parseSeed(text: string): Uint8Array {
  const digits = text.replace(/^0x/, "");
  if (!/^([0-9a-fA-F]{2}){1,32}$/.test(digits)) {
    throw new EnigmaError("cli-usage", { detail: "--seed takes 1 to 32 bytes in hex" });
  }
  const seed = new Uint8Array(32);
  seed.set(Buffer.from(digits, "hex"));
  return seed;
}
