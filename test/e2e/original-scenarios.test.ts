/** The acceptance scenarios of the first Enigma network: deployments and executions that succeed, and each way in which they fail. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Enigma, UntypedSecretContract } from "../../host/client/index.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { OUTCOME } from "../../host/protocol/outcome.ts";
import { TASK_KIND } from "../../host/protocol/task-record.ts";
import { sampleContract } from "../../host/testing/sample-contract.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { RawUser, resultOf, send } from "../worker/raw-tasks.ts";
import { CraftingUser } from "./crafted-task.ts";
import { EthereumContract, ethereumSender, sample } from "./ethereum-contract.ts";
import { expectFailed, expectUndone, settlementOf } from "./settled-facts.ts";

const NOWHERE = `0x${"77".repeat(20)}`;
const CALLS = { callGasLimit: 300_000n };

let network: TestNetwork;
let user: Enigma;
let ballot: EthereumContract;

beforeAll(async () => {
  // The gateway lets every module through here, so that enclaves have to refuse.
  network = await startTestNetwork({ checkModule: async () => {}, settings: { epochBlocks: 50 } });
  user = await network.user(1, 0, { checkModule: false });
  ballot = await EthereumContract.deploy(ethereumSender(network, 9), sample("Ballot"));
});
afterAll(() => network?.stop());

describe("a deployment", () => {
  it("of each sample succeeds, also all at once", async () => {
    const { number } = await network.local.view.head();
    const deployed = await Promise.all([
      network.deploy(user, "millionaires"),
      network.deploy(user, "private-token", [1_000n]),
      network.deploy(user, "voting", [ballot.address, 1n, [user.account]]),
      network.deploy(user, "auction", [network.local.token, user.account, user.account, number]),
      network.deploy(user, "swap"),
      network.deploy(user, "lucky-number"),
    ]);
    const infos = await Promise.all(deployed.map(({ address }) => network.local.view.contract.contractInfo(address)));
    expect(infos.filter((info) => info === undefined)).toEqual([]);
    expect(new Set(deployed.map(({ address }) => address)).size).toBe(6);
  });

  const failing = async (
    name: "probe" | "voting",
    options: { args?: unknown[]; abi?: string[]; gasLimit?: bigint },
  ) => {
    const made = await sampleContract(name);
    return expectFailed(network, user, () => user.deploy({ ...made, gasPrice: 1n, ...options }));
  };

  it("fails by its bytecode", async () => {
    const module = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 9);
    const error = await expectFailed(network, user, () => user.deploy({ module, abi: [], gasPrice: 1n }));
    expect(error.code).toBe("module-refused");
  });

  it("fails by its constructor", async () => {
    expect(await failing("probe", { args: ["0x", "0x"] })).toMatchObject({ name: "Refused" });
  });

  it("fails by running out of gas", async () => {
    expect(await failing("probe", { args: ["0x01", "0x"], gasLimit: 20_000n })).toMatchObject({ code: "out-of-gas" });
  });

  it("fails by parameters that do not fit its constructor", async () => {
    const error = await failing("voting", { abi: ["constructor(uint8)"], args: [1] });
    expect(error).toMatchObject({ code: "bad-arguments", data: { function: "the constructor" } });
  });

  it("fails by an input that is encrypted with a wrong key, and deploys nothing", async () => {
    const { module } = await sampleContract("voting");
    const stranger = await RawUser.open(network.local, 2);
    const { taskId, params } = await stranger.record(TASK_KIND.deploy, undefined, module, keccak(module));
    await send(network.worker(0), params);
    expect((await settlementOf(network, taskId)).outcome).toBe(OUTCOME.failed);
    expect(await network.local.view.contract.contractInfo(params.record.secretContract)).toBeUndefined();
  });
});

describe("an execution", () => {
  let messenger: UntypedSecretContract;
  const running = (name: string, ...args: unknown[]) => messenger.getFunction(name)(...args);
  beforeAll(async () => {
    messenger = await network.deploy(user, "messenger");
  });

  it("fails by a function that does not exist", async () => {
    const liar = user.contract(messenger.address, ["function withdraw()"] as string[]);
    const error = await expectFailed(network, user, () => liar.getFunction("withdraw")());
    expect(error.code).toBe("unknown-function");
  });

  it("fails by running out of gas", async () => {
    const error = await expectFailed(network, user, () => running("countRun", { gasLimit: 11_000n }));
    expect(error.code).toBe("out-of-gas");
  });

  it("fails by parameters that do not decode", async () => {
    const { selector } = messenger.interface.getFunction("requireCall") ?? {};
    const crafted = await CraftingUser.open(network, 3);
    const { ending, receipt } = await crafted.call(messenger.address, Buffer.from(String(selector).slice(2), "hex"));
    expect([ending, receipt.status]).toEqual(["reverted", OUTCOME.failed]);
  });

  it("fails by an input that is encrypted with a wrong key", async () => {
    const stranger = await RawUser.open(network.local, 4);
    const { taskId, params } = await stranger.recordCall(messenger.address);
    await send(network.worker(1), params);
    expect((await settlementOf(network, taskId)).outcome).toBe(OUTCOME.failed);
    const { receipt } = await resultOf(network.worker(1), taskId);
    expect(receipt?.gasUsed).toBeLessThan(params.record.gasLimit);
  });

  it("fails by a wrong Ethereum address", async () => {
    const error = await expectUndone(network, user, () => running("requireCall", NOWHERE, 0n, "0x1234", CALLS));
    expect(error.data.reason).toBe("TargetWithoutCode()");
  });

  it("fails by a wrong payload for Ethereum", async () => {
    const error = await expectUndone(network, user, () =>
      running("requireCall", ballot.address, 0n, "0x12345678", CALLS),
    );
    expect(error.data.reason).toBe("no reason given");
  });

  it("goes on after all of that, and in the epochs after", async () => {
    for (let run = 1n; run <= 3n; run += 1n) {
      expect((await (await running("countRun")).wait()).result).toBe(run);
      await network.advanceEpoch();
    }
  });
});
