import { describe, expect, it } from "vitest";
import { isAtLeast } from "../../scripts/setup/wasm-toolchain.mjs";
import { strictTally } from "../../scripts/verify/tally.ts";

describe("the tally of a suite", () => {
  it("keeps what a run reported", () => {
    expect(strictTally("s", 0, 3, 0)).toEqual({ suite: "s", passed: 3, failed: 0 });
    expect(strictTally("s", 1, 3, 2)).toEqual({ suite: "s", passed: 3, failed: 2 });
  });

  it("counts a failure where a run failed without a failed test", () => {
    expect(strictTally("s", 101, 3, 0).failed).toBe(1);
  });

  it("counts a failure where no test ran", () => {
    expect(strictTally("s", 0, 0, 0).failed).toBe(1);
  });
});

describe("versions of rustc", () => {
  it.each([
    ["1.96.0 (ac68faa20 2026-05-25)", "1.95", true],
    ["1.95.0", "1.95", true],
    ["1.9.0", "1.95", false],
    ["1.94.1", "1.95", false],
    ["2.0.0-nightly", "1.95", true],
    ["unknown", "1.95", false],
  ])("%s is at least %s: %s", (version, minimum, expected) => {
    expect(isAtLeast(version, minimum)).toBe(expected);
  });
});
