/** How views are let into the enclave, with every other part made up. */
import { computeAddress, SigningKey } from "ethers";
import { expect, test } from "vitest";
import type { Clock } from "../../host/protocol/clock.ts";
import type { EnigmaDomain } from "../../host/protocol/eip712-domain.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { address, fromHex } from "../../host/protocol/hex.ts";
import { inputHash } from "../../host/protocol/input-hash.ts";
import { viewPermitDigest } from "../../host/protocol/view-permit.ts";
import type { ViewParams } from "../../host/protocol/view-rpc-types.ts";
import { ViewService, type ViewServiceOptions } from "../../host/worker/view-service.ts";
import { a, h } from "../rpc/fake-worker.ts";

const domain: EnigmaDomain = { chainId: 31337n, enigma: a(9) };

/** A permitted view of the `account`th account. */
function viewOf(account: number, terms: Partial<ViewParams> = {}): ViewParams {
  const key = new SigningKey(h(account));
  const view = {
    ...{ account: address(computeAddress(key.publicKey)), secretContract: a(2), epoch: 3n, expiryBlock: 9n },
    ...{ input: new Uint8Array(104), responseKey: new Uint8Array(32), requestId: h(1), ...terms },
  };
  const digest = viewPermitDigest(domain, { ...view, inputHash: inputHash(view.input, view.responseKey) });
  return { ...view, permit: fromHex(key.sign(digest).serialized) };
}

const params = viewOf(1);

/** A service whose tasks, and whose patience with them, end when the test says so. */
class Views {
  readonly asked: bigint[] = [];
  readonly failures: EnigmaError[] = [];
  readonly forgotten: string[] = [];
  /** Epochs of which keys were asked for. */
  readonly keysOf = new Set<bigint>();
  tasksDone: () => void = () => {};
  patienceOver: () => void = () => {};
  selected = a(7);
  /** The contract's state hash on Ethereum; the enclave's is h(5). */
  standing = h(5);
  readonly service: ViewService;

  constructor(busy: boolean) {
    const idle = new Promise<void>((resolve) => {
      this.tasksDone = resolve;
    });
    if (!busy) this.tasksDone();
    const clock: Clock = {
      now: () => 0,
      after: (_, action) => {
        this.patienceOver = action;
        return () => {};
      },
    };
    const enclave = {
      view: async ({ blockNumber }: { blockNumber: bigint }) => {
        this.asked.push(blockNumber);
        const failure = this.failures.shift();
        if (failure !== undefined) throw failure;
        return { output: new Uint8Array(104), tip: h(5), signature: new Uint8Array(65) };
      },
    };
    this.service = new ViewService({
      ...({
        chain: {
          domain,
          currentEpoch: { number: 3n },
          contractInfo: async () => ({ codeHash: h(3), group: a(2), rules: 1 }),
          selectedWorker: () => this.selected,
          standingTip: async () => ({ tip: this.standing, blockNumber: 8n, timestamp: 80n }),
        },
        link: { get: async () => enclave },
        keys: {
          ensure: async (_: unknown, epoch: bigint) => this.keysOf.add(epoch),
          forget: () => this.forgotten.push("keys"),
        },
        modules: { load: async () => {}, forget: () => this.forgotten.push("module") },
        loader: { bring: async () => ({ entries: 0, bytes: 0 }) },
        held: { isCurrent: () => true, forget: () => this.forgotten.push("state") },
        executor: { idle: () => idle, isPending: () => false },
        passing: { ask: () => Promise.reject(new EnigmaError("worker-not-selected")) },
      } as unknown as ViewServiceOptions),
      ...{ worker: a(7), clock, observe: () => {} },
    });
  }
}

test("a view is answered on the newest block", async () => {
  const { service, asked } = new Views(false);
  expect(await service.view(params)).toMatchObject({ requestId: h(1), tip: h(5), blockNumber: 8n, worker: a(7) });
  expect(asked).toEqual([8n]);
});

