/** What calls cost, from records that the test makes up. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeGasRecord, encodeGasRecord, type GasRecord } from "../../../host/testing/reports/gas-record.ts";
import { gasJson, gasReport, gasTable } from "../../../host/testing/reports/gas-report.ts";

function record(name: string, gasUsed: bigint, hostCalls?: Record<string, bigint>): GasRecord {
  return { contract: "counter", function: name, gasUsed, intrinsic: 10_000n, hostCalls };
}

test("a function is reported with its calls and their least, average, median and most gas", () => {
  const gas = [30_000n, 10_000n, 10_001n, 50_000n].map((used) => record("increment(uint64)", used));
  const [increment, reset, ...others] = gasReport([...gas, record("reset(uint64)", 12_000n)]);
  expect(others).toEqual([]);
  expect(increment).toMatchObject({ contract: "counter", function: "increment(uint64)", calls: 4 });
  expect(increment).toMatchObject({ min: 10_000n, average: 25_000n, median: 20_000n, max: 50_000n });
  expect(reset).toMatchObject({ calls: 1, min: 12_000n, average: 12_000n, median: 12_000n, max: 12_000n });
});

test("gas is told apart by category, host calls where the calls were traced", () => {
  const traced = [
    record("increment(uint64)", 15_000n, { "storage-get": 1_000n, "storage-set": 2_000n }),
    record("increment(uint64)", 16_000n, { "storage-get": 3_000n }),
  ];
  const [report] = gasReport([...traced, record("increment(uint64)", 90_000n)]);
  expect(report?.categories).toEqual({
    intrinsic: 10_000n,
    instructions: 2_500n,
    hostCalls: { "storage-get": 2_000n, "storage-set": 1_000n },
  });
  const [untraced] = gasReport([record("reset(uint64)", 12_000n)]);
  expect(untraced?.categories).toEqual({ intrinsic: 10_000n, instructions: 2_000n, hostCalls: undefined });
});

test("the table has a line for each function, and the JSON all numbers as text", () => {
  const report = gasReport([record("increment(uint64)", 1_234_567n, { "storage-get": 7n }), record("a()", 12_000n)]);
  const lines = gasTable(report).split("\n");
  expect(lines[0]).toMatch(/^contract +function +calls +min +average +median +max/);
  expect(lines[1]).toMatch(/^counter +a\(\) +1 +12,000 +12,000 +12,000 +12,000 +10,000 +2,000 +in instructions$/);
  expect(lines[2]).toMatch(/^counter +increment\(uint64\) +1 +1,234,567 .* storage-get 7$/);
  expect(JSON.parse(gasJson(report))[1]).toMatchObject({
    max: "1234567",
    categories: { hostCalls: { "storage-get": "7" } },
  });
  expect(gasTable([])).toBe("gas: no call was recorded");
});

const gas = fc.bigInt({ min: 0n, max: 2n ** 64n });
const records = fc.record({
  ...{ contract: fc.string({ minLength: 1 }), function: fc.string({ minLength: 1 }), gasUsed: gas, intrinsic: gas },
  hostCalls: fc.option(
    fc.dictionary(
      fc.string().filter((name) => name !== "__proto__"),
      gas,
    ),
    { nil: undefined },
  ),
});

test("what a process writes down of a call is read as it was", () => {
  fc.assert(
    fc.property(records, (made) => {
      const line = encodeGasRecord(made);
      expect(line).not.toContain("\n");
      expect(decodeGasRecord(line)).toEqual(made);
    }),
  );
});

test("the least is never above the median, nor the median above the most", () => {
  fc.assert(
    fc.property(fc.array(records, { minLength: 1 }), (made) => {
      const report = gasReport(made);
      expect(report.reduce((calls, each) => calls + each.calls, 0)).toBe(made.length);
      for (const { min, median, average, max } of report) {
        expect(min <= median && median <= max && min <= average && average <= max).toBe(true);
      }
    }),
  );
});
