import { expect, it } from "vitest";
import { deploySample, sampleEnclave } from "./sample-enclave.ts";

/** Primes of 61 and 62 bits, too large to be found. */
const HARD = [2n ** 61n - 1n, 2n ** 62n - 57n] as const;

it("shows nobody the number, nor how hard it was", async () => {
  const factorisation = await deploySample(await sampleEnclave(), "factorisation");
  const manyPrimes = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, 41n].reduce(
    (product, prime) => product * prime,
  );
  const numbers = [
    1n,
    101n,
    2n ** 127n,
    manyPrimes,
    4_294_967_291n * 4_294_967_279n,
    2n ** 127n - 1n,
    HARD[0] * HARD[1],
  ];
  await expect(factorisation.getFunction("factorise")).toBeObliviousTo(numbers.map((number) => [number]));
});

it("finds the factors, or what is left of the number", async () => {
  const factorisation = await deploySample(await sampleEnclave(), "factorisation");
  const factors = async (number: bigint) => (await factorisation.getFunction("factorise")(number).outcome).result.value;
  expect(await factors(360n)).toEqual([
    [
      [2n, 3n],
      [3n, 2n],
      [5n, 1n],
    ],
    1n,
  ]);
  expect(await factors(3n * HARD[0] * HARD[1])).toEqual([[[3n, 1n]], HARD[0] * HARD[1]]);
});
