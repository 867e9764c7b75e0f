import { multiaddr } from "@multiformats/multiaddr";
import { DEV_ACCOUNTS } from "../../ethereum/dev-accounts.ts";
import { defineCommand } from "../command.ts";
import { parseAddress, parseCount, parseHost, parsePort, parseUrl, usage } from "../option-values.ts";

const WELL_KNOWN_OWN = 10;

export const command = defineCommand({
  name: "worker",
  description: [
    "It has its enclave admitted by the principal, registers, stakes and logs in. From the next epoch on tasks can be its own.",
    "It stays up until it is stopped; its next start goes on. The enclave is simulated: for development, not for secrets.",
  ].join("\n"),
  positionals: {},
  options: {
    chain: { value: "URL", summary: "JSON-RPC of the network's blockchain", required: true, parse: parseUrl },
    principal: { value: "URL", summary: "JSON-RPC of the network's principal node", required: true, parse: parseUrl },
    peer: {
      ...{ value: "MULTIADDR", summary: "a worker of the network; it tells of the others", required: true },
      ...{ multiple: true, parse: parsePeer },
    },
    account: {
      value: "N",
      summary: `development account 0 to ${DEV_ACCOUNTS - 1}; a local network of W workers uses ${WELL_KNOWN_OWN} to ${WELL_KNOWN_OWN}+W itself`,
      parse: parseCount(0, DEV_ACCOUNTS - 1),
    },
    "key-file": {
      value: "FILE",
      summary: "in place of --account: a file with the private key of the worker's account, in hex",
    },
    enigma: {
      ...{ value: "ADDRESS", summary: "the Enigma contract (default: where local networks have it)" },
      parse: parseAddress,
    },
    data: {
      value: "DIR",
      summary: "keep the worker's data in DIR and go on from it (default: a fresh temporary folder)",
    },
    listen: {
      value: "HOST",
      summary: "IP address where clients and peers reach it; 0.0.0.0: all of this machine (default: loopback)",
      parse: parseHost,
    },
    name: { value: "NAME", summary: "a name under which clients reach it", multiple: true },
    port: { value: "N", summary: "JSON-RPC port; 0 takes a free one", default: "3346", parse: parsePort },
    "peer-port": { value: "N", summary: "port for peers; 0 takes a free one", default: "0", parse: parsePort },
  },
  examples: [
    {
      command:
        "enigma worker --chain http://10.0.0.7:9545 --principal http://10.0.0.7:3040 --peer /ip4/10.0.0.7/tcp/4001 --account 13",
      summary: "Joins a network that was started with --listen 10.0.0.7.",
    },
  ],
  stops: "itself",
  async run({ options, out, stop }) {
    const { account, "key-file": keyFile } = options;
    if ((account === undefined) === (keyFile === undefined)) throw usage("It takes either --account or --key-file.");
    const { runWorker } = await import("../run-worker.ts");
    await runWorker(
      { ...options, owner: keyFile === undefined ? { index: account as number } : { keyFile } },
      out,
      stop,
    );
    return undefined;
  },
});

function parsePeer(text: string): string {
  try {
    return multiaddr(text).toString();
  } catch {
    throw usage(`--peer takes a multiaddr as /ip4/10.0.0.7/tcp/4001/p2p/12D3…, not "${text}".`);
  }
}
