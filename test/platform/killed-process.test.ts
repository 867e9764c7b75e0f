import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it, onTestFinished } from "vitest";
import { launch, temporaryFolder } from "./enclave-package.ts";

const HERE = import.meta.dirname;
const ROOT = path.resolve(HERE, "../..");
const COUNTED = { files: [{ name: "enclave", bytes: new Uint8Array([1]) }], isvSvn: 1 };

/** Starts a counting process as an enclave process is started: it may read the programs and its machine's folder only. */
function startCounting(folder: string): ChildProcess {
  const readable = [
    HERE,
    path.join(ROOT, "enclave-wasm/platform/hardware"),
    path.join(ROOT, "enclave-wasm/dist/platform"),
  ];
  const permissions = [...readable, folder].map((allowed) => `--allow-fs-read=${allowed}`);
  const args = ["--permission", ...permissions, `--allow-fs-write=${folder}`, path.join(HERE, "counting-process.ts")];
  const child = spawn(process.execPath, [...args, folder], { env: {}, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

/** Kills the process after it has reported `reports` values; the last one that it reported. */
async function killAfter(child: ChildProcess, reports: number): Promise<bigint> {
  if (child.stdout === null || child.stderr === null) throw new Error("the process has pipes");
  const complaints: string[] = [];
  child.stderr.on("data", (chunk) => complaints.push(String(chunk)));
  const closed = once(child, "close");
  let last = 0n;
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = BigInt(line);
    if (++seen === reports) child.kill("SIGKILL");
  }
  await closed;
  if (seen < reports) throw new Error(`The process ended by itself: ${complaints.join("")}`);
  return last;
}

describe("a machine whose process is killed", () => {
  it("has every counter value on disk that it ever returned", { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    let previous = 0n;
    for (const reports of [1, 4, 9]) {
      const last = await killAfter(startCounting(folder), reports);
      const stored = launch(folder, COUNTED).counterRead();
      // One more than the last report: killed after the write and before the report.
      expect([last, last + 1n]).toContain(stored);
      expect(stored).toBeGreaterThan(previous);
      previous = stored;
    }
  });
});
