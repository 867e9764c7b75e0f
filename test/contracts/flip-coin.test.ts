import { expect, it } from "vitest";
import { deploySample, expectAlike, order, sampleEnclave } from "./sample-enclave.ts";

it("shows nobody the guess", async () => {
  const coin = await deploySample(await sampleEnclave(), "flip-coin");
  await expect(coin.getFunction("flip")).toBeObliviousTo([[0], [1]]);
});

it("shows nobody which side is up, and whether the guess was right", async () => {
  const coin = await deploySample(await sampleEnclave(), "flip-coin");
  await coin.getFunction("flip")(0);
  const outcomes = [];
  for (let round = 0; round < 16; round += 1) outcomes.push(await order(coin, "flip", 0));
  expect(new Set(outcomes.map(({ values }) => String(values)))).toEqual(new Set(["true,0", "false,1"]));
  expectAlike(outcomes.map(({ seen }) => seen));
});
