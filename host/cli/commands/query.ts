import { defineCommand } from "../command.ts";
import { ACCOUNT_OPTIONS } from "../task-options.ts";

export const command = defineCommand({
  name: "query",
  description: [
    "A view costs nothing and leaves nothing on Ethereum. The account signs a permit for this question; question and answer are",
    "encrypted as those of calls are, and the contract sees who asks.",
  ].join("\n"),
  positionals: {
    contract: { summary: "the contract: the name it was deployed under, or its address" },
    function: { summary: "name of the view; its signature where several have that name" },
    args: { summary: "its arguments, as those of `enigma call`", many: true, optional: true },
  },
  options: ACCOUNT_OPTIONS,
  examples: [
    { command: "enigma query counter value", summary: "Asks as alice." },
    { command: "enigma query gold balance --from bob", summary: "What only bob may know." },
  ],
  stops: "at-once",
  async run({ positionals, options, out, cwd, env }) {
    const { queryContract } = await import("../call-contract.ts");
    return queryContract({ ...positionals, ...options, cwd, env }, out);
  },
});
