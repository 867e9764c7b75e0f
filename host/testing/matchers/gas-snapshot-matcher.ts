/** Gas of calls compared with what it was, as a matcher for vitest. */
import { expect } from "vitest";
import { isCall } from "../contract/call.ts";
import { GasSnapshotFile, type GasSnapshotUpdate } from "../reports/gas-snapshot-file.ts";
import { outcomeOfReceived } from "./received-call.ts";

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: declarations that are merged must have the same parameters
  interface Matchers<T = any> {
    /**
     * The call uses the gas that it used before, by `__gas__/<test file>.json`; written when the call is new, and renewed by
     * vitest's `-u`.
     */
    toMatchGasSnapshot(): Promise<void>;
  }
}

const files = new Map<string, GasSnapshotFile>();
/** How often each test has compared each function, so that each time has an entry of its own. */
const times = new Map<string, number>();

expect.extend({
  async toMatchGasSnapshot(received: unknown) {
    const { testPath, currentTestName = "", snapshotState, isNot } = this;
    if (isNot) throw new TypeError("toMatchGasSnapshot cannot be negated");
    if (testPath === undefined) throw new TypeError("toMatchGasSnapshot is for tests in a file");
    // Before anything is awaited, so that calls that run together keep their order.
    const key = keyOf(testPath, currentTestName, isCall(received) ? received.of.fragment.format() : "call");
    const { result } = await outcomeOfReceived(received);
    const compared = fileOf(testPath).compare(key, result.gasUsed, updateOf(snapshotState));
    const pass = compared.kind === "equal" || compared.kind === "written";
    const expected =
      compared.kind === "changed" ? `not ${compared.expected} as before` : "and there is no snapshot of it";
    const change = compared.kind === "changed" ? ` (${signed(result.gasUsed - compared.expected)})` : "";
    const message = () => `the gas of ${key} is ${result.gasUsed}, ${expected}${change}; -u renews the snapshot`;
    return { pass, message };
  },
});

function keyOf(file: string, test: string, called: string): string {
  const name = `${test} > ${called}`;
  const time = (times.get(`${file} ${name}`) ?? 0) + 1;
  times.set(`${file} ${name}`, time);
  return `${name} ${time}`;
}

function fileOf(testPath: string): GasSnapshotFile {
  const known = files.get(testPath) ?? new GasSnapshotFile(testPath);
  files.set(testPath, known);
  return known;
}

/** vitest's own choice for snapshots: `-u`, a usual run, or one in which nothing is written (`CI`). */
function updateOf(state: object): GasSnapshotUpdate {
  return (state as { _updateSnapshot?: GasSnapshotUpdate })._updateSnapshot ?? "new";
}

function signed(change: bigint): string {
  return change > 0n ? `+${change}` : `${change}`;
}
