import { defineCommand } from "../command.ts";
import { parseCount } from "../option-values.ts";
import { NETWORK_OPTION } from "../task-options.ts";

const MOST = 10_000;

export const command = defineCommand({
  name: "tasks",
  description: "Newest first, as Ethereum shows them to everybody: nobody sees there what was asked or answered.",
  positionals: {},
  options: {
    contract: { value: "CONTRACT", summary: "only tasks that call this contract, by name or address" },
    from: { value: "ACCOUNT", summary: "only tasks of this account, by name or address" },
    limit: { value: "N", summary: "how many at most", default: "20", parse: parseCount(1, MOST) },
    ...NETWORK_OPTION,
  },
  examples: [
    { command: "enigma tasks", summary: "The last tasks of the local network." },
    { command: "enigma tasks --contract counter --from bob --limit 5 --json", summary: "Some of them, for a program." },
  ],
  stops: "at-once",
  async run({ options, out, cwd, env }) {
    const { listTasks } = await import("../show-tasks.ts");
    return listTasks({ ...options, cwd, env }, out);
  },
});
