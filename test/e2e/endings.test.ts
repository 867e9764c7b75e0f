import { Interface } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ContractRevertedError,
  type DeployOptions,
  type Enigma,
  EnigmaError,
  type Task,
  type UntypedSecretContract,
} from "../../host/client/index.ts";
import { fromHex } from "../../host/protocol/hex.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { OUTCOME } from "../../host/protocol/outcome.ts";
import { sampleContract } from "../../host/testing/sample-contract.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { type Crafting, CraftingUser } from "./crafted-task.ts";
import { expectFailed } from "./settled-facts.ts";

const GAS_LIMIT = 3_000_000n;
const GAS_PRICE = 7n;

let network: TestNetwork;
let user: Enigma;
let probe: UntypedSecretContract;
let abi: string;

beforeAll(async () => {
  // The gateway lets every module through here, so that refusals by enclaves are seen.
  network = await startTestNetwork({ checkModule: async () => {} });
  user = await network.user(1);
  ({ abi } = await sampleContract("probe"));
  probe = await network.deploy(user, "probe", ["0x01", "0x02"]);
});
afterAll(() => network?.stop());

const failing = (order: () => Promise<Task<unknown>>) => expectFailed(network, user, order);

const call = (name: string, ...args: unknown[]) =>
  failing(() => probe.getFunction(name)(...args, { gasLimit: GAS_LIMIT, gasPrice: GAS_PRICE }));

describe("a call that fails", () => {
  it("by its contract's own error tells the user its name and arguments", async () => {
    const plain = await call("refuse");
    expect(plain).toBeInstanceOf(ContractRevertedError);
    expect(plain).toMatchObject({ code: "contract-reverted", name: "Refused" });
    const denied = (await call("deny", 5n)) as ContractRevertedError;
    expect([denied.name, String(denied.args[0]).toLowerCase(), denied.args[1]]).toEqual([
      "NotAllowed",
      user.account,
      5n,
    ]);
    const rejected = (await call("reject", "not today", [3, 70])) as ContractRevertedError;
    expect([rejected.name, rejected.args[0], [...rejected.args[1]]]).toEqual(["Rejected", "not today", [3n, 70n]]);
  });

  it("by a text tells the user the text", async () => {
    expect(await call("revertWithText", "no and no")).toMatchObject({ name: "Error", args: ["no and no"] });
  });

  it("by a panic tells the user the message", async () => {
    expect(await call("panic", "this cannot be")).toMatchObject({
      code: "contract-panicked",
      data: { message: expect.stringContaining("this cannot be") },
    });
    expect(await call("divide", 1n, 0n)).toMatchObject({ code: "contract-panicked" });
    expect(await call("add", 2n ** 64n - 1n, 1n)).toMatchObject({ code: "contract-panicked" });
  });

  it("by a trap tells the user which", async () => {
    expect(await call("storeLarge", 70_000)).toMatchObject({
      code: "contract-trapped",
      data: { trap: "host-argument" },
    });
  });

  it("by never ending uses up its gas", async () => {
    const error = await call("loopForever");
    expect(error.code).toBe("out-of-gas");
    expect(error.task.receipt.gasUsed).toBe(GAS_LIMIT);
  });

  it("by recursion without end overflows the stack", async () => {
    expect((await call("recurse", 100_000_000n)).code).toBe("stack-overflow");
    expect((await call("recurseWithMemory", 100_000_000n)).code).toBe("stack-overflow");
  });

  it("by taking ever more memory runs out of it", async () => {
    const error = await failing(() => probe.getFunction("exhaustMemory")({ gasLimit: 100_000_000n, gasPrice: 1n }));
    expect(error.code).toBe("out-of-memory");
  });

  it("by less gas than its input costs uses up what it has", async () => {
    const error = await failing(() => probe.getFunction("nothing")({ gasLimit: 100n, gasPrice: 1n }));
    expect(error).toMatchObject({ code: "out-of-gas", data: { gasUsed: 100n } });
  });

  it("by calling a function that the contract does not have names the function", async () => {
    const stranger = user.contract(probe.address, ["function withdrawEverything(uint256)"]);
    const error = await failing(() => stranger.getFunction("withdrawEverything")(1n, { gasLimit: GAS_LIMIT }));
    expect(error).toMatchObject({ code: "unknown-function", data: { function: "withdrawEverything(uint256)" } });
  });

  it("by arguments that do not decode names the function", async () => {
    const selector = new Interface(abi).getFunction("writeLine")?.selector as string;
    const crafted = await CraftingUser.open(network, 2);
    const { ending } = await crafted.call(probe.address, fromHex(`${selector}ff`));
    expect(ending).toBe("reverted");
    // The same selector with arguments of other types: the offset of the string points beyond the calldata.
    const similar = new Interface(["function writeLine(string)"]);
    const huge = similar.encodeFunctionData("writeLine", ["x"]).replace(/0{62}20/, "f".repeat(64));
    const end = await crafted.call(probe.address, fromHex(huge));
    expect([end.ending, end.receipt.status]).toEqual(["reverted", 2]);
  });

  it("leaves nothing of what it had written before", async () => {
    const run = await (await probe.getFunction("countRun")({ gasLimit: GAS_LIMIT })).wait();
    expect(run.result).toBe(1n);
  });
});

