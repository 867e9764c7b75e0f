import { REPLAY_OPTIONS } from "../audit-options.ts";
import { defineCommand } from "../command.ts";
import { parseTaskId } from "../option-values.ts";

export const command = defineCommand({
  name: "replay",
  description: [
    "An auditor's enclave, started for it, executes the task once more on the state that was there before it, and compares with",
    "Ethereum and the log, byte for byte: states, output, gas, effects, how it ended. What workers tell is checked, not believed.",
  ].join("\n"),
  positionals: { task: { summary: "the task's id, 32 bytes in hex", parse: parseTaskId } },
  options: REPLAY_OPTIONS,
  examples: [
    { command: `enigma replay 0x${"1a".repeat(32)}`, summary: "Prints what was compared; exit code 1 if it differs." },
    {
      command: `enigma replay 0x${"1a".repeat(32)} --compiler turbofan`,
      summary: "With V8's optimising compiler alone.",
    },
  ],
  stops: "itself",
  async run({ positionals, options, out, stop, cwd }) {
    const { replayTask } = await import("../replay-report.ts");
    return replayTask({ ...options, taskId: positionals.task, cwd, stop }, out);
  },
});
