import { defineCommand } from "../command.ts";
import { NETWORK_OPTION } from "../task-options.ts";

export const command = defineCommand({
  name: "verify-code",
  description: [
    "Takes the module that the project's sources give, and compares its hash with the one that Ethereum has for the contract. Where an",
    "artifact names these sources by their hash it is taken, else they are compiled. Where the hashes differ the deployed module is",
    "fetched from the network, checked by its hash, and compared section by section; exit code 1 then. Artifacts are not changed.",
  ].join("\n"),
  positionals: { contract: { summary: "the contract: the name it was deployed under, or its address" } },
  options: {
    source: {
      value: "NAME",
      summary: "the crate to compare with (default: the alias's own; for an unknown address all are tried)",
    },
    rebuild: { summary: "compile in any case, whatever artifact there is" },
    ...NETWORK_OPTION,
  },
  examples: [
    { command: "enigma verify-code counter", summary: "Compares what was deployed under this name." },
    {
      command: "enigma verify-code 0x5FbDB2315678afecb367f032d93F642f64180aa3 --rebuild",
      summary: "Compiles all contracts, and tells which one it is.",
    },
  ],
  stops: "itself",
  async run({ positionals, options, out, stop, cwd }) {
    const { verifyCode } = await import("../verify-code.ts");
    return verifyCode({ ...positionals, ...options, cwd, stop }, out);
  },
});
