/** A network saved to a file, and taken up from it somewhere else. */
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CliProcess } from "./cli-process.ts";
import { ProjectFolder } from "./project-folder.ts";

let folder: string;
let project: ProjectFolder;
let cli: CliProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "enigma-kept-"));
  project = await ProjectFolder.make(undefined, ["private-token"]);
});
afterEach(() => cli?.clean());
afterAll(async () => {
  await project?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Starts a network from a file, as the project's own. */
async function start(file: string, ...more: readonly string[]): Promise<CliProcess> {
  cli = await CliProcess.run("start", "--json", "--any-port", "--state", file, ...more);
  await cli.printed(/"rpcUrls".*\n/);
  const { network } = JSON.parse(cli.stdout);
  const { blockchain: ethereum, principal, workers } = network.rpcUrls;
  await project.configure({ networks: { local: { rpc: workers[0], ethereum, principal } } });
  return cli;
}

async function stop(process: CliProcess): Promise<void> {
  process.signal("SIGTERM");
  expect(await process.exited).toBe(143);
  expect(await process.members()).toEqual([]);
  await process.clean();
}

describe.runIf(process.platform === "linux")("enigma start --state", () => {
  it("goes on in another folder where the network was stopped, and what was deployed is there", async () => {
    const file = join(folder, "demo.state");
    const first = await start(file, "--workers", "1");
    expect((await project.run("deploy", "private-token", "10")).status).toBe(0);
    expect((await project.run("call", "private-token", "transfer", "bob", "3")).status).toBe(0);
    await stop(first);
    const elsewhere = join(await mkdtemp(join(folder, "elsewhere-")), "copy.state");
    await copyFile(file, elsewhere);
    const second = await start(elsewhere);
    expect((await project.run("call", "private-token", "transfer", "bob", "4")).status).toBe(0);
    expect((await project.run("query", "private-token", "balance")).stdout).toBe("3\n");
    expect((await project.run("query", "private-token", "balance", "--from", "bob")).stdout).toBe("7\n");
    await stop(second);
  });

  it("leaves the old file where it is killed", async () => {
    const file = join(folder, "killed.state");
    await stop(await start(file, "--workers", "1"));
    const before = await readFile(file);
    const killed = await start(file);
    expect((await project.run("deploy", "private-token", "10")).status).toBe(0);
    process.kill(killed.pid, "SIGKILL");
    await killed.exited;
    expect(Buffer.compare(await readFile(file), before)).toBe(0);
    await killed.clean();
    await stop(await start(file));
  });

  it("refuses what is no state, and leaves it as it is", async () => {
    const file = join(folder, "letter.txt");
    await writeFile(file, "Dear network,");
    cli = await CliProcess.run("start", "--any-port", "--state", file);
    expect(await cli.exited).toBe(1);
    expect(cli.stderr).toContain("state-invalid: ");
    expect(await readFile(file, "utf8")).toBe("Dear network,");
  });

  it("refuses a folder that does not exist, and --data beside it", async () => {
    for (const [argv, status, code] of [
      [["--state", join(folder, "nowhere/demo.state")], 1, "file-refused"],
      [["--state", join(folder, "x.state"), "--data", folder], 2, "cli-usage"],
    ] as const) {
      cli = await CliProcess.run("start", "--any-port", ...argv);
      expect([await cli.exited, cli.stderr]).toEqual([status, expect.stringContaining(`${code}: `)]);
      await cli.clean();
    }
    await expect(stat(join(folder, "x.state"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});
