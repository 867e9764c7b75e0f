// How long `enigma compile` takes where nothing has changed: the whole process, beside one of Node that does nothing.

import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { TinyProject, world } from "../../test/compile/tiny-project.ts";
import { ROOT } from "../verify/root.ts";
import { summarise } from "./statistics.ts";
import type { Suite, SuiteOptions } from "./suite.ts";
import { atMost, spread, table } from "./table.ts";

const ROUNDS = 12;
const MOST_SECONDS = 0.3;
const COMPILE = [path.join(ROOT, "host", "cli", "enigma.ts"), "compile", "--json"];

/** `compile`: an unchanged project of two contracts. */
export const compileSuite: Suite = async (options) => {
  const project = new TinyProject({ one: world("at"), two: world("at + 1") });
  try {
    options.progress("compiling for the first time");
    await run(COMPILE, project, options);
    return await measure(project, options);
  } finally {
    project.remove();
  }
};

async function measure(project: TinyProject, options: SuiteOptions) {
  const unchanged: number[] = [];
  const bare: number[] = [];
  // In turn, so that both meet the same machine.
  for (let round = 0; round < ROUNDS && (round < 2 || performance.now() < options.deadline); round++) {
    options.progress(`process ${round + 1} of ${ROUNDS}`);
    bare.push((await run(["--eval", "0"], project, options)).seconds);
    const { seconds, stdout } = await run(COMPILE, project, options);
    if (stdout.includes('"built":true')) throw new Error(`an unchanged contract was compiled again: ${stdout}`);
    unchanged.push(seconds);
  }
  const [compile, node] = [summarise(unchanged), summarise(bare)];
  const ratio = summarise(unchanged.map((seconds, round) => seconds / (bare[round] as number)));
  const rows = [
    ["enigma compile, unchanged", spread(compile), spread(ratio, 1)],
    ["node --eval 0", spread(node), ""],
  ];
  return {
    tables: [{ title: "Seconds of a process, median [least .. most]", text: table(["", "s", "× bare Node"], rows) }],
    aims: [atMost("seconds to compile an unchanged project", compile, MOST_SECONDS)],
    figures: { compile, node, ratio },
  };
}

async function run(args: readonly string[], { folder }: TinyProject, { signal }: SuiteOptions) {
  const began = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, signal });
  return { seconds: (performance.now() - began) / 1000, stdout };
}
