import { id } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { type Address, ZERO_ADDRESS } from "../../host/protocol/hex.ts";
import type { WorkerRegistration } from "../../host/protocol/worker-registration.ts";
import { refusedWith } from "./refused-with.ts";
import { PARAMETERS, STAKE, TestNetwork } from "./test-network.ts";

let network: TestNetwork;
beforeAll(async () => {
  network = await TestNetwork.start();
});
afterAll(() => network.close());

const KEY = new Uint8Array(32).fill(7);
const QUOTE = new Uint8Array([9, 9, 9]);

describe("registration", () => {
  test("announces the enclave and its quote", async () => {
    const worker = network.workerKeys(0);
    const { account, signer } = worker;
    const { events } = await network.register(worker);
    const encryptionKey = id(`encryption of ${account.address}`);
    expect(events).toMatchObject([
      { name: "WorkerRegistered", worker: account.address, signer, encryptionKey, quote: QUOTE },
    ]);
    expect(await network.contract.worker(account.address)).toMatchObject({ signer, stake: 0n, loggedIn: false });
  });

  test("again replaces the enclave, whose signer stays taken", async () => {
    const { account } = network.workerKeys(0);
    const replacing = network.workerKeys(10);
    await network.register({ ...replacing, account });
    expect((await network.contract.worker(account.address)).signer).toBe(replacing.signer);
    const late = network.register({ ...network.workerKeys(0), account: network.account(2) });
    const error = await refusedWith("signer-taken", late);
    expect(String(error.data.signer).toLowerCase()).toBe(network.workerKeys(0).signer);
    await network.register(network.workerKeys(0));
  });

  test.each<[string, Partial<WorkerRegistration>]>([
    ["another account", { worker: `0x${"ab".repeat(20)}` as Address }],
    ["another signer", { signer: `0x${"ab".repeat(20)}` as Address }],
    ["another encryption key", { encryptionKey: new Uint8Array(32).fill(8) }],
  ])("is refused if the enclave has signed for %s", async (_, signed) => {
    await refusedWith("registration-signature-invalid", network.register(network.workerKeys(3), signed));
  });

  test("is refused without a signature", async () => {
    const { account, signer } = network.workerKeys(3);
    for (const length of [0, 65]) {
      const registering = account.registerWorker(signer, KEY, QUOTE, new Uint8Array(length));
      await refusedWith("registration-signature-invalid", registering);
    }
  });

  test("refuses the zero address as signer", () =>
    refusedWith("signer-zero", network.account(3).registerWorker(ZERO_ADDRESS, KEY, QUOTE, new Uint8Array(65))));

  test("puts nobody on the list that snapshots walk through: that takes a stake", async () => {
    await network.register(network.workerKeys(3));
    expect(await network.contract.workerAddresses()).toEqual([]);
  });
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
  beforeAll(() => network.register(network.workerKeys(1)));

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

  test("is refused until nothing that an epoch counted it for can be held against it", async () => {
    const { account } = network.workerKeys(4);
    await network.nextEpoch();
    expect(await network.contract.epochWorkers(1n)).toMatchObject([{ address: account.address }]);
    await account.logOut();
    await refusedWith("stake-locked", account.withdrawStake(1n));

    const scheduled = (await network.contract.scheduledSnapshotBlock()) ?? 0n;
    await network.mineTo(scheduled + 1n);
    const firstBlock = (await network.blockNumber()) + 10n;
    await network.owner.setEpoch(await network.signEpoch(2n, scheduled, firstBlock));
    await refusedWith("stake-locked", account.withdrawStake(1n));
    await network.mineTo(firstBlock);
    await refusedWith("stake-locked", account.withdrawStake(1n));
    // Tasks of the last block of the first epoch time out; then there is time for evidence.
    const released = firstBlock + BigInt(PARAMETERS.taskTimeoutBlocks + PARAMETERS.evidenceBlocks);
    await network.mineTo(released - 2n);
    await refusedWith("stake-locked", account.withdrawStake(1n));
    await account.withdrawStake(1n);
    expect(await network.blockNumber()).toBe(released);
  });

  test("beyond the stake is refused", async () => {
    const { account } = network.workerKeys(4);
    await refusedWith("balance-too-low", account.withdrawStake(STAKE));
    await refusedWith("amount-zero", account.withdrawStake(0n));
  });

  test("below what logging in takes makes room on the list and keeps the order of the others", async () => {
    const { account } = network.workerKeys(4);
    const before = await network.contract.workerAddresses();
    expect(before).toContain(account.address);
    await account.withdrawStake(STAKE - ENG);
    expect(await network.contract.workerAddresses()).toEqual(before.filter((address) => address !== account.address));
  });

  test("comes before unregistering, which forgets the worker and keeps its signer from others", async () => {
    const { account, signer, enclave } = network.workerKeys(4);
    await refusedWith("stake-not-withdrawn", account.unregister());
    await account.withdrawStake(ENG - 2n);
    expect((await account.unregister()).events).toMatchObject([
      { name: "WorkerUnregistered", worker: account.address },
    ]);
    expect((await network.contract.worker(account.address)).signer).toBe(ZERO_ADDRESS);
    await refusedWith("signer-taken", network.register({ account: network.account(5), signer, enclave }));
    await network.register(network.workerKeys(4));
  });
});
