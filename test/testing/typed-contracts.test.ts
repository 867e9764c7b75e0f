/** Names, arguments and results of contracts in tests are typed by the ABI. */
import { afterAll, beforeAll, expect, expectTypeOf, test } from "vitest";
import { type CallResult, createEnclave, type EnclaveBed } from "../../host/testing/index.ts";
import { sampleContract } from "../../host/testing/sample-contract.ts";

const abi = [
  { type: "constructor", inputs: [{ name: "start", type: "uint64" }], stateMutability: "nonpayable" },
  {
    type: "function",
    name: "increment",
    inputs: [{ name: "by", type: "uint64" }],
    outputs: [],
    stateMutability: "nonpayable",
  },
  { type: "function", name: "value", inputs: [], outputs: [{ name: "", type: "uint64" }], stateMutability: "view" },
  { type: "error", name: "NotOwner", inputs: [{ name: "caller", type: "address" }] },
] as const;

let enclave: EnclaveBed;
beforeAll(async () => {
  enclave = await createEnclave({ log: false });
});
afterAll(() => enclave?.close());

test("a contract's methods take its arguments and options, and answer what it returns", async () => {
  const { module } = await sampleContract("counter");
  const counter = await enclave.deploy({ module, abi, name: "counter" }, [5n]);
  const result = await counter.increment(2n, { from: enclave.accounts.alice });
  const value = await counter["value()"]();
  expect([result.status, value]).toEqual(["committed", 7n]);
  expectTypeOf(result).toEqualTypeOf<CallResult<undefined>>();
  expectTypeOf(value).toEqualTypeOf<bigint>();
  expectTypeOf(counter.increment).parameter(0).toEqualTypeOf<bigint | number>();
  expectTypeOf(enclave.deploy({ module, abi }, [5n])).resolves.toHaveProperty("connect");
  // @ts-expect-error a constructor's argument is a number
  await expect(enclave.deploy({ module, abi }, ["five"])).rejects.toMatchObject({ code: "bad-arguments" });
  // @ts-expect-error there is no such function
  expect(counter.decrement).toBeUndefined();
});
