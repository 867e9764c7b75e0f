import { expect, it } from "vitest";
import { deploySample, expectAlike, observe, sampleEnclave } from "./sample-enclave.ts";

/** What is seen of the search for the richest of these. */
async function searched(...netWorths: bigint[]) {
  const enclave = await sampleEnclave();
  const millionaires = await deploySample(enclave, "millionaires");
  for (const [index, netWorth] of netWorths.entries()) {
    const person = enclave.accounts[index as 0];
    await millionaires.connect(person).getFunction("addMillionaire")(netWorth);
  }
  return observe(millionaires, "richest");
}

it("shows nobody a net worth, nor whether it changed", async () => {
  const millionaires = await deploySample(await sampleEnclave(), "millionaires");
  await expect(millionaires.getFunction("addMillionaire")).toBeObliviousTo([[0n], [1n], [2n ** 255n]]);
  await millionaires.getFunction("addMillionaire")(5n);
  await expect(millionaires.getFunction("addMillionaire")).toBeObliviousTo([[5n], [4n], [2n ** 255n]]);
});

it("shows nobody who is rich in the search for the richest", async () => {
  const large = 2n ** 200n;
  expectAlike([
    await searched(1n, 2n, 3n),
    await searched(3n, 2n, 1n),
    await searched(large, 1n, large + 1n),
    await searched(5n, 5n, 5n),
    await searched(2n ** 64n, 2n ** 64n - 1n, 2n ** 128n),
    await searched(2n ** 255n + 1n, 2n ** 255n, 2n ** 192n),
    await searched(0n, large, 0n),
  ]);
});
