import { Interface } from "ethers";
import { describe, expect, it } from "vitest";
import { ContractRevertedError, TaskFailedError } from "../../host/client/index.ts";
import type { Ending } from "../../host/protocol/ending.ts";
import { fromHex } from "../../host/protocol/hex.ts";
import { clientFixture, codeOf, MODULE } from "./client-fixture.ts";
import { wealthAbi } from "./wealth-abi.ts";

const abi = new Interface(wealthAbi);
const fixture = clientFixture();

describe("a failed task", () => {
  const failing = async (ending: Ending): Promise<TaskFailedError> => {
    const contract = await fixture.deployed();
    fixture.gateway.behaviour = () => ending;
    const task = await contract.addMillionaire(1);
    const error = await task.wait().catch((reason: unknown) => reason);
    fixture.gateway.behaviour = () => ({ name: "returned", result: new Uint8Array() });
    expect(error).toBeInstanceOf(TaskFailedError);
    return error as TaskFailedError;
  };
  const reverting = (data: string) => failing({ name: "reverted", data: fromHex(data) });

  it("throws the contract's own error by name with its arguments", async () => {
    const error = await reverting(abi.encodeErrorResult("TooPoor", [fixture.wallet.address, 5n]));
    expect(error).toBeInstanceOf(ContractRevertedError);
    const { name, args, signature } = error as ContractRevertedError;
    expect(error.code).toBe("contract-reverted");
    expect([name, signature]).toEqual(["TooPoor", "TooPoor(address,uint256)"]);
    expect(args).toMatchObject([fixture.wallet.address, 5n]);
    expect((args as { worth?: bigint }).worth).toBe(5n);
    expect(error.task.receipt).toMatchObject({ gasUsed: 12_345n, status: 2 });
  });

  it("decodes Solidity's built-in errors, and shows what it cannot decode", async () => {
    const builtIn = new Interface(["error Error(string)", "error Panic(uint256)"]);
    const error = (await reverting(builtIn.encodeErrorResult("Error", ["no"]))) as ContractRevertedError;
    expect([error.name, error.args[0]]).toEqual(["Error", "no"]);
    const panic = (await reverting(builtIn.encodeErrorResult("Panic", [0x11]))) as ContractRevertedError;
    expect([panic.name, panic.args[0]]).toEqual(["Panic", 0x11n]);
    const unknown = (await reverting("0xdeadbeef01")) as ContractRevertedError;
    expect([unknown.signature, unknown.revertData]).toEqual([null, "0xdeadbeef01"]);
  });

  it("tells a call that does not fit the contract from the contract's own errors", async () => {
    const refusals = new Interface(["error UnknownFunction(bytes4)", "error BadArguments(bytes4)"]);
    expect((await reverting(refusals.encodeErrorResult("UnknownFunction", ["0x12345678"]))).code).toBe(
      "unknown-function",
    );
    expect((await reverting(refusals.encodeErrorResult("BadArguments", ["0x12345678"]))).code).toBe("bad-arguments");
  });

  it.each<[string, Ending]>([
    ["contract-panicked", { name: "panicked", message: "index out of range" }],
    ["out-of-gas", { name: "out-of-gas" }],
    ["out-of-memory", { name: "out-of-memory" }],
    ["stack-overflow", { name: "stack-overflow" }],
    ["contract-trapped", { name: "trapped", trap: "divide-by-zero" }],
    ["bad-ciphertext", { name: "bad-ciphertext" }],
    ["module-refused", { name: "module-refused", rule: "module-start" }],
    ["unusable-key", { name: "unusable-key" }],
  ])("has the code %s", async (code, ending) => {
    const error = await failing(ending);
    expect(error.code).toBe(code);
    expect(error.hint).not.toBe("");
  });
});

describe("what is refused before anything is paid", () => {
  it("a gas limit of zero, beyond what a task may have, or beyond the balance", async () => {
    const contract = await fixture.deployed();
    const nonce = await fixture.provider.getTransactionCount(fixture.wallet.address);
    const zero = contract.addMillionaire(1, { gasLimit: 0n });
    await expect(zero).rejects.toMatchObject({ code: "record-refused", data: { error: "GasLimitZero" } });
    const endless = contract.addMillionaire(1, { gasLimit: 10_000_000_001n, gasPrice: 0n });
    await expect(endless).rejects.toMatchObject({ code: "record-refused", data: { error: "GasLimitTooHigh" } });
    const rich = contract.addMillionaire(1, { gasPrice: 10n ** 24n });
    await expect(rich).rejects.toMatchObject({ code: "record-refused", data: { error: "BalanceTooLow" } });
    expect(await fixture.provider.getTransactionCount(fixture.wallet.address)).toBe(nonce);
  });

  it("arguments that do not fit", async () => {
    const contract = await fixture.deployed();
    expect(await codeOf(contract.addMillionaire(-1))).toBe("bad-arguments");
    expect(await codeOf(contract.addMillionaire("many" as never))).toBe("bad-arguments");
    expect(await codeOf((contract.addMillionaire as (...args: unknown[]) => Promise<unknown>)(1, 2, 3))).toBe(
      "bad-arguments",
    );
    expect(await codeOf(fixture.enigma.deploy({ module: MODULE, abi: wealthAbi, args: [] as never }))).toBe(
      "bad-arguments",
    );
  });

  it("a contract that does not exist", async () => {
    const contract = fixture.enigma.contract(`0x${"99".repeat(20)}`, wealthAbi);
    expect(await codeOf(contract.addMillionaire(1))).toBe("contract-not-deployed");
  });

  it("an input that is too large", async () => {
    const address = (await fixture.deployed()).address;
    const contract = fixture.enigma.contract(address, ["function store(bytes data)"]);
    const store = contract.getFunction("store");
    expect(await codeOf(store(new Uint8Array(300_000)))).toBe("input-too-large");
  });

  it("a module that the checker refuses", async () => {
    const refusal = {
      code: "module-start",
      function: null,
      offset: 8,
      sentence: "It starts by itself.",
      hint: "Do not.",
    };
    const client = await fixture.connect({ checkModule: () => JSON.stringify({ ok: false, refusal }) });
    const deployment = client.deploy({ module: MODULE, abi: wealthAbi, args: [1n] });
    await expect(deployment).rejects.toMatchObject({
      code: "module-refused",
      message: "It starts by itself.",
      hint: "Do not.",
      data: { rule: "module-start", offset: 8 },
    });
  });

  it("one bad order of several, without harm to the others", async () => {
    const contract = await fixture.deployed();
    const client = await fixture.connect({ random: (length) => new Uint8Array(length).fill(77) });
    await (await client.contract(contract.address, wealthAbi).addMillionaire(1)).wait();
    const repeated = [77, 77, 78, 78, 79, 79];
    const mixed = await fixture.connect({ random: (length) => new Uint8Array(length).fill(repeated.shift() ?? 0) });
    const mixedContract = mixed.contract(contract.address, wealthAbi);
    const outcomes = await Promise.allSettled([1, 2, 3].map((worth) => mixedContract.addMillionaire(worth)));
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    expect(outcomes[0]).toMatchObject({ reason: { code: "record-refused", data: { error: "NonceUsed" } } });
  });
});
