/** Two private tokens change hands in one task of a third contract: both or neither. */
import "../../host/testing/matchers/leak-matcher.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ContractRevertedError, Enigma, UntypedSecretContract } from "../../host/client/index.ts";
import { toHex } from "../../host/protocol/hex.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { deployInto } from "./contract-groups.ts";
import { chainEvents, expectFailed } from "./settled-facts.ts";

const SUPPLY = 0x5afe5ec4e75affe12n;
const [GIVEN, WANTED] = [0x9e3779b97f4a7c15n, 0xc2b2ae3d27d4eb4fn];

let network: TestNetwork;
let maker: Enigma;
let taker: Enigma;
/** Each as its holder calls it: the maker's apples, the taker's pears. */
let apples: UntypedSecretContract;
let pears: UntypedSecretContract;
let swap: UntypedSecretContract;
let takersSwap: UntypedSecretContract;

beforeAll(async () => {
  network = await startTestNetwork({ settings: { epochBlocks: 50 } });
  maker = await network.user(1);
  taker = await network.user(2, 1);
  apples = await network.deploy(maker, "private-token", [SUPPLY]);
  pears = await deployInto(apples.address, taker, "private-token", [SUPPLY]);
  swap = await deployInto(apples.address, maker, "swap");
  takersSwap = await network.contract(taker, "swap", swap.address);
  await (await apples.getFunction("approve")(swap.address, SUPPLY)).wait();
  await (await pears.getFunction("approve")(swap.address, SUPPLY)).wait();
});
afterAll(() => network?.stop());

/** What maker and taker hold of both tokens. */
async function holdings(): Promise<unknown[]> {
  const takersApples = await network.contract(taker, "private-token", apples.address);
  const makersPears = await network.contract(maker, "private-token", pears.address);
  return Promise.all([apples, makersPears, takersApples, pears].map((token) => token.getView("balance")()));
}

async function offer(given: bigint, wanted: bigint): Promise<string> {
  const task = await swap.getFunction("offer")(apples.address, given, pears.address, wanted);
  return (await task.wait()).result as string;
}

const accept = (id: string, touches: readonly string[]) => takersSwap.getFunction("accept")(id, { touches });
const tokens = () => [pears.address, apples.address];

it("all three contracts have one worker, in every epoch", async () => {
  const { contract } = network.local.view;
  const groups = await Promise.all([apples, pears, swap].map(({ address }) => contract.contractInfo(address)));
  expect(groups.map((info) => info?.group)).toEqual([apples.address, apples.address, apples.address]);
});

describe("an offer that is accepted", () => {
  it("moves both tokens with one receipt, which moves the states of all three contracts", async () => {
    const receipt = await (await accept(await offer(GIVEN, WANTED), tokens())).wait();
    expect(await holdings()).toEqual([SUPPLY - GIVEN, WANTED, GIVEN, SUPPLY - WANTED]);
    const others = tokens().toSorted();
    expect(receipt.moves.map(({ secretContract }) => secretContract)).toEqual([swap.address, ...others]);
    for (const { secretContract, stateBefore, stateAfter } of receipt.moves) {
      expect(stateAfter).not.toBe(stateBefore);
      expect(await network.local.view.contract.tip(secretContract)).toBe(stateAfter);
    }
    const moved = await chainEvents(network, "StateMoved", receipt.taskId);
    expect(moved.map(({ secretContract }) => secretContract)).toEqual(others);
  });

  it("shows nobody the amounts", async () => {
    await expect(network).not.toLeak(GIVEN);
    await expect(network).not.toLeak(WANTED);
  });

  it("cannot be accepted again", async () => {
    const id = await offer(1n, 1n);
    await (await accept(id, tokens())).wait();
    expect(await expectFailed(network, taker, () => accept(id, tokens()))).toMatchObject({ name: "NoSuchOffer" });
  });
});

describe("an offer that cannot be kept", () => {
  it("moves neither token where one of them refuses, and tells the taker why", async () => {
    const id = await offer(1n, SUPPLY * 2n);
    const before = await holdings();
    const error = (await expectFailed(network, taker, () => accept(id, tokens()))) as ContractRevertedError;
    const refusal = pears.interface.getError("InsufficientAllowance")?.selector;
    expect(error).toMatchObject({ code: "contract-reverted", name: "TokenRefused" });
    expect([String(error.args[0]).toLowerCase(), ...error.args.slice(1)]).toEqual([pears.address, 1n, refusal]);
    expect(await holdings()).toEqual(before);
    await expect(swap.getView("terms")(id)).resolves.toBeDefined();
  });

  it("moves nothing where the task does not declare a token", async () => {
    const id = await offer(1n, 1n);
    const before = await holdings();
    const order = () => accept(id, [apples.address]);
    const error = (await expectFailed(network, taker, order)) as ContractRevertedError;
    const undeclared = toHex(new TextEncoder().encode("undeclared"));
    expect([error.name, ...error.args.slice(1)]).toEqual(["TokenRefused", 10n, undeclared]);
    expect(await holdings()).toEqual(before);
  });
});

it("goes on after the group was handed over", async () => {
  const serving = await network.selected(swap.address);
  await network.advanceEpochTo(swap.address, 1 - serving);
  const before = (await holdings()) as bigint[];
  const { worker } = await (await accept(await offer(5n, 7n), tokens())).wait();
  expect(worker).toBe(network.worker(1 - serving).address);
  expect(await holdings()).toEqual([-5n, 7n, 5n, -7n].map((change, index) => (before[index] ?? 0n) + change));
});
