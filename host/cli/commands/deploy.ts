import { defineCommand } from "../command.ts";
import { usage } from "../option-values.ts";
import { ACCOUNT_OPTIONS, GAS_OPTIONS } from "../task-options.ts";

export const command = defineCommand({
  name: "deploy",
  description: [
    "Takes the contract from artifacts/NAME.json, which `enigma compile` makes, encrypts the constructor's arguments, and waits",
    "until the deployment stands on Ethereum. The address is kept under the contract's name, or the alias, for later commands.",
  ].join("\n"),
  positionals: {
    name: { summary: "name of the contract" },
    args: { summary: "arguments of its constructor", many: true, optional: true },
  },
  options: {
    alias: {
      value: "ALIAS",
      summary: "name to keep the address under (default: the contract's own)",
      parse: parseAlias,
    },
    group: { value: "CONTRACT", summary: "join the group of a deployed contract: they can call each other" },
    ...GAS_OPTIONS,
    ...ACCOUNT_OPTIONS,
  },
  examples: [
    { command: "enigma deploy counter", summary: "Deploys artifacts/counter.json as alice." },
    {
      command: "enigma deploy private-token 1000eng --from bob --alias gold",
      summary: "An amount as argument; later commands call the contract gold.",
    },
    {
      command: 'enigma deploy voting 0x5FbDB2315678afecb367f032d93F642f64180aa3 7 \'["alice","bob"]\'',
      summary: "Accounts by name, arrays as JSON.",
    },
  ],
  stops: "at-once",
  async run({ positionals, options, out, cwd, env }) {
    const { deployContract } = await import("../deploy-contract.ts");
    return deployContract({ ...positionals, ...options, cwd, env }, out);
  },
});

function parseAlias(text: string): string {
  if (!/^[A-Za-z][\w-]*$/.test(text))
    throw usage(`--alias takes letters, digits, - and _, with a letter first, not "${text}".`);
  return text;
}
