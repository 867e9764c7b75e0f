import { defineCommand } from "../command.ts";
import { NETWORK_OPTION } from "../task-options.ts";

export const command = defineCommand({
  name: "accounts",
  description: "Names for --from and for arguments of type address, with what each account holds on the network.",
  positionals: {},
  options: {
    aliases: { summary: "list the deployed contracts and their names in place of accounts" },
    ...NETWORK_OPTION,
  },
  examples: [
    { command: "enigma accounts", summary: "alice to ivan, and the accounts of enigma.config.ts." },
    { command: "enigma accounts --aliases", summary: "What was deployed from this project, by name." },
  ],
  stops: "at-once",
  async run({ options, out, cwd, env }) {
    const { listAccounts, listAliases } = await import("../show-accounts.ts");
    return options.aliases ? listAliases(cwd, options.network, out) : listAccounts(cwd, options.network, env, out);
  },
});
