/** Rust that documents show is a part of a source that is compiled and tested. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../repository/source-files.ts";
import { blocksIn } from "./code-blocks.ts";

/** Lines without indentation and marks of comments; without what documentation hides, and without empty ones. */
function linesOf(text: string): string {
  const lines = text.split("\n").map((line) => line.replace(/^(\s*\/\/[/!])*/, "").trim());
  return lines.filter((line) => line !== "" && !/^# |^#$|^```/.test(line)).join("\n");
}

const SOURCES = globSync(["sdk/{src,tests}/**/*.rs", "secret/*/{src,tests}/**/*.rs"], {
  cwd: path.join(ROOT, "contracts"),
});
const sources = SOURCES.map((file) => `\n${linesOf(readFileSync(path.join(ROOT, "contracts", file), "utf8"))}\n`);

it.each(blocksIn("rust"))("$place", ({ text }) => {
  expect(sources.some((source) => source.includes(`\n${linesOf(text)}\n`))).toBe(true);
});
