import { defineCommand } from "../command.ts";
import { ACCOUNT_OPTIONS, GAS_OPTIONS } from "../task-options.ts";

export const command = defineCommand({
  name: "call",
  description: [
    "Encrypts the arguments, orders the task, waits until its receipt stands on Ethereum, checks and decrypts the result.",
    "Numbers: 1000000, 1_000_000, 0xf4240, or amounts such as 1.5eng and 20gwei. Addresses: 0x…, accounts and aliases by name.",
    "Arrays and tuples: JSON.",
  ].join("\n"),
  positionals: {
    contract: { summary: "the contract: the name it was deployed under, or its address" },
    function: { summary: "name of the function; its signature where several have that name" },
    args: { summary: "its arguments", many: true, optional: true },
  },
  options: {
    ...GAS_OPTIONS,
    touches: { value: "CONTRACT", summary: "another contract of the group that the task may call", multiple: true },
    post: { summary: "put the encrypted input on Ethereum too: it costs more, and no gateway has to pass it on" },
    ...ACCOUNT_OPTIONS,
  },
  examples: [
    { command: "enigma call counter increment 2", summary: "Calls as alice and prints what the function returned." },
    { command: "enigma call gold transfer bob 1.5eng --from carol", summary: "An account and an amount as arguments." },
    {
      command:
        "enigma call swap accept 0x5f4e1aa0fd1a8d86b4b9d0b1c5d4f4f4e5b5b0f5a4c1d2e3f4a5b6c7d8e9f0a1 --touches gold --touches silver",
      summary: "A task that calls two other contracts.",
    },
  ],
  stops: "at-once",
  async run({ positionals, options, out, cwd, env }) {
    const { callContract } = await import("../call-contract.ts");
    return callContract({ ...positionals, ...options, cwd, env }, out);
  },
});
