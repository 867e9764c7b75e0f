/**
 * Lanes against a model: whatever the tasks touch, however their receipts fare on Ethereum, every task ends once, in its
 * group's order, on the state that stands, and nothing is built on a task whose required calls may still fail.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { EnclaveTask, TaskExecution } from "../../host/enclave/enclave-client.ts";
import type { Effect } from "../../host/protocol/effect.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import type { Address, Hash } from "../../host/protocol/hex.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import type { Receipt } from "../../host/protocol/receipt.ts";
import { Executor, type ExecutorOptions } from "../../host/worker/executor.ts";
import { HeldStates } from "../../host/worker/held-states.ts";
import type { ExecutedTask } from "../../host/worker/lane.ts";
import { contractsOf, type OpenTask } from "../../host/worker/open-task.ts";
import { a, h, sent } from "../rpc/fake-worker.ts";

const WORKER = a(7);
const GROUPS = [a(100), a(101)];
/** Contracts of a group: three each. */
const contractOf = (group: number, contract: number): Address => a(10 + 3 * group + contract);

interface Plan {
  readonly group: number;
  readonly called: number;
  readonly touched: readonly number[];
  readonly requiresCall: boolean;
}

type Fate = "committed" | "refused" | "callback-failed";

/** Ethereum and one enclave: a contract's state is the list of the tasks that made it. */
class Model {
  readonly tips = new Map<Address, Hash[]>();
  readonly pending = new Map<Address, Map<Hash, Address[]>>();
  readonly requires = new Set<Hash>();
  readonly executions: Hash[] = [];

  execute(tasks: readonly EnclaveTask[], opened: ReadonlyMap<Uint8Array, OpenTask>): TaskExecution[] {
    return tasks.map(({ record, group }) => {
      const task = opened.get(record);
      if (task === undefined) throw new Error("a task that nobody ordered");
      const { taskId } = task;
      const pending = this.pendingOf(group);
      expect(pending.has(taskId)).toBe(false);
      if ([...pending.keys()].some((id) => this.requires.has(id))) {
        return { taskId, error: new EnigmaError("calls-uncommitted") };
      }
      this.executions.push(taskId);
      const contracts = contractsOf(task).map(({ secretContract }) => secretContract);
      pending.set(taskId, contracts);
      return this.execution(taskId, contracts);
    });
  }

  settle(group: Address, taskId: Hash, committed: boolean): void {
    const pending = this.pendingOf(group);
    const order = [...pending.keys()];
    const at = order.indexOf(taskId);
    if (at === -1) return;
    for (const id of committed ? order.slice(0, at + 1) : order.slice(at)) {
      if (committed)
        for (const each of pending.get(id) ?? []) this.tips.set(each, [...(this.tips.get(each) ?? []), id]);
      pending.delete(id);
    }
  }

  pendingOf(group: Address): Map<Hash, Address[]> {
    const known = this.pending.get(group) ?? new Map<Hash, Address[]>();
    this.pending.set(group, known);
    return known;
  }

  private execution(taskId: Hash, contracts: readonly Address[]): TaskExecution {
    const call: Effect = { kind: 1, source: a(1), target: a(2), value: 0n, data: new Uint8Array() };
    const receipt: Receipt = {
      ...{ taskId, recordHash: taskId, epoch: 1n, outputHash: h(3), gasUsed: 1n, effectsHash: h(0), status: 1 },
      moves: contracts.map((secretContract) => ({ secretContract, stateBefore: h(0), stateAfter: taskId })),
    };
    const logs = contracts.map((secretContract) => ({ secretContract, entries: [] }));
    const effects = this.requires.has(taskId) ? [call] : [];
    return { taskId, receipt, signature: new Uint8Array(65), logs, effects, sealedOutput: new Uint8Array() };
  }
}

function openTask(index: number, { group, called, touched }: Plan): OpenTask {
  const contracts = [...new Set(touched)].filter((each) => each !== called).sort();
  const record = { ...sent.record, secretContract: contractOf(group, called), blockNumber: BigInt(index) };
  return {
    ...{ taskId: h(index + 1), record, recordBytes: new Uint8Array([index]), recordHash: h(index + 1) },
    ...{ input: sent.input, userKey: sent.userKey, group: GROUPS[group] ?? a(0) },
    touches: contracts.map((each) => ({ secretContract: contractOf(group, each), codeHash: h(3), rules: 1 })),
  };
}

