import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { ZERO_ADDRESS } from "../../host/protocol/hex.ts";
import { refusedWith } from "./refused-with.ts";
import { STAKE, TestNetwork } from "./test-network.ts";

let network: TestNetwork;
beforeAll(async () => {
  network = await TestNetwork.start();
});
afterAll(() => network.close());

const KEY = new Uint8Array(32).fill(7);
const QUOTE = new Uint8Array([9, 9, 9]);

describe("registration", () => {
  test("announces the enclave and its quote", async () => {
    const { account, signer } = network.workerKeys(0);
    const { events } = await account.registerWorker(signer, KEY, QUOTE);
    expect(events).toMatchObject([
      {
        name: "WorkerRegistered",
        worker: account.address,
        signer,
        encryptionKey: `0x${"07".repeat(32)}`,
        quote: QUOTE,
      },
    ]);
    expect(await network.contract.worker(account.address)).toMatchObject({ signer, stake: 0n, loggedIn: false });
  });

  test("again replaces the enclave and keeps the place in the order", async () => {
    await network.workerKeys(1).account.registerWorker(network.workerKeys(1).signer, KEY, QUOTE);
    const { account } = network.workerKeys(0);
    const { signer } = network.workerKeys(10);
    await account.registerWorker(signer, KEY, QUOTE);
    expect((await network.contract.worker(account.address)).signer).toBe(signer);
    expect(await network.contract.workerAddresses()).toEqual([account.address, network.account(1).address]);
    await network.account(2).registerWorker(network.workerKeys(0).signer, KEY, QUOTE);
  });

  test("refuses another worker's signer", async () => {
    const { signer } = network.workerKeys(1);
    const error = await refusedWith("signer-taken", network.account(3).registerWorker(signer, KEY, QUOTE));
    expect(String(error.data.signer).toLowerCase()).toBe(signer);
  });

  test("refuses the zero address as signer", () =>
    refusedWith("signer-zero", network.account(3).registerWorker(ZERO_ADDRESS, KEY, QUOTE)));
});

describe("what only workers may do", () => {
  test.each(["logIn", "logOut", "unregister"] as const)("%s is refused to others", async (name) => {
    await refusedWith("worker-unknown", network.account(9)[name]());
  });
  test.each(["depositStake", "withdrawStake"] as const)("%s is refused to others", async (name) => {
    await refusedWith("worker-unknown", network.account(9)[name](1n));
  });
});

describe("logging in and out", () => {
  test("needs a stake of at least 1 ENG", async () => {
    const { account } = network.workerKeys(1);
    await account.depositStake(ENG - 1n);
    const error = await refusedWith("stake-too-low", account.logIn());
    expect(error.data).toMatchObject({ stake: ENG - 1n, minimum: ENG });
  });

  test("is announced, once each", async () => {
    const { account } = network.workerKeys(1);
    const { events } = await account.depositStake(STAKE);
    expect(events).toMatchObject([{ name: "StakeDeposited", worker: account.address, amount: STAKE }]);
    expect((await account.logIn()).events).toMatchObject([{ name: "WorkerLoggedIn", worker: account.address }]);
    await refusedWith("worker-logged-in-already", account.logIn());
    expect((await account.logOut()).events).toMatchObject([{ name: "WorkerLoggedOut", worker: account.address }]);
    await refusedWith("worker-not-logged-in", account.logOut());
  });

  test("a stake of nothing is refused", () =>
    refusedWith("amount-zero", network.workerKeys(1).account.depositStake(0n)));
});

describe("withdrawing the stake", () => {
  test("is refused while logged in", async () => {
    const { account } = await network.addWorker(4);
    await refusedWith("worker-still-logged-in", account.withdrawStake(1n));
  });

  test("is refused before the first epoch while that could still count the stake", async () => {
    const { account } = network.workerKeys(4);
    await account.logOut();
    await refusedWith("stake-locked", account.withdrawStake(STAKE));
    await network.mine(256);
    expect((await account.withdrawStake(1n)).events).toMatchObject([{ name: "StakeWithdrawn", amount: 1n }]);
    await account.logIn();
  });

  test("is refused while an epoch counts it, and allowed once one without it has started", async () => {
    const { account } = network.workerKeys(4);
    await network.nextEpoch();
    expect(await network.contract.epochWorkers(1n)).toMatchObject([{ address: account.address }]);
    await account.logOut();
    await refusedWith("stake-locked", account.withdrawStake(1n));

    const scheduled = (await network.contract.scheduledSnapshotBlock()) ?? 0n;
    await network.mineTo(scheduled + 1n);
    await refusedWith("stake-locked", account.withdrawStake(1n));
    const firstBlock = (await network.blockNumber()) + 10n;
    await network.owner.setEpoch(await network.signEpoch(2n, scheduled, firstBlock));
    await refusedWith("stake-locked", account.withdrawStake(1n));
    await network.mineTo(firstBlock);
    await account.withdrawStake(1n);
  });

  test("beyond the stake is refused", async () => {
    const { account } = network.workerKeys(4);
    await refusedWith("balance-too-low", account.withdrawStake(STAKE));
    await refusedWith("amount-zero", account.withdrawStake(0n));
  });

  test("unregistering needs it, then forgets the worker and keeps the order of the others", async () => {
    const { account, signer } = network.workerKeys(4);
    const before = await network.contract.workerAddresses();
    await refusedWith("stake-not-withdrawn", account.unregister());
    await account.withdrawStake(STAKE - 2n);
    expect((await account.unregister()).events).toMatchObject([
      { name: "WorkerUnregistered", worker: account.address },
    ]);
    expect(await network.contract.workerAddresses()).toEqual(before.filter((address) => address !== account.address));
    expect((await network.contract.worker(account.address)).signer).toBe(ZERO_ADDRESS);
    await network.account(5).registerWorker(signer, KEY, QUOTE);
  });
});
