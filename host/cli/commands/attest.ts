import { defineCommand } from "../command.ts";
import { parseMeasurement, parseUrl } from "../option-values.ts";

export const command = defineCommand({
  name: "attest",
  description: [
    "Fetches a fresh quote with its collateral from a worker or a principal, verifies it as enclaves verify each other, and prints",
    "every field of it. Believed is the enclave of the installed package, or the one that options name; exit code 1 if it is another.",
    "A debug enclave can be read by its host, so it is refused unless --allow-debug is given; local networks run debug enclaves.",
  ].join("\n"),
  positionals: { url: { summary: "JSON-RPC of the node", parse: parseUrl } },
  options: {
    "mr-enclave": {
      value: "HASH",
      summary: "the measurement, if not the installed package's",
      parse: parseMeasurement,
    },
    "mr-signer": { value: "HASH", summary: "the author, if not the installed package's", parse: parseMeasurement },
    "allow-debug": { summary: "believe debug enclaves, too" },
  },
  examples: [
    { command: "enigma attest http://127.0.0.1:9545 --allow-debug", summary: "A worker of the local network." },
    {
      command: `enigma attest https://worker.example --mr-enclave 0x${"1a".repeat(32)}`,
      summary: "A worker that runs another build of the package.",
    },
  ],
  stops: "at-once",
  async run({ positionals, options, out }) {
    const { attestNode } = await import("../attest-node.ts");
    const { "mr-enclave": mrEnclave, "mr-signer": mrSigner, "allow-debug": allowDebug } = options;
    return attestNode({ ...positionals, mrEnclave, mrSigner, allowDebug }, out);
  },
});