class Lanes {
  readonly model = new Model();
  readonly waiting: ExecutedTask[] = [];
  readonly ended: Hash[] = [];
  readonly executor: Executor;
  private readonly opened = new Map<Uint8Array, OpenTask>();

  constructor(plans: readonly Plan[], batchSize: number) {
    const open = new Map<Hash, OpenTask>();
    const enclave = {
      executeTasks: async ({ tasks }: { tasks: readonly EnclaveTask[] }) => this.model.execute(tasks, this.opened),
      settle: async ({ group, taskId, committed }: { group: Address; taskId: Hash; committed: boolean }) => {
        this.model.settle(group, taskId, committed);
        return { tips: [] };
      },
      contractState: async () => ({ tip: h(0), length: 0n, pending: 0n }),
    };
    const parts = {
      link: { get: async () => enclave, generation: 1 },
      chain: { currentEpoch: { number: 1n }, selectedWorker: () => WORKER, tip: async () => h(0) },
      preparation: { isReady: () => true },
      store: { atomically: async () => {} },
      book: { advance: () => {} },
      clock: { now: () => 0, after: (_: number, action: () => void) => void setImmediate(action) },
    } as unknown as ExecutorOptions;
    this.executor = new Executor({
      ...parts,
      ...{ worker: WORKER, held: new HeldStates({ generation: 1 }), batchSize, log: silentLogger, observe: () => {} },
      isOpen: ({ taskId }) => !this.ended.includes(taskId),
      onExecuted: (executed) => this.waiting.push(...executed),
      signal: new AbortController().signal,
    });
    for (const [index, plan] of plans.entries()) {
      const task = openTask(index, plan);
      open.set(task.taskId, task);
      this.opened.set(task.recordBytes, task);
      if (plan.requiresCall) this.model.requires.add(task.taskId);
      this.executor.add(task);
    }
  }

  /** Lets the oldest receipt have its fate, as a worker takes it in. */
  async next(fate: Fate): Promise<void> {
    const executed = this.waiting.shift();
    if (executed === undefined) return;
    const { taskId, group } = executed.task;
    if (fate === "refused") {
      const undone = await this.executor.undo(new Set([taskId]));
      const left = this.waiting.filter(({ task }) => !undone.has(task.taskId));
      this.waiting.splice(0, this.waiting.length, ...left);
      return;
    }
    this.model.settle(group, taskId, fate === "committed" || !this.model.requires.has(taskId));
    this.ended.push(taskId);
    this.executor.settled(executed);
  }
}

const plan = fc.record({
  group: fc.nat({ max: 1 }),
  called: fc.nat({ max: 2 }),
  touched: fc.array(fc.nat({ max: 2 }), { maxLength: 2 }),
  requiresCall: fc.boolean(),
});
const fates = fc.array(fc.constantFrom<Fate>("committed", "refused", "callback-failed"), { maxLength: 30 });

test("every task ends once, in order, on the state that stands", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(plan, { minLength: 1, maxLength: 12 }),
      fates,
      fc.integer({ min: 1, max: 5 }),
      async (plans, script, batchSize) => {
        const lanes = new Lanes(plans, batchSize);
        const turns = script[Symbol.iterator]();
        for (let turn = 0; lanes.ended.length < plans.length && turn < 500; turn += 1) {
          await new Promise(setImmediate);
          await lanes.next(turns.next().value ?? "committed");
        }
        expect([...lanes.ended].sort()).toEqual(plans.map((_, index) => h(index + 1)).sort());
        for (const [group, place] of GROUPS.entries()) {
          const ids = plans.flatMap((each, index) => (each.group === group ? [h(index + 1)] : []));
          expect(lanes.ended.filter((taskId) => ids.includes(taskId))).toEqual(ids);
          expect(lanes.model.pendingOf(place).size).toBe(0);
        }
      },
    ),
    { numRuns: 200, seed: 4 },
  );
});
