/** Executes a call once more in other processes, by each of V8's compilers, and compares every byte. */
import { spawn } from "node:child_process";
import path from "node:path";
import { buffer, text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import type { V8Flag } from "../../enclave/enclave-channel.ts";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import type { Reexecution } from "../contract/executor.ts";
import { tierName, V8_TIERS } from "../contract/v8-tiers.ts";
import { decodeReport } from "./report.ts";
import type { Evidence, Journal } from "./run-journal.ts";

// Beside this file, compiled or not.
const PROGRAM = path.join(import.meta.dirname, `replay-process${path.extname(fileURLToPath(import.meta.url))}`);

/** Runs the journal under each compiler. @throws EnigmaError `enclave-gone` where a process ends without an answer */
export async function replayElsewhere(journal: Journal, expected: Evidence): Promise<Reexecution[]> {
  const input = serialize(journal);
  return Promise.all(
    V8_TIERS.map(async (flags) => ({
      where: `a simulation in a process of its own (${tierName(flags)})`,
      difference: differenceOf(expected, await answerOf(flags, input)),
    })),
  );
}

/** What is not the same, in words. */
export function differenceOf(expected: Evidence, actual: Evidence): string | undefined {
  if (Buffer.compare(expected.report, actual.report) !== 0) return reportDifference(expected.report, actual.report);
  const steps = Math.max(expected.asked.length, actual.asked.length);
  for (let step = 0; step < steps; step += 1) {
    const [one, other] = [expected.asked[step] ?? "nothing", actual.asked[step] ?? "nothing"];
    if (one !== other) return `step ${step} is ${other}, not ${one}`;
  }
  return undefined;
}

function reportDifference(expected: Uint8Array, actual: Uint8Array): string {
  const [one, other] = [expected, actual].map((report) => {
    const { ending, observed } = decodeReport(report);
    return `${ending.name} with ${observed.gasUsed} gas`;
  });
  const hex = [actual, expected].map((report) => Buffer.from(report).toString("hex"));
  return one === other ? `what it left is ${hex[0]}, not ${hex[1]}` : `it ${other}, not ${one}`;
}

async function answerOf(flags: readonly V8Flag[], input: Buffer): Promise<Evidence> {
  const child = spawn(process.execPath, [...flags, PROGRAM], { stdio: ["pipe", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  // A child that ends before it has read everything says why on its standard error.
  child.stdin.once("error", () => undefined).end(input);
  const [code, answer, complaint] = await Promise.all([ended, buffer(child.stdout), text(child.stderr)]);
  if (code !== 0)
    throw new EnigmaError("enclave-gone", { detail: `The replay ended with ${code}: ${complaint.slice(-500)}` });
  return deserialize(answer) as Evidence;
}
