/** Every bad input that is foreseen has a code and a test: `matrix.json` says which, and this holds it to that. */
import { existsSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import registry from "../../host/protocol/errors/registry.json" with { type: "json" };
import { importsOf } from "../repository/imports.ts";
import { ROOT, readSource } from "../repository/source-files.ts";
import matrix from "./matrix.json" with { type: "json" };

/** What becomes of a bad input: refused at no cost, settled as failed and paid, or completed once the trouble is over. */
const CLASSES = ["refused", "failed", "waits"];

/** A test's file with what it takes from other test files. */
function textOf(file: string): string {
  const own = importsOf(file).files.filter((imported) => imported.startsWith("test/") && imported.endsWith(".ts"));
  return [file, ...own].map(readSource).join("\n");
}

/** What tests inside the enclave call the endings that the client gives other codes. */
const ENDINGS: Readonly<Record<string, string>> = {
  "contract-reverted": "reverted",
  "contract-panicked": "panicked",
  "contract-trapped": "trapped",
};

it.each(matrix)("$input ($where)", ({ class: kind, code, test }) => {
  expect(CLASSES).toContain(kind);
  if (kind === "waits") expect(code).toBeNull();
  else expect(Object.keys(registry)).toContain(code);

  const [file = "", ...names] = test.split(" > ");
  expect(existsSync(path.join(ROOT, file))).toBe(true);
  expect(names.length).toBeGreaterThan(0);
  const text = textOf(file);
  expect(names.filter((name) => !text.includes(name))).toEqual([]);
  if (code !== null) expect([code, ENDINGS[code] ?? code].filter((name) => text.includes(name))).not.toEqual([]);
});
