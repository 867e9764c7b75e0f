/** Every sample on a network: called by several users, read by permit, and looked for in all that the hosts held. */
import { AbiCoder, getBytes } from "ethers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Account, createNetwork, type NetworkBed, type UntypedTestContract } from "../../host/testing/index.ts";
import type { SampleName } from "../../host/testing/sample-contract.ts";

let network: NetworkBed;
let alice: Account;
let bob: Account;
let carol: Account;

beforeAll(async () => {
  network = await createNetwork();
  ({ alice, bob, carol } = network.accounts);
});
afterAll(() => network?.close());

async function deploy(name: SampleName, args: readonly unknown[] = []): Promise<UntypedTestContract> {
  return (await network.deploy(name, args)) as UntypedTestContract;
}

/** A sample's functions as one account calls them. */
function as(account: Account, contract: UntypedTestContract) {
  return (name: string, ...args: readonly unknown[]) => contract.connect(account).getFunction(name)(...args);
}

const refusedWith = (name: string) => ({ result: { error: { name } } });

it("counter: adds what several users gave, and tells the owner alone", async () => {
  const amounts = [0x51ce7e57a11ce5n, 0x7e1157a11ce5edn] as const;
  const counter = await deploy("counter", [5n]);
  await as(alice, counter)("increment", amounts[0]);
  await as(bob, counter)("increment", amounts[1]);
  expect(await as(alice, counter)("value")).toBe(5n + amounts[0] + amounts[1]);
  await expect(as(bob, counter)("value")).rejects.toMatchObject(refusedWith("NotOwner"));
  for (const secret of [...amounts, 5n + amounts[0] + amounts[1]]) await expect(network).not.toLeak(secret);
});

it("calculator: multiplies as a query that nobody sees", async () => {
  const [left, right] = [0x1234567890abcdef11n, -0xfedcba987654321111n];
  const calculator = await deploy("calculator");
  expect(await as(bob, calculator)("calculate", left, 2, right)).toBe(left * right);
  await expect(as(bob, calculator)("calculate", left, 3, 0n)).rejects.toMatchObject(refusedWith("DivisionByZero"));
  for (const secret of [left, -right, -left * right]) await expect(network).not.toLeak(secret);
});

it("flip-coin: tells the player alone, who has a score of their own", async () => {
  const coin = await deploy("flip-coin");
  const { result } = await as(alice, coin)("flip", 1).outcome;
  const [isRight, side] = result.value as [boolean, bigint];
  expect(isRight).toBe(side === 1n);
  expect(await as(alice, coin)("score")).toEqual([1n, BigInt(isRight)]);
  expect(await as(bob, coin)("score")).toEqual([0n, 0n]);
});

it("secret-ballot: publishes totals, and no ballot", async () => {
  const closing = (await network.provider.getBlockNumber()) + 30;
  const voters = [alice.address, bob.address];
  const ballot = await deploy("secret-ballot", [["bridge", "park", "road"], 100, closing, voters]);
  await as(alice, ballot)("vote", [6, -8, 0]);
  await as(bob, ballot)("vote", [1, 9, -4]);
  expect(await as(bob, ballot)("myBallot")).toEqual([1n, 9n, -4n]);
  await expect(as(carol, ballot)("myBallot")).rejects.toMatchObject(refusedWith("DidNotVote"));
  await network.mine(30);
  const { result } = await as(carol, ballot)("publish").outcome;
  expect(result.effects).toMatchObject([{ kind: "event", name: "Published", args: [[7n, 1n, -4n], 2n] }]);
  for (const votes of [
    [6, -8, 0],
    [1, 9, -4],
  ]) {
    await expect(network).not.toLeak(getBytes(AbiCoder.defaultAbiCoder().encode(["int32", "int32", "int32"], votes)));
  }
});

