/** Inputs beyond 256 KiB. A gateway refuses them before they are passed on; an enclave does not rely on that. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WorkerEnclave } from "../../host/enclave/enclave-client.ts";
import { address } from "../../host/protocol/hex.ts";
import { MAX_CIPHERTEXT_BYTES } from "../../host/protocol/limits.ts";
import { EnclaveNetwork } from "../enclave/enclave-network.ts";
import { builtContract, SecretUser } from "../enclave/secret-user.ts";

const CONTRACT = address(`0x${"c0".repeat(20)}`);
const probe = builtContract("probe");
let network: EnclaveNetwork;
let worker: WorkerEnclave;
let user: SecretUser;

beforeAll(async () => {
  network = await EnclaveNetwork.start();
  worker = await network.worker("worker");
  await network.select(worker, 1n);
  user = await SecretUser.of(network.principal, CONTRACT, probe.module);
  await network.grantKeys(worker, CONTRACT, user.codeHash, 1n);
  await worker.loadModule({ module: probe.module, rules: 1 });
});
afterAll(() => network?.close());

describe("an input that is larger than allowed", () => {
  it("is refused by the enclave, whatever host hands it in", async () => {
    const ofSize = (bytes: number) =>
      user.deploy(["bytes", "bytes"], ["0x01", "0x"], { alter: () => new Uint8Array(bytes), gasLimit: 1_000_000n });
    const tasks = [ofSize(MAX_CIPHERTEXT_BYTES + 1), ofSize(MAX_CIPHERTEXT_BYTES)];
    const results = await worker.executeTasks({ epoch: 1n, tasks });
    expect(results.map((result) => ("error" in result ? result.error.code : result.receipt.status))).toEqual([
      "input-too-large",
      2,
    ]);
  });
});
