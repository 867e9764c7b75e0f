/** The enclave of a test shows what a network shows: same results, same gas, the same for an observer. */
import { expect, test } from "vitest";
import { createEnclave, createNetwork, type TestBed, type UntypedTestContract } from "../../host/testing/index.ts";

/** Calls with every kind of ending, with state, private and public events, and calls of Ethereum that nobody answers. */
async function scenario(bed: TestBed) {
  const { bob } = bed.accounts;
  const deploy = async (name: string, args: readonly unknown[] = []) =>
    (await bed.deploy(name, args)) as unknown as UntypedTestContract & {
      deployment: { gasUsed: bigint; observed: { outputBytes: number; deltaBytes: readonly number[] } };
    };
  const counter = await deploy("counter", [5n]);
  const messenger = await deploy("messenger");
  const calls = [
    () => counter.getFunction("increment")(2n),
    () => counter.getFunction("increment")(0n, { from: bob }),
    () => counter.getFunction("reset")(1n, { from: bob }),
    () => counter.getFunction("increment")(1n, { gasLimit: 20_000n }),
    () => messenger.getFunction("countRun")(),
    () => messenger.getFunction("emitPing")("hello", 1n),
    () => messenger.getFunction("emitPrivatePing")("hello", 1n),
    () => messenger.getFunction("callAndRevert")(bob.address, "0x"),
  ];
  const seen: unknown[] = [];
  for (const { deployment } of [counter, messenger]) {
    const { outputBytes, deltaBytes } = deployment.observed;
    seen.push({ gasUsed: deployment.gasUsed, outputBytes, deltaBytes });
  }
  for (const make of calls) {
    const called = make();
    const { result } = await called.outcome;
    const { status, gasUsed, outputBytes, deltaBytes, stateChanged, effects } = result.observed;
    // Where contracts stand, and the tasks' ids, differ between the beds.
    const shapes = effects.map(({ kind, value, data }) => ({ kind, value, length: data.length }));
    const told = { ending: result.ending?.name, error: result.error?.name, value: result.value, logs: result.logs };
    seen.push({
      what: called.of.fragment.name,
      ...told,
      status,
      gasUsed,
      outputBytes,
      deltaBytes,
      stateChanged,
      shapes,
    });
  }
  return seen;
}

test("an observer sees of a call in an enclave what he sees of it in a network", async () => {
  await using enclave = await createEnclave({ log: false });
  await using network = await createNetwork();
  expect(await scenario(enclave)).toEqual(await scenario(network));
});
