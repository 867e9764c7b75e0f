/** When epochs are set, on a chain whose blocks and answers the test makes up. */
import { expect, test } from "vitest";
import type { ChainBlock } from "../../host/ethereum/chain-view.ts";
import { EpochSetter, type EpochSetterOptions } from "../../host/principal/epoch-setter.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import { a, h } from "../rpc/fake-worker.ts";

const SCHEDULE = 100n;

/** A contract that takes every epoch, at an endpoint that can be away. */
class Chain {
  readonly set: bigint[] = [];
  isAway = false;
  workers = 1;
  readonly setter = new EpochSetter({
    chain: {
      head: async () => ({ number: 0n }),
      header: async () => ({ hash: h(1) }),
      contract: {
        latestEpoch: async () => this.answer({ number: BigInt(this.set.length) }),
        scheduledSnapshotBlock: async () => this.answer(BigInt(this.set.length) * SCHEDULE),
        snapshotAt: async () =>
          this.answer({
            workers: Array.from({ length: this.workers }, () => ({ address: a(1), cumulativeStake: 1n })),
          }),
        worker: async () => ({ signer: a(2) }),
      },
    },
    account: { setEpoch: async ({ number }: { number: bigint }) => this.set.push(number) },
    link: { get: async () => ({ signEpoch: async () => ({ seed: h(2), signature: new Uint8Array(65) }) }) },
    store: { epochs: () => [], putEpoch: async () => {} },
    expectedWorkers: 2,
    log: silentLogger,
    observe: () => {},
  } as unknown as EpochSetterOptions);

  block(number: bigint, ...names: string[]): Promise<void> {
    const events = names.map((name) => ({ name }));
    return this.setter.takeBlock({ kind: "block", number, events } as unknown as ChainBlock);
  }

  private answer<T>(value: T): T {
    if (this.isAway) throw new EnigmaError("chain-unreachable");
    return value;
  }
}

test("the first epoch waits for the workers, the next one for its block", async () => {
  const chain = new Chain();
  await chain.setter.open();
  expect(chain.set).toEqual([]);
  chain.workers = 2;
  await chain.block(1n, "WorkerLoggedIn");
  await chain.block(2n, "EpochSet");
  await chain.block(SCHEDULE - 1n);
  expect(chain.set).toEqual([1n]);
  await chain.block(SCHEDULE);
  expect(chain.set).toEqual([1n, 2n]);
});

test("an epoch that was due while the chain did not answer is set with the next block", async () => {
  const chain = new Chain();
  await chain.setter.open();
  chain.workers = 2;
  chain.isAway = true;
  await chain.block(1n, "WorkerLoggedIn");
  chain.isAway = false;
  await chain.block(2n);
  expect(chain.set).toEqual([1n]);
  chain.isAway = true;
  await chain.block(3n, "EpochSet");
  await chain.block(SCHEDULE);
  chain.isAway = false;
  await chain.block(SCHEDULE + 1n);
  expect(chain.set).toEqual([1n, 2n]);
});

test("an epoch that has left the chain is set again", async () => {
  const chain = new Chain();
  chain.workers = 2;
  await chain.setter.open();
  expect(chain.set).toEqual([1n]);
  chain.set.pop();
  chain.setter.takeRollback();
  await chain.block(1n);
  expect(chain.set).toEqual([1n]);
});
