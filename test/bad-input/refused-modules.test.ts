/**
 * Modules that no enclave runs. The client refuses them before anything is paid, and so does the gateway, for those who do
 * without the client's check. One that gets past both, because the check of a gateway is off, costs its gas and nothing else.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Enigma, TaskFailedError } from "../../host/client/index.ts";
import { checkModule } from "../../host/client/module-check.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { intrinsicGas } from "../../host/protocol/limits.ts";
import { OUTCOME, outcomeSlot } from "../../host/protocol/outcome.ts";
import { receiptHash } from "../../host/protocol/receipt.ts";
import { RpcClient } from "../../host/rpc/rpc-client.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { REFUSED_MODULES } from "./contract-modules.ts";

/** No arguments: one bucket of padding, a nonce and a tag. */
const EMPTY_INPUT_BYTES = 64 + 40;

let network: TestNetwork;
let gatewaysCheck = true;

beforeAll(async () => {
  network = await startTestNetwork({
    checkModule: (module) => (gatewaysCheck ? checkModule(module) : Promise.resolve()),
  });
});
afterAll(() => network?.stop());

describe.each(REFUSED_MODULES)("a module $what", ({ rule, module }) => {
  it("is refused by the client, and nothing is recorded", async () => {
    const user = await network.user(1);
    const balance = await user.balance();
    const error = await refusal(user.deploy({ module, abi: [] }));
    expect(error).toMatchObject({ code: "module-refused", data: { rule, offset: expect.any(Number) } });
    expect(error.hint).not.toBe("");
    expect(await user.balance()).toBe(balance);
  });

  it("is refused by the gateway, which passes it to nobody", async () => {
    const careless = await network.user(2, 0, { checkModule: false });
    expect(await refusal(careless.deploy({ module, abi: [] }))).toMatchObject({
      code: "module-refused",
      data: { rule },
    });
    for (const { url } of network.local.workers) {
      const asked = new RpcClient(url).call("enigma_getCode", { codeHash: keccak(module) });
      await expect(asked).rejects.toMatchObject({ code: "module-unknown" });
    }
  });

  it("that is recorded all the same is settled as failed, paid, and deploys nothing", async () => {
    gatewaysCheck = false;
    try {
      await failsByRule(await network.user(3, 1, { checkModule: false }), module, rule);
    } finally {
      gatewaysCheck = true;
    }
  });
});

async function failsByRule(user: Enigma, module: Uint8Array, rule: string): Promise<void> {
  const { contract } = network.local.view;
  const before = await user.balance();
  const task = await user.deploy({ module, abi: [], gasPrice: 3n });
  const error = await refusal(task.wait());
  expect(error).toBeInstanceOf(TaskFailedError);
  expect(error).toMatchObject({ code: "module-refused", data: { rule }, task: { status: "failed" } });
  const { receipt } = (error as TaskFailedError).task;
  expect(await contract.taskSlot(receipt.taskId)).toBe(outcomeSlot(OUTCOME.failed, receiptHash(receipt)));
  expect(receipt.gasUsed).toBe(intrinsicGas(EMPTY_INPUT_BYTES, module.length));
  expect(before - (await user.balance())).toBe(receipt.gasUsed * 3n);
  expect(await contract.contractInfo(task.address)).toBeUndefined();
}

async function refusal(action: Promise<unknown>): Promise<EnigmaError> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EnigmaError);
  return error as EnigmaError;
}
