import { defineCommand } from "../command.ts";
import { usage } from "../option-values.ts";
import { NETWORK_OPTION } from "../task-options.ts";

export const command = defineCommand({
  name: "task",
  description: [
    "Its status, the five steps of its way, what each party saw, what it cost, and the transactions on Ethereum.",
    "The plaintext is not among it: only the client that ordered the task has the key to its result.",
  ].join("\n"),
  positionals: { id: { summary: "id of the task, or its first digits", parse: parseTaskId } },
  options: NETWORK_OPTION,
  examples: [
    { command: "enigma task 0x5f4e1aa0", summary: "The task whose id begins so." },
    { command: "enigma task 0x5f4e1aa0 --json", summary: "All that is known of it, for a program." },
  ],
  stops: "at-once",
  async run({ positionals, options, out, cwd, env }) {
    const { showTask } = await import("../show-tasks.ts");
    return showTask({ ...positionals, ...options, cwd, env }, out);
  },
});

function parseTaskId(text: string): string {
  if (!/^0x[0-9a-fA-F]{4,64}$/.test(text)) throw usage(`ID is 0x and 4 to 64 hex digits, not "${text}".`);
  return text;
}
