import { expect, it } from "vitest";
import { deploySample, expectAlike, observe, order, sampleEnclave } from "./sample-enclave.ts";

const SUPPLY = 1_000n;

/** Alice has apples, bob pears, and both let the swap move them. */
async function market() {
  const enclave = await sampleEnclave();
  const { bob } = enclave.accounts;
  const apples = await deploySample(enclave, "private-token", [SUPPLY]);
  const pears = await deploySample(enclave, "private-token", [SUPPLY], apples);
  const swap = await deploySample(enclave, "swap", [], apples);
  await pears.getFunction("transfer")(bob.address, SUPPLY);
  await apples.getFunction("approve")(swap.address, SUPPLY);
  await pears.connect(bob).getFunction("approve")(swap.address, SUPPLY);
  return { apples, pears, swap, bob };
}

/** What is seen of an exchange of these amounts. */
async function exchanged(given: bigint, wanted: bigint) {
  const { apples, pears, swap, bob } = await market();
  const { values } = await order(swap, "offer", apples.address, given, pears.address, wanted);
  return observe(swap.connect(bob), "accept", values[0], { touches: [apples, pears] });
}

it("shows nobody what is offered, and for how much", async () => {
  const { apples, pears, swap } = await market();
  await expect(swap.getFunction("offer")).toBeObliviousTo([
    [apples.address, 1n, pears.address, 2n],
    [apples.address, 2n ** 200n, pears.address, 0n],
    [pears.address, 5n, apples.address, 5n],
  ]);
});

it("shows nobody how much is exchanged", async () => {
  expectAlike([await exchanged(1n, 2n), await exchanged(SUPPLY, SUPPLY), await exchanged(0n, 999n)]);
});
