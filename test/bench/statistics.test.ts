import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { geometricMean, summarise, time } from "../../scripts/bench/statistics.ts";
import { aims, atLeast, atMost, table } from "../../scripts/bench/table.ts";
import { ratesOf } from "../../scripts/bench/task-rates.ts";

const numbers = fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 1 });

describe("a summary", () => {
  it("has the middle of an odd series and the mean of the two middles of an even one", () => {
    expect(summarise([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9, count: 3 });
    expect(summarise([4, 1, 2, 9])).toEqual({ median: 3, min: 1, max: 9, count: 4 });
    expect(() => summarise([])).toThrow(RangeError);
  });

  it("has at least half of the series on either side of its median, and leaves the series as it was", () => {
    fc.assert(
      fc.property(numbers, (series) => {
        const before = [...series];
        const { median, min, max } = summarise(series);
        expect(series).toEqual(before);
        expect(min).toBe(Math.min(...series));
        expect(max).toBe(Math.max(...series));
        expect(series.filter((value) => value <= median).length * 2).toBeGreaterThanOrEqual(series.length);
        expect(series.filter((value) => value >= median).length * 2).toBeGreaterThanOrEqual(series.length);
      }),
    );
  });
});

describe("a geometric mean", () => {
  it("is the root of the product", () => {
    expect(geometricMean([2, 8])).toBeCloseTo(4);
    expect(geometricMean([1, 10, 100])).toBeCloseTo(10);
    expect(() => geometricMean([])).toThrow(RangeError);
  });

  it("of ratios is the ratio of geometric means", () => {
    const pairs = fc.array(
      fc.tuple(fc.double({ min: 0.1, max: 10, noNaN: true }), fc.double({ min: 0.1, max: 10, noNaN: true })),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(pairs, (ratios) => {
        const direct = geometricMean(ratios.map(([a, b]) => a / b));
        expect(direct).toBeCloseTo(geometricMean(ratios.map(([a]) => a)) / geometricMean(ratios.map(([, b]) => b)), 6);
      }),
    );
  });
});

describe("timing", () => {
  it("runs the work once more than it counts, to warm up", async () => {
    let runs = 0;
    const series = await time(5, () => {
      runs += 1;
    });
    expect({ runs, counted: series.length }).toEqual({ runs: 6, counted: 5 });
  });
});

describe("an aim", () => {
  const measured = (median: number) => summarise([median]);

  it("is reached on the limit and missed beyond it, by a share of the limit", () => {
    expect(atMost("a", measured(30), 30).reached).toBe(true);
    expect(atMost("a", measured(33), 30)).toMatchObject({ reached: false, margin: expect.closeTo(-0.1) });
    expect(atLeast("a", measured(200), 200).reached).toBe(true);
    expect(atLeast("a", measured(150), 200)).toMatchObject({ reached: false, margin: expect.closeTo(-0.25) });
  });

  it("says in words by how much it is missed", () => {
    const [time, rate] = aims([atMost("time", measured(33), 30), atLeast("rate", measured(250), 200)])
      .split("\n")
      .slice(2);
    expect(time).toMatch(/^time +≤ 30 +33\.00 \[33\.00 \.\. 33\.00\] +not reached, by 10 %$/);
    expect(rate).toMatch(/^rate +≥ 200 +250\.00 \[250\.00 \.\. 250\.00\] +reached$/);
  });
});

describe("rates", () => {
  it("of tasks that end at equal distances are that distance's inverse, whatever their order", () => {
    const ends = Array.from({ length: 2_500 }, (_, index) => 1e12 + index * 5).reverse();
    const rates = ratesOf(ends);
    expect(rates.map(({ from, to }) => [from, to])).toEqual([
      [0, 1_000],
      [1_000, 2_000],
      [2_000, 2_499],
    ]);
    for (const { rate } of rates) expect(rate).toMatchObject({ median: expect.closeTo(200), min: expect.closeTo(200) });
  });

  it("of too few tasks are none", () => {
    expect(ratesOf([1, 2, 3])).toEqual([]);
  });
});

describe("a table", () => {
  it("puts the first column to the left and the others to the right", () => {
    expect(
      table(
        ["", "ms"],
        [
          ["short", "1.0"],
          ["longer one", "10.0"],
        ],
      ),
    ).toBe(["              ms", "----------  ----", "short        1.0", "longer one  10.0"].join("\n"));
  });
});
