/** What `trace()` tells of a call. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ContractFrame,
  createEnclave,
  type EnclaveBed,
  type FunctionFrame,
  type HostFrame,
  type Trace,
  type TraceFrame,
  type UntypedTestContract,
} from "../../../host/testing/index.ts";

let enclave: EnclaveBed;
let counter: UntypedTestContract;
let messenger: UntypedTestContract;
let probe: UntypedTestContract;

beforeAll(async () => {
  enclave = await createEnclave({ log: false });
  const deploy = async (name: string, args: readonly unknown[] = [], options = {}) =>
    (await enclave.deploy(name, args, options)) as unknown as UntypedTestContract;
  counter = await deploy("counter", [5n]);
  messenger = await deploy("messenger");
  probe = await deploy("probe", ["0x6b", "0x76"]);
});
afterAll(() => enclave?.close());

const call = (contract: UntypedTestContract, name: string, ...args: readonly unknown[]) =>
  contract.getFunction(name)(...args);

function frames<K extends TraceFrame["kind"]>(trace: Trace, kind: K): Extract<TraceFrame, { kind: K }>[] {
  const all: TraceFrame[] = [];
  const visit = (frame: TraceFrame): void => {
    all.push(frame);
    frame.children.forEach(visit);
  };
  visit(trace.root);
  return all.filter((frame) => frame.kind === kind) as Extract<TraceFrame, { kind: K }>[];
}

const hostCalls = (trace: Trace): HostFrame[] => frames(trace, "host");

describe("a trace", () => {
  test("names the function, its arguments and its result, and adds up to the gas of the call", async () => {
    const called = call(messenger, "countRun");
    const { result } = await called.outcome;
    const trace = await called.trace();
    expect(trace.gasUsed).toBe(result.gasUsed);
    expect(trace.root).toMatchObject({ contract: messenger.address, name: "messenger", function: "countRun()" });
    expect(trace.root).toMatchObject({ args: [], ending: "returned", result: result.value });
    expect(trace.intrinsicGas + trace.root.gas).toBe(trace.gasUsed);
  });

  test("shows host calls with their arguments, answers and gas, within the functions that make them", async () => {
    const trace = await call(counter, "increment", 2n).trace();
    const names = hostCalls(trace).map(({ name }) => name);
    expect(names).toEqual(["storage-get", "task-id", "storage-set"]);
    const [get, , set] = hostCalls(trace);
    // The host asks the contract for memory to put its answer in.
    expect(get?.children.map(({ kind, ...child }) => ("name" in child ? [kind, child.name] : kind))).toEqual([
      ["function", "cabi_realloc"],
    ]);
    expect(get).toMatchObject({ args: [{ name: "key" }], returned: true });
    expect(set?.args).toMatchObject([
      { name: "key" },
      { name: "value", value: expect.stringMatching(/^0x[0-9a-f]{16}000000200{63}7$/) },
    ]);
    expect(get?.gas).toBeGreaterThan(2_000n);
  });

  test("gives gas by function: a function's is at least that of what it calls", async () => {
    const trace = await call(probe, "recurse", 3n).trace();
    const functions: FunctionFrame[] = frames(trace, "function");
    expect(functions.length).toBeGreaterThan(3);
    expect(functions.filter(({ name }) => /recurse/.test(name)).length).toBeGreaterThan(0);
    const spent = (children: readonly TraceFrame[]) => children.reduce((sum, { gas }) => sum + gas, 0n);
    for (const { name, gas, children } of functions) expect(gas, name).toBeGreaterThanOrEqual(spent(children));
    expect(trace.root.gas).toBeGreaterThanOrEqual(spent(trace.root.children));
  });

  test("is that of a call as it ran, whatever has been called since", async () => {
    await using bed = await createEnclave();
    const fresh = (await bed.deploy("counter", [5n])) as unknown as UntypedTestContract;
    const first = call(fresh, "increment", 1n);
    await first;
    await call(fresh, "increment", 100n);
    const later = await bed.snapshot();
    await call(fresh, "increment", 100n);
    await bed.revert(later);
    const [get] = hostCalls(await first.trace());
    expect(get?.result).toMatch(/^0x[0-9a-f]{16}000000200{63}5$/);
    expect(await call(fresh, "value")).toBe(106n);
  });

  test("of a deployment and of a view can be had", async () => {
    const another = (await enclave.deploy("counter", [9n])) as unknown as UntypedTestContract & {
      deployment: { trace(): Promise<Trace> };
    };
    expect((await another.deployment.trace()).root).toMatchObject({ function: "constructor", args: [{ value: 9n }] });
    expect((await call(another, "value").trace()).root).toMatchObject({ function: "value()", result: 9n });
  });

  test("goes into contracts that the contract calls", async () => {
    const other = (await enclave.deploy("messenger", [], { group: messenger })) as unknown as UntypedTestContract;
    const trace = await call(messenger, "countRunOf", other.address, { touches: [other] }).trace();
    const [, nested]: ContractFrame[] = frames(trace, "contract");
    expect(nested).toMatchObject({ contract: other.address, function: "countRun()", ending: "returned", result: 1n });
  });
});

describe("a failed call's trace", () => {
  test.each([
    ["a revert", "deny", [7n], /^reverted NotAllowed\(0x[0-9a-fA-F]{40}, 7\)$/],
    ["a panic", "panic", ["a reason"], /^panicked ".*a reason.*"$/],
    ["no gas left", "loopForever", [{ gasLimit: 60_000n }], /^out-of-gas$/],
  ] as const)("ends with %s, and shows where", async (_, name, args, ending) => {
    const called = call(probe, name, ...args);
    const trace = await called.trace();
    expect(trace.root.ending).toMatch(ending);
    expect(trace.gasUsed).toBe((await called.outcome).result.gasUsed);
    expect(trace.root.children.length).toBeGreaterThan(0);
  });

  test("has the contract alone where the gas did not suffice to begin", async () => {
    const trace = await call(probe, "nothing", { gasLimit: 100n }).trace();
    expect(trace).toMatchObject({ gasUsed: 100n, intrinsicGas: 100n, root: { children: [], ending: "out-of-gas" } });
  });
});

test("a trace as text is a tree with the gas of each line", async () => {
  const text = String(await call(counter, "increment", 2n).trace());
  const lines = text.split("\n");
  expect(lines[0]).toMatch(/^counter\.increment\(by: 2\) · \d+ gas → returned$/);
  expect(lines[1]).toBe("├─ intrinsic · 10104 gas");
  expect(text).toMatch(/└─ .* · \d+ gas/);
  expect(text).toMatch(/\[host\] storage-get\(key: 0x01\) → 0x[0-9a-f]+… \(90 characters\) · \d+ gas/);
  expect(lines.at(-1)).toMatch(/^gas used: \d+$/);
});

test("a long trace is cut, and says so", async () => {
  const trace = await call(probe, "loopForever", { gasLimit: 3_000_000n }).trace();
  expect(String(trace).split("\n").length).toBeLessThanOrEqual(203);
  const deep = await call(probe, "recurse", 400n).trace();
  expect(String(deep)).toMatch(/… \d+ more lines/);
});
