import { expect, it } from "vitest";
import { deploySample, expectAlike, order, sampleEnclave } from "./sample-enclave.ts";

it("shows nobody the guess", async () => {
  const luckyNumber = await deploySample(await sampleEnclave(), "lucky-number");
  await expect(luckyNumber.getFunction("guess")).toBeObliviousTo([
    [1n, 6n],
    [2n, 6n],
    [6n, 6n],
    [2n ** 63n, 6n],
  ]);
});

it("shows nobody the number of a task without a callback", async () => {
  const luckyNumber = await deploySample(await sampleEnclave(), "lucky-number");
  await luckyNumber.getFunction("guess")(1n, 2n);
  const outcomes = [];
  for (let round = 0; round < 16; round += 1) outcomes.push(await order(luckyNumber, "guess", 1n, 2n));
  expect(new Set(outcomes.map(({ values }) => String(values)))).toEqual(new Set(["true,1", "false,2"]));
  expectAlike(outcomes.map(({ seen }) => seen));
});
