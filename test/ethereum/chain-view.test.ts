import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type ChainBlock, type ChainStep, ChainView } from "../../host/ethereum/chain-view.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { TestNetwork } from "./test-network.ts";

let network: TestNetwork;
let view: ChainView;
const controllers: AbortController[] = [];
beforeAll(async () => {
  network = await TestNetwork.start();
  view = new ChainView({ url: network.chain.url, domain: network.domain });
  await network.addWorker(1);
});
afterEach(() => {
  for (const controller of controllers.splice(0)) controller.abort();
});
afterAll(async () => {
  view.close();
  await network.close();
});

function follow(after?: ChainBlock | Awaited<ReturnType<ChainView["head"]>>) {
  const controller = new AbortController();
  controllers.push(controller);
  return { steps: view.follow({ after, signal: controller.signal }), controller };
}

/** The next steps up to and with the block of that number. */
async function until(steps: AsyncGenerator<ChainStep, void>, number: bigint): Promise<ChainStep[]> {
  const seen: ChainStep[] = [];
  for (;;) {
    const { value, done } = await steps.next();
    if (done || value === undefined) throw new Error("the chain ended");
    seen.push(value);
    if (value.kind === "block" && value.number === number) return seen;
  }
}

const eventNames = (steps: ChainStep[]) =>
  steps.flatMap((step) => (step.kind === "block" ? step.events.map(({ name }) => name) : []));

describe("a follower", () => {
  test("gets every block from genesis once, in order, with its events", async () => {
    const { number } = await view.head();
    const blocks = await until(follow().steps, number);
    expect(blocks.map((block) => block.kind === "block" && block.number)).toEqual(
      Array.from({ length: Number(number) + 1 }, (_, index) => BigInt(index)),
    );
    expect(eventNames(blocks)).toEqual(["PrincipalRegistered", "WorkerRegistered", "StakeDeposited", "WorkerLoggedIn"]);
  });

  test("starts after the block that it knows and waits for the next", async () => {
    const head = await view.head();
    const { steps } = follow(head);
    const next = steps.next();
    await network.account(0).deposit(ENG);
    expect((await next).value).toMatchObject({
      kind: "block",
      number: head.number + 1n,
      parentHash: head.hash,
      events: [{ name: "Deposited", user: network.account(0).address, amount: ENG }],
    });
  });

  test("keeps up with several others over the same view", async () => {
    const head = await view.head();
    const followers = [follow(head), follow(head), follow(head)];
    await network.account(0).deposit(1n);
    await network.account(0).deposit(2n);
    const seen = await Promise.all(followers.map(({ steps }) => until(steps, head.number + 2n)));
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });

  test("ends without an error when its signal is aborted while it waits", async () => {
    const { steps, controller } = follow(await view.head());
    const waiting = steps.next();
    controller.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test("is told back when the chain drops blocks, and gets those that took their place", async () => {
    const head = await view.head();
    const { steps } = follow(head);
    const snapshot = await network.connection.request("evm_snapshot");
    await network.account(2).deposit(1n);
    await network.account(2).deposit(2n);
    expect(eventNames(await until(steps, head.number + 2n))).toEqual(["Deposited", "Deposited"]);

    await network.connection.request("evm_revert", [snapshot]);
    await network.mine(3);
    const replaced = await until(steps, head.number + 3n);
    expect(replaced[0]).toEqual({ kind: "rollback", to: head.number });
    expect(replaced.slice(1)).toMatchObject([1n, 2n, 3n].map((up) => ({ kind: "block", number: head.number + up })));
    expect(eventNames(replaced)).toEqual([]);
  });

  test("notices dropped blocks also when the chain is shorter now", async () => {
    const snapshot = await network.connection.request("evm_snapshot");
    const head = await view.head();
    const { steps } = follow(head);
    await network.mine(4);
    await until(steps, head.number + 4n);
    const next = steps.next();
    await network.connection.request("evm_revert", [snapshot]);
    expect((await next).value).toEqual({ kind: "rollback", to: head.number });
  });

  test("starts again from genesis if the chain does not have the block that it knows", async () => {
    const head = await view.head();
    const { steps } = follow({ ...head, hash: head.parentHash });
    const seen = await until(steps, head.number);
    expect(seen.slice(0, 2)).toMatchObject([
      { kind: "rollback", to: 0n },
      { kind: "block", number: 1n },
    ]);
    expect(seen).toHaveLength(Number(head.number) + 1);
  });
});

test("headers are read by number, and there is none above the head", async () => {
  const head = await view.head();
  expect(await view.header(head.number)).toEqual(head);
  expect(await view.header(head.number + 1n)).toBeUndefined();
});
