import { REPLAY_OPTIONS } from "../audit-options.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  name: "audit",
  description: [
    "Replays every task of the contract from its deployment on, in the order of Ethereum, and with them those of the contracts that",
    "tasks touched together with it. Ends with the first difference; exit code 1 then.",
  ].join("\n"),
  positionals: { contract: { summary: "the contract: the name it was deployed under, or its address" } },
  options: REPLAY_OPTIONS,
  examples: [{ command: "enigma audit counter", summary: "Replays all that the counter ever did." }],
  stops: "itself",
  async run({ positionals, options, out, stop, cwd }) {
    const { auditContract } = await import("../replay-report.ts");
    return auditContract({ ...options, contract: positionals.contract, cwd, stop }, out);
  },
});
