import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WorkerEnclave } from "../../host/enclave/enclave-client.ts";
import { startEnclave } from "../../host/enclave/start-enclave.ts";
import { address } from "../../host/protocol/hex.ts";
import { EnclaveNetwork, places } from "./enclave-network.ts";
import { builtContract, SecretUser } from "./secret-user.ts";

const CONTRACT = address(`0x${"c0".repeat(20)}`);
const probe = builtContract("probe");

let network: EnclaveNetwork;
let user: SecretUser;

beforeAll(async () => {
  network = await EnclaveNetwork.start();
  user = await SecretUser.of(network.principal, CONTRACT, probe.module);
});
afterAll(() => network?.close());

async function outcomes(worker: WorkerEnclave, epoch: bigint, tasks: readonly ReturnType<SecretUser["deploy"]>[]) {
  await network.select(worker, epoch);
  await network.grantKeys(worker, CONTRACT, user.codeHash, 1n);
  await worker.loadModule({ module: probe.module, rules: 1 });
  const results = await worker.executeTasks({ epoch: 1n, tasks });
  return results.map((result) => {
    if ("error" in result) throw result.error;
    const { receipt, logs, effects } = result;
    return { receipt, logs, effects };
  });
}

describe("the reference engine", () => {
  it("gives the same receipts, logs and effects as V8's, and the enclave in this process as the one in its own", async () => {
    const tasks = [
      user.deploy(["bytes", "bytes"], ["0x01", "0x02"]),
      user.call(probe.abi, "writeLine", ["a line"]),
      user.call(probe.abi, "randomNumbers", [6n]),
      user.call(probe.abi, "reject", ["no", [1, 2]]),
      user.call(probe.abi, "loopForever", [], { gasLimit: 5_000_000n }),
      user.call(probe.abi, "recurse", [1_000_000n], { gasLimit: 1_000_000_000n }),
      user.call(probe.abi, "panic", ["no"]),
      user.call(probe.abi, "entries"),
    ];
    const principalSigner = network.principal.identity.signer;
    const options = { role: "worker", principalSigner } as const;
    const byV8 = await network.worker("v8");
    const byJco = await startEnclave({ ...places(network.folder, "jco"), ...options, engine: "jco" });
    const here = await startEnclave({ ...places(network.folder, "here", { inProcess: true }), ...options });
    try {
      const expected = await outcomes(byV8, 1n, tasks);
      expect(await outcomes(byJco, 2n, tasks)).toEqual(expected);
      expect(await outcomes(here, 3n, tasks)).toEqual(expected);
    } finally {
      await Promise.all([byJco.close(), here.close()]);
    }
  });

  it("is refused by the release package, whose measurement does not cover it", async () => {
    const release = places(network.folder, "release", { package: "release" });
    const started = startEnclave({ ...release, role: "worker", engine: "jco" });
    await expect(started).rejects.toMatchObject({ code: "enclave-not-started" });
  });
});
