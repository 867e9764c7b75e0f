import { defineCommand } from "../command.ts";
import { ACCOUNT_OPTIONS } from "../task-options.ts";

export const command = defineCommand({
  name: "console",
  description: [
    "JavaScript with `await`. There are: `enigma` (the client), `accounts` (addresses by name), `contracts` by alias, `network`,",
    "`deposit(amount)`, and `as(account)`, which gives the client and the contracts of another account.",
    "`(await contracts.counter.increment(2n)).wait()` is a call, `contracts.counter.view.value()` a view.",
    "What is piped in runs as one async function; `print(value)` prints, as does its result, with --json as JSON.",
  ].join("\n"),
  positionals: {},
  options: ACCOUNT_OPTIONS,
  examples: [
    { command: "enigma console", summary: "A prompt with history." },
    {
      command: "enigma console --from bob --json",
      summary: "For scripts: echo 'await contracts.counter.view.value()' | enigma console --json",
    },
  ],
  stops: "at-once",
  async run({ options, out, cwd, env, stdin, stop }) {
    const { runConsole } = await import("../console/run-console.ts");
    await runConsole({ ...options, cwd, env, stdin, stop }, out);
    return undefined;
  },
});
