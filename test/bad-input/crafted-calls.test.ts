/**
 * Calls that the client library does not make by itself. Their records are valid, so they are executed as far as that goes,
 * settled and paid.
 */
import { Interface, type InterfaceAbi } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Enigma, TaskFailedError } from "../../host/client/index.ts";
import { type Address, fromHex } from "../../host/protocol/hex.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { intrinsicGas } from "../../host/protocol/limits.ts";
import { OUTCOME, outcomeSlot } from "../../host/protocol/outcome.ts";
import { receiptHash } from "../../host/protocol/receipt.ts";
import { sampleContract } from "../../host/testing/sample-contract.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { CraftingUser } from "../e2e/crafted-task.ts";
import { vectors } from "../protocol/vector-files.ts";

const LOW_ORDER = vectors("session-keys-refused").map(({ name, userKey }) => [String(name), String(userKey)] as const);

let network: TestNetwork;
let user: Enigma;
let crafted: CraftingUser;
let contract: Address;
let abi: string;

beforeAll(async () => {
  network = await startTestNetwork();
  user = await network.user(1);
  contract = (await network.deploy(user, "millionaires")).address;
  ({ abi } = await sampleContract("millionaires"));
  crafted = await CraftingUser.open(network, 2);
});
afterAll(() => network?.stop());

describe("a task with an unusable-key, which gives an all-zero shared secret,", () => {
  it.each(LOW_ORDER)("%s: is settled as failed with the gas of its input, and answers nobody", async (_, userKey) => {
    const { view } = network.local;
    const before = await view.contract.balance(crafted.address);
    const calldata = fromHex(new Interface(abi).encodeFunctionData("count"));
    const { taskId, receipt, output } = await crafted.call(contract, calldata, { userKey: fromHex(userKey) });
    expect(output).toEqual(new Uint8Array());
    expect(receipt).toMatchObject({ status: OUTCOME.failed, outputHash: keccak(output) });
    expect(receipt.gasUsed).toBe(intrinsicGas(64 + 40));
    expect(await view.contract.taskSlot(taskId)).toBe(outcomeSlot(OUTCOME.failed, receiptHash(receipt)));
    expect(before - (await view.contract.balance(crafted.address))).toBe(receipt.gasUsed);
  });
});

describe("arguments that do not decode", () => {
  /** An ABI coder that writes one byte of the arguments. */
  class Careless extends Interface {
    override encodeFunctionData(...call: Parameters<Interface["encodeFunctionData"]>): string {
      return super.encodeFunctionData(...call).slice(0, "0x12345678ff".length);
    }
  }

  it("tell the user so, by the name of the function", async () => {
    const before = await user.balance();
    const careless = new Careless(abi) as unknown as InterfaceAbi;
    const task = await user.contract(contract, careless).getFunction("addMillionaire")(7n, { gasPrice: 1n });
    const error = await task.wait().catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "bad-arguments",
      data: { function: "addMillionaire(uint256)" },
      task: { status: "failed" },
    });
    expect(before - (await user.balance())).toBe((error as TaskFailedError).task.receipt.gasUsed);
  });
});
