import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { FrameReader } from "../../host/enclave/ecall-frame.ts";
import type { WorkerEnclave } from "../../host/enclave/enclave-client.ts";
import { address, fromHex } from "../../host/protocol/hex.ts";
import { EnclaveNetwork } from "./enclave-network.ts";
import { builtContract, SecretUser } from "./secret-user.ts";

const CONTRACT = address(`0x${"c0".repeat(20)}`);
const SECRET = "a secret that nobody but its user and the enclave may see";
const probe = builtContract("probe");

/** All bytes that leave enclave processes during these tests. */
const outward: Uint8Array[] = [];
let network: EnclaveNetwork;
let worker: WorkerEnclave;

beforeAll(async () => {
  const push = FrameReader.prototype.push;
  vi.spyOn(FrameReader.prototype, "push").mockImplementation(function (this: FrameReader, chunk) {
    outward.push(chunk.slice());
    return push.call(this, chunk);
  });
  network = await EnclaveNetwork.start({ package: "release" });
  worker = await network.worker("worker");
  await network.select(worker, 1n);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await network?.close();
});

const contains = (haystack: Uint8Array, needle: Uint8Array) => Buffer.from(haystack).includes(Buffer.from(needle));

describe("a release enclave", () => {
  it("lets no plaintext of inputs, state or outputs out, whatever the ending", async () => {
    const user = await SecretUser.of(network.principal, CONTRACT, probe.module);
    await network.grantKeys(worker, CONTRACT, user.codeHash, 1n);
    await worker.loadModule({ module: probe.module, rules: 1 });
    const secret = `0x${Buffer.from(SECRET).toString("hex")}`;
    const tasks = [
      user.deploy(["bytes", "bytes"], [secret, secret]),
      user.call(probe.abi, "echoString", [SECRET]),
      user.call(probe.abi, "set", ["0x01", secret]),
      user.call(probe.abi, "log", [SECRET]),
      user.call(probe.abi, "panic", [SECRET]),
      user.call(probe.abi, "revertWithText", [SECRET]),
      user.call(probe.abi, "reject", [SECRET, [1, 2]]),
    ];
    const results = await worker.executeTasks({ epoch: 1n, tasks });
    for (const [index, result] of results.entries()) {
      if ("error" in result) throw result.error;
      const { output } = await worker.releaseOutput({
        sealedOutput: result.sealedOutput,
        outcome: result.receipt.status,
      });
      expect(tasks[index]?.read(output).name).not.toBe("bad-ciphertext");
    }
    const all = Buffer.concat(outward);
    expect(all.length).toBeGreaterThan(10_000);
    expect(contains(all, Buffer.from(SECRET))).toBe(false);
    for (const task of tasks) expect(contains(all, task.plaintext)).toBe(false);
    // The search finds what is there.
    expect(contains(all, fromHex(tasks[0]?.taskId ?? ""))).toBe(true);
  });

  it("leaves none in its files either", () => {
    const files = readdirSync(network.folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      expect(contains(readFileSync(path.join(file.parentPath, file.name)), Buffer.from(SECRET))).toBe(false);
    }
  });

  it("has no ecall that shows plaintext", async () => {
    const task = worker.inspect({ taskId: `0x${"00".repeat(32)}` as never });
    await expect(task).rejects.toMatchObject({ code: "ecall-unknown" });
  });

  it("has nothing of the debug package compiled in", () => {
    const wasm = readFileSync(new URL("../../enclave-wasm/dist/release/enclave/enclave_bg.wasm", import.meta.url));
    const debug = readFileSync(new URL("../../enclave-wasm/dist/debug/enclave/enclave_bg.wasm", import.meta.url));
    const trace = Buffer.from("task-not-executed");
    expect([contains(wasm, trace), contains(debug, trace)]).toEqual([false, true]);
  });
});
