import { AbiCoder, keccak256, toBeHex } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { address } from "../../host/protocol/hex.ts";
import { selectWorker } from "../../host/protocol/selection.ts";
import { refusedWith } from "./refused-with.ts";
import { enclaveKey, PARAMETERS, STAKE, signerOf, TestNetwork, type TestWorker } from "./test-network.ts";

let network: TestNetwork;
let workers: TestWorker[];
beforeAll(async () => {
  network = await TestNetwork.start();
  workers = [await network.addWorker(1), await network.addWorker(2, 2n * STAKE), await network.addWorker(3)];
});
afterAll(() => network.close());

describe("the principal", () => {
  test("is named by the owner only, and only once", async () => {
    const signer = signerOf(enclaveKey("another principal"));
    await refusedWith("owner-only", network.account(1).registerPrincipal(signer, new Uint8Array()));
    await refusedWith("principal-registered-already", network.owner.registerPrincipal(signer, new Uint8Array()));
    expect(await network.contract.principalSigner()).toBe(signerOf(network.principal));
  });
});

describe("the first epoch", () => {
  test("is refused unless the principal has signed exactly it", async () => {
    const block = await network.blockNumber();
    await network.mine(1);
    const stranger = await network.signEpoch(1n, block, block + 1n, enclaveKey("a stranger"));
    await refusedWith("epoch-signature-invalid", network.owner.setEpoch(stranger));
    const signed = await network.signEpoch(1n, block, block + 1n);
    await refusedWith("epoch-signature-invalid", network.owner.setEpoch({ ...signed, firstBlock: block + 2n }));
    await refusedWith("epoch-signature-invalid", network.owner.setEpoch({ ...signed, signature: new Uint8Array(65) }));
    await refusedWith("epoch-number-wrong", network.owner.setEpoch({ ...signed, number: 2n }));
  });

  test("is refused if the snapshot or the hash of its block is another than was signed", async () => {
    const block = await network.blockNumber();
    await network.mine(1);
    const signed = await network.signEpoch(1n, block, block + 1n);
    await refusedWith("epoch-signature-invalid", network.owner.setEpoch({ ...signed, snapshotBlock: block - 1n }));
  });

  test("needs a snapshot block whose hash can be had", async () => {
    const future = await network.signEpoch(1n, 0n, 1n);
    const head = await network.blockNumber();
    await refusedWith(
      "snapshot-block-unavailable",
      network.owner.setEpoch({ ...future, snapshotBlock: head + 50n, firstBlock: head + 60n }),
    );
  });

  test("starts at once, with the workers in the order in which they first logged in", async () => {
    const { events } = await network.nextEpoch();
    expect(events).toMatchObject([{ name: "EpochSet", number: 1n }]);
    const snapshot = await network.contract.epochWorkers(1n);
    expect(snapshot).toEqual([
      { address: workers[0]?.account.address, cumulativeStake: STAKE },
      { address: workers[1]?.account.address, cumulativeStake: 3n * STAKE },
      { address: workers[2]?.account.address, cumulativeStake: 4n * STAKE },
    ]);
    const addresses = snapshot.map((worker) => worker.address);
    const stakes = snapshot.map((worker) => worker.cumulativeStake);
    const encoded = AbiCoder.defaultAbiCoder().encode(["address[]", "uint256[]"], [addresses, stakes]);
    expect(events[0]).toMatchObject({ snapshotHash: keccak256(encoded) });
    expect(await network.contract.currentEpoch()).toMatchObject({ number: 1n, totalStake: 4n * STAKE });
  });
});

test("the contract selects as the protocol says, for any group", async () => {
  const { number, seed } = await network.contract.currentEpoch();
  const snapshot = await network.contract.epochWorkers(number);
  const groups = Array.from({ length: 64 }, (_, index) => address(`0x${index.toString(16).padStart(40, "a")}`));
  const selected = await Promise.all(groups.map((group) => network.contract.selectedWorker(number, group)));
  expect(selected).toEqual(groups.map((group) => selectWorker(seed, group, snapshot)));
  expect(new Set(selected).size).toBe(3);
});

