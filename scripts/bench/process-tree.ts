// Processor time and memory of processes, from Linux's /proc. Elsewhere there is nothing to read, and the figures are left out.

import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks of a second, in which /proc counts: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS = 100;
const KIB = 1024;

/** One process of a tree. */
export interface Process {
  readonly pid: number;
  readonly command: readonly string[];
}

/** Bytes of a process. */
export interface Memory {
  /** Resident, pages that it shares with others included. */
  readonly rss: number;
  /** Resident, shared pages counted by share. */
  readonly pss: number;
  /** Of the resident, what no other process uses. */
  readonly own: number;
}

/** A process and all that descend from it; empty where there is no /proc. */
export function processTree(root: number): Process[] {
  const children = new Map<number, number[]>();
  for (const pid of processIds()) {
    const parent = Number(statistics(pid)?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found: Process[] = [];
  for (const queue = [root]; queue.length > 0; ) {
    const pid = queue.shift() as number;
    const text = readOrNothing(`/proc/${pid}/cmdline`);
    if (text === undefined) continue;
    found.push({ pid, command: text.split("\0").slice(0, -1) });
    queue.push(...(children.get(pid) ?? []));
  }
  return found;
}

/** Milliseconds of processor time that a process has used, all threads; undefined when it is gone. */
export function processorTime(pid: number): number | undefined {
  const fields = statistics(pid);
  return fields && ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}

/** What a process holds in memory; undefined when it is gone. */
export function memoryOf(pid: number): Memory | undefined {
  const text = readOrNothing(`/proc/${pid}/smaps_rollup`);
  if (text === undefined) return undefined;
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1]) * KIB;
  return { rss: bytes("Rss"), pss: bytes("Pss"), own: bytes("Private_Clean") + bytes("Private_Dirty") };
}

/** Bytes of processes that run the same program and nothing else does: what they share is counted once. */
export function memoryTogether(memories: readonly Memory[]): number {
  const own = memories.reduce((sum, memory) => sum + memory.own, 0);
  return own + Math.max(0, ...memories.map((memory) => memory.rss - memory.own));
}

/** What a process of a local network is, from its command line. */
export function roleOf({ command }: Process): string {
  const [program = ""] = command;
  if (/\/sh$/.test(program)) return "watchdog of the blockchain";
  if (/anvil[^/]*$/.test(program)) return "blockchain (anvil)";
  if (command.some((word) => word.includes("enclave-loader"))) {
    const node = command.map((word) => /(principal|worker-\d+)/.exec(word)?.[1]).find((name) => name !== undefined);
    return `enclave of ${node ?? "a node"}`;
  }
  return "nodes: principal and workers";
}

function processIds(): number[] {
  try {
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => pid > 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** The fields of /proc/PID/stat from the state on; the name before them may hold anything. */
function statistics(pid: number): string[] | undefined {
  const text = readOrNothing(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}

/** Processes come and go while they are looked at. */
function readOrNothing(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (["ENOENT", "ESRCH", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
