import { defineCommand } from "../command.ts";
import { parseCount, parseHost, parseSeed, parseUrl, usage } from "../option-values.ts";

const MAX_WORKERS = 9;

export const command = defineCommand({
  name: "start",
  description: [
    "Blockchain, principal node, workers, and an enclave for each node, in one process tree that ends at Ctrl-C.",
    "The enclave is simulated: for development, not for secrets.",
  ].join("\n"),
  positionals: {},
  options: {
    walk: {
      summary:
        "show it at work first: the millionaires contract by the five steps of each task, a hand-over between workers, a secret vote that calls an Ethereum contract, a view",
    },
    once: { summary: "exit as soon as it is up and, with --walk, the walk is over" },
    workers: {
      ...{ value: "N", summary: `number of workers, 1 to ${MAX_WORKERS} (default: 2, or as many as the state has)` },
      parse: parseCount(1, MAX_WORKERS),
    },
    data: {
      value: "DIR",
      summary: "keep the network's data in DIR and go on from it (default: a fresh temporary folder)",
    },
    state: {
      value: "FILE",
      summary:
        "go on with the network that FILE holds, if it exists, and save it there at the end: one file, that can be copied",
    },
    seed: {
      ...{
        value: "HEX",
        summary: "derive all keys and the chain's clock from up to 32 bytes: runs repeat byte for byte",
      },
      parse: parseSeed,
    },
    chain: {
      ...{ value: "URL", summary: "use another Ethereum JSON-RPC endpoint in place of the built-in blockchain" },
      parse: parseUrl,
    },
    listen: {
      value: "HOST",
      summary:
        "let other machines reach blockchain and nodes at this IP address (0.0.0.0: at all of this machine), so that workers can join from there; whoever reaches them can use the well-known accounts",
      parse: parseHost,
    },
    "any-port": { summary: "take free ports (default: 9545 blockchain, 3040 principal, 3346 and up workers)" },
  },
  examples: [
    { command: "enigma start", summary: "A network until Ctrl-C; deploy to it from another terminal." },
    {
      command: "enigma start --data ./network --workers 3",
      summary: "A network of three workers that can be taken up again.",
    },
    { command: "enigma start --state demo.state", summary: "A network that goes on where it was, from one file." },
    {
      command: "enigma start --walk --once --json",
      summary: "Shows the whole way of some tasks as one JSON object, and exits.",
    },
  ],
  stops: "itself",
  async run({ options, out, stop, cwd }) {
    if (options.data !== undefined && options.state !== undefined) throw usage("It takes either --data or --state.");
    const { startNetwork } = await import("../start-network.ts");
    await startNetwork({ ...options, cwd }, out, stop);
    return undefined;
  },
});