test("the lot falls on workers in proportion to their stakes, in Solidity as in TypeScript", async () => {
  const { number, seed } = await network.contract.currentEpoch();
  const snapshot = await network.contract.epochWorkers(number);
  const total = snapshot.at(-1)?.cumulativeStake ?? 0n;
  const groups = Array.from({ length: 20_000 }, (_, index) => address(keccak256(toBeHex(index, 32)).slice(0, 42)));
  const drawn = groups.map((group) => selectWorker(seed, group, snapshot));
  const sampled = groups.slice(0, 300);
  const onChain = await Promise.all(sampled.map((group) => network.contract.selectedWorker(number, group)));
  expect(onChain).toEqual(drawn.slice(0, sampled.length));

  const chiSquare = (selected: readonly unknown[]) =>
    snapshot.reduce((sum, { address: worker, cumulativeStake }, index) => {
      const stake = cumulativeStake - (snapshot[index - 1]?.cumulativeStake ?? 0n);
      const expected = (selected.length * Number(stake)) / Number(total);
      return sum + (selected.filter((one) => one === worker).length - expected) ** 2 / expected;
    }, 0);
  // Two degrees of freedom: a fair lot exceeds 13.8 once in a thousand seeds, and this seed is fixed.
  expect(chiSquare(drawn)).toBeLessThan(13.8);
  expect(chiSquare(onChain)).toBeLessThan(13.8);
  // What the test can tell: equal chances in place of those by stake.
  expect(chiSquare(groups.map((_, index) => snapshot[index % 3]?.address))).toBeGreaterThan(100);
});

describe("the next epoch", () => {
  test("takes its snapshot at the scheduled block only", async () => {
    const { firstBlock } = await network.contract.currentEpoch();
    const scheduled = firstBlock + BigInt(PARAMETERS.epochBlocks);
    expect(await network.contract.scheduledSnapshotBlock()).toBe(scheduled);
    await network.mineTo(scheduled + 2n);
    const early = await network.signEpoch(2n, scheduled - 1n, scheduled + 10n);
    const error = await refusedWith("snapshot-block-wrong", network.owner.setEpoch(early));
    expect(error.data.scheduled).toBe(scheduled);
  });

  test("starts some blocks after it is set, not too many", async () => {
    const scheduled = (await network.contract.scheduledSnapshotBlock()) ?? 0n;
    const head = await network.blockNumber();
    const soon = await network.signEpoch(2n, scheduled, head + 2n);
    await refusedWith("first-block-wrong", network.owner.setEpoch(soon));
    const late = await network.signEpoch(2n, scheduled, head + 1_000n);
    await refusedWith("first-block-wrong", network.owner.setEpoch(late));
  });

  test("counts what stood at the end of the snapshot block, not what came after", async () => {
    const scheduled = (await network.contract.scheduledSnapshotBlock()) ?? 0n;
    const [first, second] = workers as [TestWorker, TestWorker, TestWorker];
    await first.account.logOut();
    await second.account.depositStake(10n * STAKE);
    await network.addWorker(4, 100n * STAKE);
    const firstBlock = (await network.blockNumber()) + 8n;
    await network.owner.setEpoch(await network.signEpoch(2n, scheduled, firstBlock));
    expect((await network.contract.epochWorkers(2n)).map(({ cumulativeStake }) => cumulativeStake)).toEqual([
      STAKE,
      3n * STAKE,
      4n * STAKE,
    ]);
  });

  test("rules from its first block on, and until then keeps out a third", async () => {
    expect((await network.contract.currentEpoch()).number).toBe(1n);
    const { firstBlock, number } = await network.contract.latestEpoch();
    expect(number).toBe(2n);
    const pending = await network.signEpoch(3n, 1n, firstBlock + 100n);
    await refusedWith("epoch-pending", network.owner.setEpoch(pending));
    await network.mineTo(firstBlock);
    expect((await network.contract.currentEpoch()).number).toBe(2n);
  });

  test("moves its snapshot block on by 256 when the window has passed", async () => {
    const scheduled = (await network.contract.scheduledSnapshotBlock()) ?? 0n;
    await network.mineTo(scheduled + 300n);
    expect(await network.contract.scheduledSnapshotBlock()).toBe(scheduled + 256n);
    await network.nextEpoch();
    const snapshot = await network.contract.epochWorkers(3n);
    expect(snapshot.map(({ cumulativeStake }) => cumulativeStake)).toEqual([12n * STAKE, 13n * STAKE, 113n * STAKE]);
  });

  test("without workers selects nobody and takes no records", async () => {
    for (const index of [2, 3, 4]) await network.account(index).logOut();
    await network.nextEpoch();
    expect(await network.contract.selectedWorker(4n, network.deployment.token)).toBeUndefined();
    expect(await network.contract.epochWorkers(4n)).toEqual([]);
    const user = network.account(5);
    await user.deposit(1n);
    await refusedWith("no-workers", user.createRecord(await network.order(user, { gasPrice: 0n })));
  });
});
