/** Contracts pass from worker to worker when epochs turn, with states as they are on the chain, in a whole network. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Enigma, UntypedSecretContract } from "../../host/client/index.ts";
import { type Address, address } from "../../host/protocol/hex.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";

const TIMEOUT = 120_000;
/** The most that a turn may cost beyond its block, on a machine that does nothing else; here others run beside. */
const MOST_MS = 1_000;

let network: TestNetwork;
let user: Enigma;
let contract: UntypedSecretContract;
let place: Address;
let account: string | undefined;

beforeAll(async () => {
  network = await startTestNetwork({ workers: 2, epochBlocks: 500 });
  user = await network.user(1);
  account = network.local.accounts.users[1]?.address;
  contract = await network.deploy(user, "millionaires");
  place = address(String(contract.address));
}, TIMEOUT);

afterAll(async () => {
  await network?.stop();
}, TIMEOUT);

async function call(method: string, ...args: unknown[]): Promise<unknown> {
  const task = await contract.getFunction(method)(...args, { gasLimit: 1_000_000n });
  const { status, result } = await task.wait();
  expect(status).toBe("committed");
  return result;
}

/** Lets epochs turn until the contract is with the other worker; gives what that one reported when it took over. */
async function handOver() {
  const to = 1 - (await network.selected(place));
  const { address: worker } = network.worker(to);
  const done = network.events.next("hand-over-done", ({ node }) => node === worker);
  await network.advanceEpochTo(place, to);
  return { to, ...(await done) };
}

test(
  "a contract is ready at its new worker when the epoch turns, which goes on from the same state",
  async () => {
    await call("addMillionaire", 5n);
    for (let turn = 0; turn < 3; turn += 1) {
      const before = await network.local.view.contract.tip(place);
      const { to, contracts, milliseconds } = await handOver();
      expect(contracts).toBe(1);
      expect(milliseconds).toBeLessThan(MOST_MS);
      expect(String(await call("richest")).toLowerCase()).toBe(account);
      const executed = network.events.of("task-executed").at(-1);
      expect(executed).toMatchObject({ node: network.worker(to).address, stateBefore: before });
    }
  },
  TIMEOUT,
);

test(
  "a log is joined at its last checkpoint, so that its age costs nothing",
  async () => {
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(Array.from({ length: 10 }, (_, index) => call("addMillionaire", BigInt(round * 10 + index))));
    }
    const { entries, milliseconds } = await handOver();
    const prepared = network.events.of("hand-over-prepared").at(-1);
    expect((prepared?.entries ?? 0) + entries).toBeLessThan(110);
    expect(milliseconds).toBeLessThan(MOST_MS);
    expect(String(await call("richest")).toLowerCase()).toBe(account);
  },
  TIMEOUT,
);

test(
  "a task that is on its way when the epoch turns is executed once, by the old worker or the new one",
  async () => {
    const tasks = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        contract.getFunction("addMillionaire")(BigInt(index), { gasLimit: 1_000_000n }),
      ),
    );
    await network.advanceEpochTo(place, 1 - (await network.selected(place)));
    const ends = await Promise.all(tasks.map((task) => task.wait()));
    expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(["committed"]));
    const settlements = await network.settlements();
    for (const { id } of tasks) expect(settlements.get(id)).toBe(1);
    expect(String(await call("richest")).toLowerCase()).toBe(account);
  },
  TIMEOUT,
);
