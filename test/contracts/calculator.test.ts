import { expect, it } from "vitest";
import { deploySample, sampleEnclave } from "./sample-enclave.ts";

const SMALLEST = -(2n ** 255n);
const PAIRS = [
  [7n, -9n],
  [0n, 1n],
  [2n ** 200n, 3n],
  [2n ** 90n + 1n, -1n],
  [-(2n ** 120n), 2n ** 54n],
  [-5n, 2n ** 120n],
] as const;
const OPERATIONS = [0, 1, 2, 3, 4];

async function calculate() {
  return (await deploySample(await sampleEnclave(), "calculator")).getFunction("calculate");
}

it("shows nobody the numbers, nor which operation it was", async () => {
  const calculations = PAIRS.flatMap(([left, right]) => OPERATIONS.map((operation) => [left, operation, right]));
  await expect(await calculate()).toBeObliviousTo([...calculations, [SMALLEST, 3, 2n ** 90n + 1n]]);
});

it("lets a calculation without a result be seen to fail, as its README says", async () => {
  const withAndWithout = [
    [1n, 3, 1n],
    [1n, 3, 0n],
  ];
  await expect(await calculate()).not.toBeObliviousTo(withAndWithout);
});

it("calculates", async () => {
  const results = OPERATIONS.map(async (operation) => (await calculate())(-65n, operation, 9n));
  expect(await Promise.all(results)).toEqual([-56n, -74n, -585n, -7n, -2n]);
  await expect((await calculate())(1n, 3, 0n)).toRevertWith("DivisionByZero");
});