test("a view is asked again until the enclave has heard of what stands on Ethereum, but not for ever", async () => {
  const views = new Views(false);
  views.standing = h(6);
  const settled = views.service.view(params);
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  expect(views.asked).toEqual([8n]);
  views.standing = h(5);
  views.patienceOver();
  expect(await settled).toMatchObject({ tip: h(5) });
  expect(views.asked).toEqual([8n, 8n]);
  views.standing = h(6);
  const never = views.service.view(params);
  for (let turn = 0; turn < 40; turn += 1) {
    await new Promise(setImmediate);
    views.patienceOver();
  }
  expect(await never).toMatchObject({ tip: h(5) });
  expect(views.asked).toHaveLength(12);
});

test("a view waits while tasks are executed, but not for ever", async () => {
  const views = new Views(true);
  const answer = views.service.view(params);
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  expect(views.asked).toEqual([]);
  views.patienceOver();
  await answer;
  expect(views.asked).toEqual([8n]);
});

test("more views than there is room for are refused, and room is made by every answer", async () => {
  const views = new Views(true);
  const waiting = Array.from({ length: 32 }, (_, at) => views.service.view(viewOf(1 + (at >> 2))));
  await new Promise(setImmediate);
  await expect(views.service.view(viewOf(9))).rejects.toMatchObject({ code: "worker-busy" });
  views.tasksDone();
  await Promise.all(waiting);
  await views.service.view(params);
  expect(views.asked).toHaveLength(33);
});

test("one account cannot take the places of all others", async () => {
  const views = new Views(true);
  const waiting = Array.from({ length: 4 }, () => views.service.view(params));
  await new Promise(setImmediate);
  await expect(views.service.view(params)).rejects.toMatchObject({ code: "worker-busy" });
  waiting.push(views.service.view(viewOf(2)));
  views.tasksDone();
  await Promise.all(waiting);
  await views.service.view(params);
  expect(views.asked).toHaveLength(6);
});

test.each([
  ["another account's", { ...params, account: viewOf(2).account }],
  ["another input's", { ...params, input: new Uint8Array(105) }],
  ["a permit that is no signature", { ...params, permit: new Uint8Array(65) }],
])("a view with %s takes no waiting place and nothing of the enclave", async (_, forged) => {
  const views = new Views(false);
  await expect(views.service.view(forged)).rejects.toMatchObject({ code: "permit-invalid" });
  expect(views.asked).toEqual([]);
  expect(views.keysOf.size).toBe(0);
});

test("views make the worker ask for keys of no epochs but the current one and the one before", async () => {
  const views = new Views(false);
  for (const epoch of [0n, 1n, 4n, 2n ** 63n]) {
    const refused = views.service.view(viewOf(1, { epoch }));
    await expect(refused).rejects.toMatchObject({ code: "epoch-not-current" });
  }
  for (const epoch of [2n, 3n]) await views.service.view(viewOf(1, { epoch }));
  expect([...views.keysOf]).toEqual([2n, 3n]);
});

test.each([
  ["module-not-loaded", "module"],
  ["contract-keys-missing", "keys"],
  ["log-missing", "state"],
] as const)("what the enclave has lost (%s) is brought again, once", async (code, what) => {
  const views = new Views(false);
  views.failures.push(new EnigmaError(code));
  await views.service.view(params);
  expect(views.forgotten).toEqual([what]);
  views.failures.push(new EnigmaError(code), new EnigmaError(code));
  await expect(views.service.view(params)).rejects.toMatchObject({ code });
});

test("a view of another worker's contract is not answered here, and refused where that worker is not reached", async () => {
  const views = new Views(false);
  views.selected = a(8);
  expect(await views.service.answerView(params)).toBeUndefined();
  await expect(views.service.view(params)).rejects.toMatchObject({ code: "worker-not-selected" });
  expect(views.asked).toEqual([]);
});
