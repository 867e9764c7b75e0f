/** `enigma doctor`. */
import type { CommandResult } from "../command.ts";
import type { Output } from "../output.ts";
import type { Finding } from "./finding.ts";
import { findDisk, findPorts, findProject } from "./surroundings.ts";
import { findAnvil, findEnclave, findNode, findRust } from "./tools.ts";

export async function examine(cwd: string, out: Output): Promise<CommandResult> {
  const findings = await out.during("looking", async () =>
    (
      await Promise.all([
        findNode(),
        findAnvil(),
        findEnclave(),
        findRust(),
        findPorts(),
        findDisk(cwd),
        findProject(cwd),
      ])
    ).flat(),
  );
  const failed = findings.some(({ state }) => state === "missing");
  return { json: { healthy: !failed, findings }, text: shown(findings, out), failed };
}

function shown(findings: readonly Finding[], { style }: Output): string {
  const signs = { fine: style.green("✓"), lacking: style.yellow("!"), missing: style.red("✗") };
  const width = Math.max(...findings.map(({ what }) => what.length));
  return findings
    .flatMap(({ what, found, state, mend }) => [
      `${signs[state]} ${what.padEnd(width)}  ${found}`,
      ...(mend === undefined ? [] : mend.split("\n").map((line) => `  ${" ".repeat(width)}  ${style.cyan(line)}`)),
    ])
    .join("\n");
}
