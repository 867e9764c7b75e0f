/** Tests of one file share an enclave, and each finds it as it was prepared. */
import { describe, expect } from "vitest";
import { enclaveTest, type UntypedTestContract } from "../../host/testing/index.ts";

let prepared = 0;
const test = enclaveTest(async (enclave) => {
  prepared += 1;
  return { counter: (await enclave.deploy("counter", [5n])) as unknown as UntypedTestContract };
});

describe.each([1, 2, 3])("test %i", () => {
  test("finds the counter where it was prepared", async ({ contracts, enclave }) => {
    expect(await contracts.counter.getFunction("value")()).toBe(5n);
    await contracts.counter.getFunction("increment")(7n);
    expect(await contracts.counter.getFunction("value")()).toBe(12n);
    expect(contracts.counter.address).toBe((await enclave.contractAt("counter", contracts.counter.address)).address);
    expect(prepared).toBe(1);
  });
});
