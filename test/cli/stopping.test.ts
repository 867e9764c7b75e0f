import { readdir } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { CliProcess, type StopSignal } from "./cli-process.ts";

/** What the command promises: everything it started is gone by then. */
const STOPPED_WITHIN_MS = 5_000;
const STATUS: Record<StopSignal, number> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

let cli: CliProcess;

afterEach(() => cli?.clean());

/** Waits for the end of the whole tree, which must come in time and leave nothing. */
async function expectStopped(status: number): Promise<void> {
  const late = AbortSignal.timeout(STOPPED_WITHIN_MS);
  const tooLate = new Promise<string>((resolve) => late.addEventListener("abort", () => resolve("too late")));
  expect(await Promise.race([cli.exited, tooLate])).toBe(status);
  expect(await cli.members()).toEqual([]);
  expect(await readdir(cli.folder)).toEqual([]);
  expect(cli.stderr).not.toMatch(/^\s+at /m);
}

describe.runIf(process.platform === "linux")("a start that is stopped", () => {
  const MOMENTS: readonly [string, RegExp | undefined][] = [
    ["right after it was started", undefined],
    ["when the blockchain runs", /blockchain \./],
    ["when the contracts are deployed and the principal's enclave starts", /contracts \./],
    ["when the workers' enclaves start", /principal \./],
    ["when the workers are registered", /workers \./],
    ["when the first tasks run", /ready in/],
    ["when it is up", /^Epoch/m],
  ];

  it.each(MOMENTS)("by SIGTERM %s leaves nothing behind", async (_, moment) => {
    cli = await CliProcess.run("start", "--walk", "--any-port");
    if (moment !== undefined) await cli.printed(moment);
    cli.signal("SIGTERM");
    await expectStopped(STATUS.SIGTERM);
  });

  it.each(MOMENTS.filter((_, index) => index === 3 || index > 4))(
    "by Ctrl-C, which reaches the whole process group, %s leaves nothing behind",
    async (_, moment) => {
      cli = await CliProcess.run("start", "--walk", "--any-port");
      if (moment !== undefined) await cli.printed(moment);
      cli.signalGroup("SIGINT");
      await expectStopped(STATUS.SIGINT);
      expect(cli.stderr).not.toMatch(/enclave-(died|gone)|Error/);
    },
  );

  it("by signals again and again is stopped once", async () => {
    cli = await CliProcess.run("start", "--walk", "--any-port");
    await cli.printed(/ready in/);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGINT"] as const) cli.signal(signal);
    expect(Object.values(STATUS)).toContain(await cli.exited);
    expect(await cli.members()).toEqual([]);
  });

  it("while another blockchain keeps silent", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
    cli = await CliProcess.run(
      "start",
      "--any-port",
      "--chain",
      `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    );
    await new Promise((connected) => silent.once("connection", connected));
    cli.signal("SIGTERM");
    await expectStopped(STATUS.SIGTERM);
    silent.close();
  });

  it("by the end of its blockchain says so, and stops the rest", async () => {
    cli = await CliProcess.run("start", "--walk", "--any-port");
    await cli.printed(/^Epoch/m);
    const anvil = (await cli.members()).find(({ commandLine }) => commandLine.includes("anvil"));
    process.kill(anvil?.pid as number, "SIGKILL");
    await expectStopped(1);
    expect(cli.stderr).toContain("node-stopped: ");
  });
});