it("notes: gives each account its own", async () => {
  const notes = await deploy("notes");
  await as(alice, notes)("write", "where the key is", "under the third stone");
  await as(bob, notes)("write", "where the key is", "in the old teapot");
  expect(await as(alice, notes)("read", "where the key is")).toBe("under the third stone");
  expect(await as(bob, notes)("titles")).toEqual(["where the key is"]);
  await expect(as(carol, notes)("read", "where the key is")).rejects.toMatchObject(refusedWith("NoSuchNote"));
  for (const secret of ["where the key is", "under the third stone", "in the old teapot"]) {
    await expect(network).not.toLeak(secret);
  }
});

it("factorisation: tells who asks the factors", async () => {
  const [smaller, larger] = [4_294_967_279n, 4_294_967_291n];
  const factorisation = await deploy("factorisation");
  const gasLimit = 400_000_000n;
  const { result } = await as(bob, factorisation)("factorise", smaller * larger, { gasLimit }).outcome;
  expect(result.value).toEqual([
    [
      [smaller, 1n],
      [larger, 1n],
    ],
    1n,
  ]);
  await expect(network).not.toLeak(smaller * larger);
});

it("average-salary: answers members, once there are enough", async () => {
  const salaries = [0xa1ce5a1a4901n, 0xb0b5a1a4902n * 0x10n, 0xca401a1a4903n];
  const people = [alice, bob, carol];
  const average = await deploy("average-salary", [3, people.map(({ address }) => address)]);
  for (const [index, person] of people.entries()) {
    await expect(as(alice, average)("publish")).rejects.toMatchObject(refusedWith("GroupTooSmall"));
    await as(person, average)("submit", salaries[index]);
  }
  await as(bob, average)("publish");
  const expected = salaries.reduce((sum, salary) => sum + salary) / 3n;
  expect(await as(carol, average)("average")).toEqual([3n, expected]);
  await expect(as(network.accounts.dave, average)("average")).rejects.toMatchObject(refusedWith("NotAMember"));
  for (const secret of [...salaries, expected]) await expect(network).not.toLeak(secret);
});

it("rock-paper-scissors: decides at once, and gives a game to whom nobody answers", async () => {
  const games = await deploy("rock-paper-scissors", [6]);
  await as(alice, games)("challenge", bob.address, 0);
  await as(alice, games)("challenge", carol.address, 0);
  const { result } = await as(bob, games)("answer", 0n, 1).outcome;
  expect([result.value, await as(alice, games)("standing", 0n)]).toEqual([2n, 3n]);
  await expect(as(carol, games)("standing", 0n)).rejects.toMatchObject(refusedWith("NotYourGame"));
  await network.mine(7);
  await as(alice, games)("claim", 1n);
  expect(await as(carol, games)("standing", 1n)).toBe(3n);
});

it("private-token: moves what only sender and receiver know", async () => {
  const [supply, moved, missing] = [0x70ce5a77e57a11n, 0x1e7e57a11ce5n, 0x7ff5a77e57a11ce5n];
  const token = await deploy("private-token", [supply]);
  expect((await as(alice, token)("transfer", bob.address, moved).outcome).result.value).toBe(true);
  expect((await as(alice, token)("transfer", bob.address, missing).outcome).result.value).toBe(false);
  expect(await as(bob, token)("balance")).toBe(moved);
  await expect(as(carol, token)("balanceOf", bob.address)).rejects.toMatchObject(refusedWith("NotAReader"));
  await as(bob, token)("setReader", carol.address, true);
  expect(await as(carol, token)("balanceOf", bob.address)).toBe(moved);
  for (const secret of [moved, missing, supply - moved]) await expect(network).not.toLeak(secret);
});

it("millionaires: names the richest, and no net worth", async () => {
  const netWorths = [0xa11ce0f0e71d01n, 0xb0b0f0f0e71d02n];
  const millionaires = await deploy("millionaires");
  await as(alice, millionaires)("addMillionaire", netWorths[0]);
  await as(bob, millionaires)("addMillionaire", netWorths[1]);
  expect(String(await as(carol, millionaires)("richest")).toLowerCase()).toBe(bob.address);
  for (const secret of netWorths) await expect(network).not.toLeak(secret);
});
