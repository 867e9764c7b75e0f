/**
 * The program of an enclave's process: the machine, and on it the enclave that answers its host over standard input and
 * output. It ends when the host closes the input.
 *
 *     node --permission … enclave-loader.ts <package folder> <platform folder> <engine>
 *
 * The first frame of its input is the machine's seed, 32 bytes, or empty for a machine of its own randomness: every user of
 * the computer can read a process's arguments. The frames behind it are the enclave's.
 *
 * A machine that does not start says so in one line of JSON on standard error, {"code": …}. After the start nothing is written
 * there: what could be said of a broken enclave might be a secret.
 */
import { writeSync } from "node:fs";
import path from "node:path";
import { HardwareError } from "./hardware-error.ts";
import { type Answer, launchPackage } from "./launch-package.ts";
import { importMeasured } from "./measured-imports.ts";
import { readSeedFrame } from "./seed-frame.ts";

/** Exit codes: the machine did not start; the enclave broke. */
const NOT_STARTED = 2;
const BROKEN = 3;

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

const [packageFolder = "", platformFolder = "", engine] = process.argv.slice(2);

let answer: Answer;
try {
  answer = await launchPackage({
    packageFolder,
    platformFolder,
    engine,
    seed: readSeedFrame(STDIN),
  });
} catch (error) {
  const code = error instanceof HardwareError ? error.code : "enclave-not-started";
  const detail = error instanceof Error ? error.message : String(error);
  writeSync(STDERR, `${JSON.stringify({ code, detail })}\n`);
  process.exit(NOT_STARTED);
}

const loop = await importMeasured(path.join(packageFolder, "runtime/ecall-loop.js"));
try {
  await loop.runEcallLoop(answer, STDIN, STDOUT);
} catch {
  process.exit(BROKEN);
}
