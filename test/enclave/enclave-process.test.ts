import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seedFrame } from "../../enclave-wasm/platform/hardware/seed-frame.ts";
import { enclaveArguments, startEnclaveProcess } from "../../host/enclave/enclave-process.ts";
import { packageFolder } from "../../host/enclave/package-folder.ts";
import { startEnclave } from "../../host/enclave/start-enclave.ts";
import { places } from "./enclave-network.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "enigma-process-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `script` with exactly the permissions of an enclave's process and gives what it prints. */
function underPermissions(script: string): string {
  const args = enclaveArguments({ packageFolder: packageFolder("debug"), platformFolder: folder });
  const permissions = args.filter((argument) => argument.startsWith("--"));
  const { stdout, stderr } = spawnSync(process.execPath, [...permissions, "--eval", script], {
    env: {},
    encoding: "utf8",
  });
  return stdout + stderr;
}

const attempt = (work: string): string =>
  `try { ${work}; console.log("allowed") } catch (error) { console.log(error.code ?? error.cause?.code) }`;

describe("an enclave's process may not", () => {
  it.each([
    ["read other files", `require("fs").readFileSync("/etc/hostname")`],
    ["list other folders", `require("fs").readdirSync("/")`],
    [
      "write beside its platform folder",
      `require("fs").writeFileSync(${JSON.stringify(path.join(tmpdir(), "x"))}, "")`,
    ],
    [
      "write into its own package",
      `require("fs").writeFileSync(${JSON.stringify(path.join(packageFolder("debug"), "x"))}, "")`,
    ],
    ["start other programs", `require("child_process").execFileSync("true")`],
    ["start threads", `new (require("worker_threads").Worker)("0", { eval: true })`],
    ["load native code", `process.dlopen({ exports: {} }, "/lib/x86_64-linux-gnu/libc.so.6")`],
  ])("%s", (_, work) => {
    expect(underPermissions(attempt(work)).trim()).toBe(
      work.includes("dlopen") ? "ERR_DLOPEN_DISABLED" : "ERR_ACCESS_DENIED",
    );
  });

  it("open connections", () => {
    const script = `require("net").connect(9, "127.0.0.1").on("error", (error) => console.log(error.code))`;
    expect(underPermissions(`try { ${script} } catch (error) { console.log(error.code) }`).trim()).toBe(
      "ERR_ACCESS_DENIED",
    );
  });

  it("see the host's environment", () => {
    expect(underPermissions(`console.log(Object.keys(process.env).length)`).trim()).toBe("0");
  });

  it("but may read and write its platform folder", () => {
    const place = JSON.stringify(path.join(folder, "probe"));
    const work = `require("fs").writeFileSync(${place}, "1"); require("fs").readFileSync(${place})`;
    expect(underPermissions(attempt(work)).trim()).toBe("allowed");
  });
});

describe("an enclave that ends", () => {
  it("rejects calls under way and later ones, and says so", async () => {
    const enclave = await startEnclave({ ...places(folder, "killed"), role: "worker" });
    const quotes = [enclave.quote(), enclave.quote()];
    process.kill(enclave.pid as number, "SIGKILL");
    for (const result of await Promise.allSettled([...quotes, enclave.quote()])) {
      // An answer may have been on its way already.
      if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "enclave-gone" });
    }
    expect(await enclave.closed).toMatchObject({ code: "enclave-gone" });
    await expect(enclave.quote()).rejects.toMatchObject({ code: "enclave-gone" });
  });

  it("when closed is no error, and closing twice is allowed", async () => {
    const enclave = await startEnclave({ ...places(folder, "closed"), role: "worker" });
    await enclave.close();
    await enclave.close();
    expect(await enclave.closed).toBeUndefined();
  });

  it("takes its process with it when it is closed", async () => {
    const options = { packageFolder: packageFolder("debug"), platformFolder: path.join(folder, "left") };
    const channel = startEnclaveProcess(options);
    const pid = channel.pid as number;
    process.kill(pid, 0);
    await channel.close();
    expect(() => process.kill(pid, 0)).toThrow();
  });

  it("ends by itself when its host is gone", () => {
    const args = enclaveArguments({ packageFolder: packageFolder("debug"), platformFolder: folder });
    // With an input that is at its end the loop has nothing more to answer.
    const { status, stdout } = spawnSync(process.execPath, args, { env: {}, input: seedFrame() });
    expect([status, stdout.length]).toEqual([0, 0]);
  });
});

describe("a seed", () => {
  const seed = new Uint8Array(32).fill(0x5e);

  it("makes the same keys again, and is not among the arguments that every user can read", async () => {
    const signers = new Set<string>();
    for (const name of ["seeded", "seeded-again"]) {
      const options = { ...places(folder, name), role: "worker", seed } as const;
      const enclave = await startEnclave(options);
      signers.add(enclave.identity.signer);
      await enclave.close();
      const started = enclaveArguments({ ...options, packageFolder: packageFolder("debug") }).join(" ");
      expect(started).toContain("enclave-loader");
      expect(started).not.toMatch(/(5e){4}/i);
    }
    expect(signers.size).toBe(1);
  });

  it.each([
    ["of another length", new Uint8Array([0, 0, 0, 31, ...seed.subarray(1)])],
    ["that is cut off", seedFrame(seed).subarray(0, 20)],
  ])("%s starts no machine", (_, input) => {
    const args = enclaveArguments({ packageFolder: packageFolder("debug"), platformFolder: folder });
    const { status, stderr } = spawnSync(process.execPath, args, { env: {}, input, encoding: "utf8" });
    expect([status, JSON.parse(stderr).code]).toEqual([2, "platform-argument"]);
  });
});

describe("an enclave that cannot start", () => {
  it("says which file of its machine is damaged", async () => {
    const damaged = places(folder, "damaged");
    const enclave = await startEnclave({ ...damaged, role: "worker" });
    await enclave.close();
    for (const file of nvramFiles(damaged.platformFolder)) writeFileSync(file, "damaged");
    await expect(startEnclave({ ...damaged, role: "worker" })).rejects.toMatchObject({
      code: expect.stringMatching(/^platform-/),
    });
  });
});

function nvramFiles(platformFolder: string): string[] {
  return readdirSync(platformFolder).map((name) => path.join(platformFolder, name));
}
