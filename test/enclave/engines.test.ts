import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WorkerEnclave } from "../../host/enclave/enclave-client.ts";
import { startEnclave } from "../../host/enclave/start-enclave.ts";
import { address } from "../../host/protocol/hex.ts";
import { EnclaveNetwork, places } from "./enclave-network.ts";
import { builtContract, SecretUser } from "./secret-user.ts";

const CONTRACT = address(`0x${"c0".repeat(20)}`);
const CALLER = address(`0x${"ca".repeat(20)}`);
const TARGET = address(`0x${"7a".repeat(20)}`);
const probe = builtContract("probe");
const messenger = builtContract("messenger");

let network: EnclaveNetwork;
let user: SecretUser;
let caller: SecretUser;

beforeAll(async () => {
  network = await EnclaveNetwork.start();
  user = await SecretUser.of(network.principal, CONTRACT, probe.module);
  caller = await SecretUser.of(network.principal, CALLER, messenger.module, 1n, CONTRACT);
});
afterAll(() => network?.close());

async function outcomes(worker: WorkerEnclave, epoch: bigint, tasks: readonly ReturnType<SecretUser["deploy"]>[]) {
  await network.select(worker, epoch);
  await network.grantKeys(worker, CONTRACT, user.codeHash, 1n);
  await network.grantKeys(worker, CALLER, caller.codeHash, 1n, CONTRACT);
  for (const { module } of [probe, messenger]) await worker.loadModule({ module, rules: 1 });
  const results = await worker.executeTasks({ epoch: 1n, tasks });
  return results.map((result) => {
    if ("error" in result) throw result.error;
    const { receipt, logs, effects } = result;
    return { receipt, logs, effects };
  });
}

describe("the reference engine", () => {
  /** A call of the probe by a messenger. */
  const through = (name: string, values: readonly unknown[], gas = 1n << 60n) => {
    const touches = [{ secretContract: CONTRACT, codeHash: user.codeHash }];
    const calldata = probe.abi.encodeFunctionData(name, values);
    return caller.call(messenger.abi, "callOther", [CONTRACT, calldata, gas], { touches });
  };

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
      caller.deploy(),
      through("writeLine", ["from a contract"]),
      through("reject", ["no", [1, 2]]),
      through("panic", ["no"]),
      through("recurse", [1_000_000n]),
      through("exhaustMemory", [], 30_000_000n),
      through("loopForever", [], 5_000_000n),
      through("facts", []),
      caller.call(messenger.abi, "emitMany", [33]),
      caller.call(messenger.abi, "leaveEverything", [TARGET]),
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
