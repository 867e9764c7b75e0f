// The official WebAssembly core test scripts on instrumented modules: V8 must do what wasmi was recorded to do.

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildNativeCheck, NativeCheck } from "../../scripts/fuzz/native-check.ts";
import { type Command, NAN_BITS, runScript } from "./script-run.ts";

interface Recorded {
  readonly passed: Record<string, number>;
  readonly excluded: Record<string, number>;
  readonly differing: readonly string[];
}

const { scripts } = JSON.parse(
  readFileSync(new URL("../vectors/engine/test-scripts.json", import.meta.url), "utf8"),
) as { scripts: Record<string, Recorded> };

/** Building the native program takes its time where `cargo test` has not done most of it. */
const BUILDING = 600_000;

let native: NativeCheck;
beforeAll(async () => {
  native = new NativeCheck(await buildNativeCheck());
}, BUILDING);
afterAll(() => native.close());

describe("the official test scripts in V8", () => {
  it.each(Object.entries(scripts))("%s does what it does in wasmi", async (name, recorded) => {
    const { commands } = await native.request<{ commands: Command[] }>(`script ${name}`);
    const { passed, excluded, differing } = runScript(commands);
    const { [NAN_BITS]: unseen = 0, ...others } = excluded;
    if (unseen > 0) passed.return = (passed.return ?? 0) + unseen;
    expect(unseen, "commands that V8 is not asked for").toBe(name === "conversions.wast" ? 8 : 0);
    const wanted = recorded.differing.map((difference) => Number.parseInt(difference, 10));
    expect({ passed, excluded: others, differing }).toEqual({ ...recorded, differing: wanted });
  });
});
