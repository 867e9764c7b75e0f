import { expect, it } from "vitest";
import { deploySample, expectAlike, observe, sampleEnclave } from "./sample-enclave.ts";

async function founded() {
  const enclave = await sampleEnclave();
  const { alice, bob, carol, dave } = enclave.accounts;
  const members = [alice, bob, carol, dave];
  const salaries = await deploySample(enclave, "average-salary", [3, members.map(({ address }) => address)]);
  return { salaries, members };
}

/** What is seen of the publications, after two rounds of these salaries. */
async function published(...rounds: (readonly bigint[])[]) {
  const { salaries, members } = await founded();
  const seen = [];
  for (const round of rounds) {
    for (const [index, salary] of round.entries()) {
      const member = members[index];
      if (member) await salaries.connect(member).getFunction("submit")(salary);
    }
    seen.push(await observe(salaries, "publish"));
  }
  return seen;
}

it("shows nobody a salary, nor whether it changed", async () => {
  const { salaries } = await founded();
  await expect(salaries.getFunction("submit")).toBeObliviousTo([[0n], [4_200n], [2n ** 64n - 1n]]);
  await salaries.getFunction("submit")(4_200n);
  await expect(salaries.getFunction("submit")).toBeObliviousTo([[4_200n], [4_201n]]);
});

it("shows nobody the salaries when it publishes their average", async () => {
  const some = await published([4_200n, 5_100n, 3_900n], [4_200n, 5_100n, 3_900n, 1n]);
  const others = await published([0n, 2n ** 64n - 1n, 77n], [1n, 1n, 1n, 2n ** 60n]);
  for (const [round, seen] of some.entries()) {
    const other = others[round];
    if (other) expectAlike([seen, other]);
  }
  expect(some.length).toBe(2);
});

it("publishes for the most members that there can be", async () => {
  const enclave = await sampleEnclave();
  const member = (index: number) => enclave.impersonate(`0x${(index + 1).toString(16).padStart(40, "0")}`);
  const members = Array.from({ length: 50 }, (_, index) => member(index));
  const salaries = await deploySample(enclave, "average-salary", [3, members.map(({ address }) => address)]);
  const [first] = members;
  if (first === undefined) throw new Error("there are members");
  for (let round = 0; round < 2; round += 1) {
    for (const person of members) await salaries.connect(person).getFunction("submit")(2n ** 64n - 1n);
    await salaries.connect(first).getFunction("publish")();
  }
  expect(await salaries.connect(first).getFunction("average")()).toEqual([50n, 2n ** 64n - 1n]);
});
