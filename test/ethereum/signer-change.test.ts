/** When a worker may register another enclave: what its signer signs is taken for what an attested enclave has signed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusedWith } from "./refused-with.ts";
import { TestNetwork, type TestWorker } from "./test-network.ts";

let network: TestNetwork;
let worker: TestWorker;
const another = () => ({ ...network.workerKeys(9), account: worker.account });
const signer = async () => (await network.contract.worker(worker.account.address)).signer;

describe("the host of a worker that an epoch counts cannot put a key of its own in the place of its enclave's", () => {
  beforeAll(async () => {
    network = await TestNetwork.start();
    worker = await network.addWorker(1);
    await network.addWorker(2);
    await network.nextEpoch();
  });
  afterAll(() => network.close());

  test("while it is logged in", async () => {
    const error = await refusedWith("signer-in-use", network.register(another()));
    expect(String(error.data.signer).toLowerCase()).toBe(worker.signer);
  });

  test("but can publish a new quote of the same enclave", async () => {
    expect((await network.register(worker)).events).toMatchObject([
      { name: "WorkerRegistered", signer: worker.signer },
    ]);
  });

  test("after it has logged out, until an epoch has started that does not count it", async () => {
    await worker.account.logOut();
    await refusedWith("signer-in-use", network.register(another()));
    const scheduled = (await network.contract.scheduledSnapshotBlock()) ?? 0n;
    await network.mineTo(scheduled + 1n);
    const firstBlock = (await network.blockNumber()) + 6n;
    await network.owner.setEpoch(await network.signEpoch(2n, scheduled, firstBlock));
    await network.mineTo(firstBlock - 2n);
    await refusedWith("signer-in-use", network.register(another()));
    expect(await signer()).toBe(worker.signer);
    await network.mineTo(firstBlock);
    await network.register(another());
    expect(await signer()).toBe(another().signer);
  });

  test("when the snapshot that still counts it is taken already and its epoch is not set", async () => {
    await worker.account.logIn();
    await network.nextEpoch();
    const scheduled = (await network.contract.scheduledSnapshotBlock()) ?? 0n;
    await network.mineTo(scheduled);
    await worker.account.logOut();
    const changes = () => network.register(worker);
    await refusedWith("signer-in-use", changes());
    const firstBlock = (await network.blockNumber()) + 4n;
    await network.owner.setEpoch(await network.signEpoch(4n, scheduled, firstBlock));
    await network.mineTo(firstBlock);
    await refusedWith("signer-in-use", changes());
    await network.nextEpoch();
    await changes();
    expect(await signer()).toBe(worker.signer);
  });
});

describe("before the first epoch", () => {
  beforeAll(async () => {
    network = await TestNetwork.start();
    worker = await network.addWorker(1);
  });
  afterAll(() => network.close());

  test("a signer stays while the first snapshot can still count its worker", async () => {
    await refusedWith("signer-in-use", network.register(another()));
    await worker.account.logOut();
    await refusedWith("signer-in-use", network.register(another()));
    await network.mine(256);
    await network.register(another());
    expect(await signer()).toBe(another().signer);
  });
});
