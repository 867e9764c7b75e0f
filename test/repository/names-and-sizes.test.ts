import { describe, expect, it } from "vitest";
import { readSource, sourceFiles } from "./source-files.ts";

/** Lines above which a file holds more than one idea. */
const CEILING = 400;

const SOURCES = sourceFiles(/\.(ts|mjs|rs|sol)$/).filter((file) => !file.includes("/generated/"));

describe("source files", () => {
  it("are named for what they export, not for being handy", () => {
    const handy = SOURCES.filter((file) => /(^|\/|[-_.])(utils?|helpers?|common|managers?|misc)([-_./]|$)/i.test(file));
    expect(handy).toEqual([]);
  });

  it("are named in kebab-case in TypeScript and snake_case in Rust", () => {
    const typescript = /(^|\/)[a-z0-9]+(-[a-z0-9]+)*(\.test|\.test-d|\.bench|\.config|\.d)?\.(ts|mjs)$/;
    const rust = /(^|\/)[a-z0-9]+(_[a-z0-9]+)*\.rs$/;
    const misnamed = SOURCES.filter((file) => !file.endsWith(".sol")).filter(
      (file) => !(file.endsWith(".rs") ? rust : typescript).test(file),
    );
    expect(misnamed).toEqual([]);
  });

  it(`have at most ${CEILING} lines`, () => {
    const long = SOURCES.map((file) => ({ file, lines: readSource(file).split("\n").length - 1 }))
      .filter(({ lines }) => lines > CEILING)
      .map(({ file, lines }) => `${file}: ${lines}`);
    expect(long).toEqual([]);
  });

  it("leave no work marked as unfinished", () => {
    const marks =
      /\b(TODO|FIXME|XXX|HACK)\b|\b(todo|unimplemented)!\(|\b(it|test|describe)\.(skip|only|todo)\b|#\[ignore/;
    const unfinished = SOURCES.filter((file) => file !== "test/repository/names-and-sizes.test.ts").filter((file) =>
      marks.test(readSource(file)),
    );
    expect(unfinished).toEqual([]);
  });
});