describe("a deployment that fails", () => {
  const deploying = (options: Omit<DeployOptions<string>, "abi">) =>
    failing(() => user.deploy({ abi, gasPrice: GAS_PRICE, ...options }));

  it("by its constructor's error tells the user its name", async () => {
    const { module } = await sampleContract("probe");
    expect(await deploying({ module, args: ["0x", "0x"] })).toMatchObject({
      code: "contract-reverted",
      name: "Refused",
    });
  });

  it("by too little gas uses up what it has", async () => {
    const { module } = await sampleContract("probe");
    const error = await deploying({ module, args: ["0x01", "0x"], gasLimit: 50_000n });
    expect(error).toMatchObject({ code: "out-of-gas", data: { gasUsed: 50_000n } });
  });

  it("by a module that the enclave refuses names the rule, and deploys nothing", async () => {
    const careless = await network.user(3, 0, { checkModule: false });
    const [magic, garbage] = [Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0), Uint8Array.of(9, 9, 9)];
    const module = new Uint8Array([...magic, ...garbage]);
    const task = await careless.deploy({ module, abi: [], gasPrice: GAS_PRICE });
    const error = await task.wait().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "module-refused", task: { status: "failed" } });
    expect(await network.local.view.contract.contractInfo(task.address)).toBeUndefined();
  });
});

describe("an input that was not made for its task", () => {
  const plaintext = () => fromHex(new Interface(abi).encodeFunctionData("nothing"));
  const other = `0x${"ab".repeat(20)}` as const;

  it.each<[string, Crafting, string | undefined]>([
    ["with one bit flipped", { input: (bytes) => bytes.with(40, (bytes[40] ?? 0) ^ 1) }, "bad-ciphertext"],
    ["cut short", { input: (bytes) => bytes.slice(0, 20) }, "bad-ciphertext"],
    ["that is empty", { input: () => new Uint8Array() }, "bad-ciphertext"],
    ["encrypted for another contract", { encryptedFor: { secretContract: other as never } }, "bad-ciphertext"],
    ["encrypted for another task", { encryptedFor: { taskId: keccak(new Uint8Array()) } }, "bad-ciphertext"],
    ["with a user key that gives no shared secret", { userKey: new Uint8Array(32) }, undefined],
    ["as the client makes it", {}, "returned"],
  ])("%s", async (_, crafting, ending) => {
    const crafted = await CraftingUser.open(network, 4);
    const { contract } = network.local.view;
    const before = await contract.balance(crafted.address);
    const end = await crafted.call(probe.address, plaintext(), crafting);
    expect(end.ending).toBe(ending);
    expect(end.receipt.status).toBe(ending === "returned" ? OUTCOME.committed : OUTCOME.failed);
    if (ending === undefined) expect(end.output).toEqual(new Uint8Array());
    expect(before - (await contract.balance(crafted.address))).toBe(end.receipt.gasUsed);
  });
});

it("every fee went from a user to a worker, and no unit of ENG elsewhere", async () => {
  const { contract } = network.local.view;
  const paid = await Promise.all(network.local.workers.map(({ address }) => contract.balance(address)));
  expect(Math.max(...paid.map(Number))).toBeGreaterThan(0);
  const { held, owed } = await network.funds();
  expect(owed).toBe(held);
  expect(network.events.of("receipt-refused")).toEqual([]);
});

it("errors are data: code, sentence and hint", async () => {
  const error = await call("loopForever");
  expect(error).toBeInstanceOf(EnigmaError);
  expect(error.toJSON()).toMatchObject({ code: "out-of-gas", sentence: expect.any(String), hint: expect.any(String) });
});
