// How soon a built network is ready, and what its processes hold in memory when nothing happens.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { ROOT } from "../verify/root.ts";
import { BenchNetwork } from "./bench-network.ts";
import { JoiningWorker } from "./joining-worker.ts";
import { type Memory, memoryOf, memoryTogether, type Process, processTree, roleOf } from "./process-tree.ts";
import { type Measured, summarise } from "./statistics.ts";
import type { Suite, SuiteOptions } from "./suite.ts";
import { atMost, spread, table } from "./table.ts";

const STARTS = 3;
const MOST_SECONDS = 3;
const MOST_MEBIBYTES = 250;
const MIB = 1024 * 1024;
/** After the last task, for what is still under way and for a first collection of garbage, in milliseconds. */
const REST = 2_000;

/** Memory of the processes of one kind. */
interface RoleMemory {
  readonly role: string;
  readonly memory: Memory;
}

/** One start of `npm start`. */
interface Start {
  /** Seconds from the command to "ready". */
  readonly ready: number;
  /** Seconds to the sample's last answer. */
  readonly answered: number;
  readonly memory: readonly RoleMemory[];
}

/** `start`: `npm start` on a built checkout, and the memory of its processes once they are idle. */
export const startSuite: Suite = async (options) => {
  const starts: Start[] = [];
  // The first one finds files that no other process has read lately; it is not counted.
  for (let count = 0; count <= STARTS && (count < 2 || performance.now() < options.deadline); count++) {
    options.progress(count === 0 ? "warming up" : `start ${count} of ${STARTS}`);
    const start = await startNetwork(options);
    if (count > 0) starts.push(start);
  }
  options.progress("a worker by itself");
  return report(starts, await loneWorker(options));
};

async function startNetwork({ signal }: SuiteOptions): Promise<Start> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  // A group of its own, so that all of it can be ended: npm does not pass signals on to what its shell has started.
  const npm = spawn("npm", ["start", "--", "--any-port", "--json"], {
    ...{ cwd: ROOT, stdio: ["ignore", "pipe", "pipe"], detached: true },
  });
  const stop = () => endGroup(npm);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const answered = said(npm, npm.stdout, /"timings"/).then(seconds);
    const ready = said(npm, npm.stderr, /^ready in/m).then(seconds);
    const [readyAfter, answeredAfter] = await Promise.all([ready, answered]);
    const nodes = processTree(npm.pid as number).find(({ command }) =>
      command.some((word) => word.endsWith("host/cli/enigma.ts")),
    );
    await setTimeout(REST, undefined, { signal });
    return { ready: readyAfter, answered: answeredAfter, memory: nodes ? measureMemory(nodes.pid) : [] };
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
    if (npm.exitCode === null && npm.signalCode === null) await once(npm, "exit");
  }
}

/** A third worker of a network, in a process of its own with its enclave, as in a container. */
async function loneWorker({ signal }: SuiteOptions): Promise<RoleMemory[]> {
  const network = await BenchNetwork.start(signal);
  try {
    const worker = await JoiningWorker.join(network.ready, signal);
    try {
      await setTimeout(REST, undefined, { signal });
      return measureMemory(worker.pid);
    } finally {
      await worker.leave();
    }
  } finally {
    await network.stop();
  }
}

/** Resolves when a stream has said something. */
function said(child: ChildProcess, stream: NodeJS.ReadableStream | null, what: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = "";
    stream?.on("data", (chunk: Buffer) => {
      text = (text + chunk.toString("utf8")).slice(-65_536);
      if (what.test(text)) resolve();
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`npm start ended with code ${code}: ${text.slice(-2_000)}`)));
  });
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, "SIGTERM");
}

function measureMemory(root: number): RoleMemory[] {
  const measure = (each: Process): RoleMemory[] => {
    const memory = memoryOf(each.pid);
    return memory === undefined ? [] : [{ role: roleOf(each), memory }];
  };
  return processTree(root).flatMap(measure);
}

function report(starts: readonly Start[], worker: readonly RoleMemory[]) {
  const ready = summarise(starts.map((start) => start.ready));
  const answered = summarise(starts.map((start) => start.answered));
  const memory = memoryByRole(starts);
  const rows = memory.map(({ role, rss, pss }) => [role, spread(rss, 0), spread(pss, 0)]);
  const together = memoryTogether(worker.map((each) => each.memory)) / MIB;
  const own = worker.map(({ role, memory: { rss, pss } }) => [
    role.startsWith("enclave") ? "its enclave" : "a worker by itself",
    (rss / MIB).toFixed(0),
    (pss / MIB).toFixed(0),
  ]);
  const times = table(
    ["", "s"],
    [
      ["ready", spread(ready)],
      ["the sample's last answer", spread(answered)],
    ],
  );
  const header = ["", "resident (RSS)", "by share (PSS)"];
  const sharedOnce = ["together, shared pages once", together.toFixed(0), ""];
  return {
    tables: [
      { title: "Seconds after npm start, median [least .. most]", text: times },
      { title: "Memory of a network's idle processes, MiB", text: table(header, rows) },
      { title: "Memory of an idle worker in a process of its own, MiB", text: table(header, [...own, sharedOnce]) },
    ],
    aims: [
      atMost("seconds until a built network is ready", ready, MOST_SECONDS),
      // Without /proc there is nothing to judge.
      ...(worker.length === 0
        ? []
        : [atMost("MiB of an idle worker with its enclave", summarise([together]), MOST_MEBIBYTES, 0)]),
    ],
    figures: { ready, answered, memory, worker, together },
  };
}

function memoryByRole(starts: readonly Start[]): { role: string; rss: Measured; pss: Measured }[] {
  const roles = [...new Set(starts.flatMap(({ memory }) => memory.map(({ role }) => role)))];
  return roles.map((role) => {
    const of = starts.flatMap(({ memory }) => memory.filter((each) => each.role === role));
    const summary = (kind: keyof Memory) => summarise(of.map(({ memory }) => memory[kind] / MIB));
    return { role, rss: summary("rss"), pss: summary("pss") };
  });
}
