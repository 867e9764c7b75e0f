import { describe, expect, it } from "vitest";
import { v8Engine } from "../../enclave-wasm/runtime/engine/v8-engine.ts";
import { engineCase, engineCases, observe, prices } from "./engine-cases.ts";
import { MockHost } from "./mock-host.ts";

const engine = v8Engine(prices);

describe.each(engineCases)("V8 and the case $name", ({ instrumented, runs }) => {
  const module = engine.compile(instrumented);

  it.each(runs)("agrees with wasmi: $note", (run) => {
    expect(observe(engine, module, run)).toEqual(run);
  });

  it("needs exactly the gas that it reports", () => {
    // With less gas a called contract gets less, since its caller keeps a 64th.
    const finished = runs.filter(
      ({ outcome, calls }) => calls === 0 && outcome.gasUsed > 0 && ["returned", "reverted"].includes(outcome.kind),
    );
    for (const run of finished) {
      const total = run.outcome.gasUsed;
      const exact = observe(engine, module, run, total).outcome;
      expect({ kind: exact.kind, gasUsed: exact.gasUsed }).toEqual({ kind: run.outcome.kind, gasUsed: total });
      expect(observe(engine, module, run, total - 1).outcome).toEqual({ kind: "out-of-gas", gasUsed: total - 1 });
    }
  });
});

describe("V8", () => {
  const probe = engineCase("probe");
  const module = engine.compile(probe.instrumented);
  const call = (input: string, host = new MockHost(), gas = 10_000_000n) =>
    engine.run(module, "call", new Uint8Array(Buffer.from(input, "hex")), gas, host);

  it("starts every run with fresh memory and globals", () => {
    const first = call("0a");
    call("07");
    call("06ffffff7f");
    expect(call("0a")).toEqual(first);
  });

  it("answers a fault of the node, never a result, when a host function throws", () => {
    const host = new MockHost();
    host.sender = () => {
      throw new Error("no record");
    };
    expect(call("0b", host)).toEqual({ kind: "node-fault", reason: "host function: Error: no record" });
  });

  it("does not take a trap of the enclave's own WebAssembly for one of the contract", () => {
    const host = new MockHost();
    host.sender = () => {
      throw new WebAssembly.RuntimeError("unreachable");
    };
    expect(call("0b", host).kind).toBe("node-fault");
  });

  it("does not take an exhausted JavaScript stack for a result", () => {
    const host = new MockHost();
    host.sender = () => {
      throw new RangeError("Maximum call stack size exceeded");
    };
    expect(call("0b", host).kind).toBe("node-fault");
  });

  it("answers a fault of the node for the whole run when a called contract could not be run", () => {
    const calls = engineCase("calls");
    const compiled = engine.compile(calls.instrumented);
    const callAndGoOn = calls.runs.find(({ note }) => note === "a callee traps and the caller goes on");
    const input = new Uint8Array(Buffer.from(callAndGoOn?.input ?? "", "hex"));
    let ended = false;
    const host = new MockHost(() => ({ kind: "node-fault", reason: "no memory" }));
    host.endCall = () => {
      ended = true;
      return new Uint8Array(1);
    };
    const outcome = engine.run(compiled, "call", input, 10_000_000n, host);
    expect(outcome).toEqual({ kind: "node-fault", reason: "host function: Error: no memory" });
    expect(ended).toBe(false);
  });

  it("hands the host copies that outlive the call", () => {
    const host = new MockHost();
    call("09000102030405060708090a", host);
    expect(host.stored().map(([, value]) => Buffer.from(value).toString("hex"))).toEqual(["000102030405060708090a"]);
  });

  it("treats a gas limit beyond the highest as the highest", () => {
    expect(call("0048", new MockHost(), 2n ** 63n - 1n)).toEqual(call("0048"));
    expect(call("0b", new MockHost(), 2n ** 63n - 1n)).toEqual(call("0b", new MockHost(), 2n ** 50n));
  });

  it("answers a fault of the node for a module that is not a contract", () => {
    const empty = engine.compile(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    expect(engine.run(empty, "call", new Uint8Array(), 1_000n, new MockHost()).kind).toBe("node-fault");
  });
});
