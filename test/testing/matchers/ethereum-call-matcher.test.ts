/** The matcher for calls to Ethereum, on results that the test makes up. */
import "../../../host/testing/matchers/ethereum-call-matcher.ts";
import { Contract, Interface } from "ethers";
import { expect, test } from "vitest";
import { address, fromHex, type Hex } from "../../../host/protocol/hex.ts";
import type { CallEffect } from "../../../host/testing/contract/call-result.ts";

const TARGET = address(`0x${"ab".repeat(20)}`);
const SOURCE = address(`0x${"01".repeat(20)}`);
const abi = new Interface(["function finish(address winner, uint256[] prices)", "function cancel()"]);
const WINNER = address(`0x${"cd".repeat(20)}`);

function result(...calls: readonly { readonly target: typeof TARGET; readonly data: string }[]) {
  const effects = calls.map(
    ({ target, data }): CallEffect => ({
      ...{ kind: "call", required: true, source: SOURCE, target, value: 0n, calldata: fromHex(data as Hex) },
    }),
  );
  return { observed: {}, ending: { name: "returned" }, error: undefined, gasUsed: 1n, effects };
}

const finish = { target: TARGET, data: abi.encodeFunctionData("finish", [WINNER, [1n, 2n]]) };

test("a call is found by target, function and arguments", async () => {
  const called = result({ target: SOURCE, data: "0x" }, finish);
  await expect(called).toCallEthereum(TARGET, "finish(address,uint256[])");
  await expect(called).toCallEthereum(TARGET.toUpperCase().replace("0X", "0x"), "finish(address,uint256[])", [
    WINNER,
    [1, 2n],
  ]);
  await expect(called).toCallEthereum(new Contract(TARGET, abi), "finish", [expect.any(String), [1n, 2n]]);
  await expect(Promise.resolve(called)).toCallEthereum(TARGET, "finish(address,uint256[])");
});

test.each([
  ["another target", SOURCE, "finish(address,uint256[])", undefined],
  ["another function", TARGET, "cancel()", undefined],
  ["other arguments", TARGET, "finish(address,uint256[])", [WINNER, [2n, 1n]]],
])("%s is not what was called", async (_, target, fn, args) => {
  await expect(result(finish)).not.toCallEthereum(target, fn, args);
  await expect(expect(result(finish)).toCallEthereum(target, fn, args)).rejects.toThrow(
    /did not call .*it called 0xabab/s,
  );
});

test("a failure says that nothing was called, where nothing was", async () => {
  const failure = expect(result()).toCallEthereum(TARGET, "cancel()");
  await expect(failure).rejects.toThrow("it called nothing there, and it returned");
});

test("calldata that only begins like the function is not taken for it", async () => {
  const cut = { target: TARGET, data: finish.data.slice(0, 30) };
  await expect(result(cut)).not.toCallEthereum(TARGET, "finish(address,uint256[])", [WINNER, [1n, 2n]]);
});

test.each([
  ["a name without an ABI", TARGET, "finish"],
  ["no address", "alice", "cancel()"],
])("%s is refused", async (_, target, fn) => {
  await expect(expect(result(finish)).toCallEthereum(target, fn)).rejects.toThrow(TypeError);
});

test("what is no call is refused", async () => {
  await expect(expect(7n).toCallEthereum(TARGET, "cancel()")).rejects.toThrow(TypeError);
});
