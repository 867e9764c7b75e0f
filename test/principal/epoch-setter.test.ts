/** When epochs are set, on a chain whose blocks and answers the test makes up. */
import { expect, test } from "vitest";
import type { ChainBlock } from "../../host/ethereum/chain-view.ts";
import { EpochSetter, type EpochSetterOptions } from "../../host/principal/epoch-setter.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { KeptLog } from "../../host/testing/kept-log.ts";
import { a, h } from "../rpc/fake-worker.ts";

const SCHEDULE = 100n;

/** A contract that takes every epoch, at an endpoint that can be away. */
class Chain {
  readonly set: bigint[] = [];
  readonly sent: { number: bigint; snapshotBlock: bigint; firstBlock: bigint }[] = [];
  readonly log = new KeptLog();
  isAway = false;
  /** What the next `setEpoch` fails with. */
  refusal: EnigmaError | undefined;
  workers = 1;
  head = 0n;
  readonly setter = new EpochSetter({
    chain: {
      head: async () => ({ number: this.head }),
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
    account: { setEpoch: async (epoch: Chain["sent"][number]) => this.take(epoch) },
    link: { get: async () => ({ signEpoch: async () => ({ seed: h(2), signature: new Uint8Array(65) }) }) },
    store: { epochs: () => [], putEpoch: async () => {} },
    expectedWorkers: 2,
    log: this.log,
    observe: () => {},
  } as unknown as EpochSetterOptions);

  block(number: bigint, ...names: string[]): Promise<void> {
    const events = names.map((name) => ({ name }));
    if (number > this.head) this.head = number;
    return this.setter.takeBlock({ kind: "block", number, events } as unknown as ChainBlock);
  }

  private take(epoch: Chain["sent"][number]): void {
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal !== undefined) throw refusal;
    this.sent.push(epoch);
    this.set.push(epoch.number);
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

test("an epoch that was refused is tried again with the next block, and one that somebody else handed in is not", async () => {
  const chain = new Chain();
  chain.workers = 2;
  chain.refusal = new EnigmaError("epoch-number-wrong");
  await chain.setter.open();
  expect(chain.set).toEqual([]);
  await chain.block(1n);
  expect(chain.set).toEqual([1n]);
  chain.refusal = new EnigmaError("epoch-number-wrong");
  await chain.block(SCHEDULE);
  chain.set.push(2n); // by somebody else
  await chain.block(SCHEDULE + 1n);
  expect(chain.set).toEqual([1n, 2n]);
  expect(chain.sent).toHaveLength(1);
});

test("an epoch's first block is counted from the chain's end, however far behind it the setter is", async () => {
  const chain = new Chain();
  chain.workers = 2;
  await chain.setter.open();
  chain.head = SCHEDULE + 60n;
  await chain.block(SCHEDULE);
  expect(chain.sent.at(-1)).toMatchObject({ number: 2n, snapshotBlock: SCHEDULE });
  expect(Number(chain.sent.at(-1)?.firstBlock)).toBeGreaterThan(Number(SCHEDULE) + 62);
});

test("the epoch that rules goes on while nobody is logged in, which is told once", async () => {
  const chain = new Chain();
  chain.workers = 2;
  await chain.setter.open();
  chain.workers = 0;
  for (const number of [0n, 1n, 2n]) await chain.block(SCHEDULE + number, "WorkerLoggedOut");
  expect(chain.set).toEqual([1n]);
  expect(chain.log.of("error")).toEqual([`error epoch-without-workers epoch=2 snapshotBlock=${SCHEDULE}`]);
  chain.workers = 1;
  await chain.block(SCHEDULE + 3n, "WorkerLoggedIn");
  expect(chain.set).toEqual([1n, 2n]);
});

test("a worker that logs out before the first epoch is waited for", async () => {
  const chain = new Chain();
  await chain.setter.open();
  await chain.block(1n, "WorkerLoggedOut");
  expect(chain.set).toEqual([]);
  chain.workers = 2;
  await chain.block(2n, "WorkerLoggedIn");
  expect(chain.set).toEqual([1n]);
});
