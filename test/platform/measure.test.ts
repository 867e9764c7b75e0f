import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measure } from "../../enclave-wasm/platform/hardware/measure.ts";
import { codeOf } from "./enclave-package.ts";

const sha256 = (...parts: (Uint8Array | string)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();

const bytes = (text: string) => new TextEncoder().encode(text);

describe("measure", () => {
  it("hashes tag, names, lengths and contents in the order of names", () => {
    const expected = sha256(
      sha256("enigma/v1/measurement"),
      new Uint8Array([0, 0, 0, 3]),
      "a/b",
      new Uint8Array([0, 0, 0, 0, 0, 0, 0, 2]),
      "xy",
      new Uint8Array([0, 0, 0, 1]),
      "z",
      new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0]),
    );
    const files = [
      { name: "z", bytes: bytes("") },
      { name: "a/b", bytes: bytes("xy") },
    ];
    expect(measure(files)).toEqual(new Uint8Array(expected));
  });

  it("sorts names by their bytes, not by locale or UTF-16", () => {
    const names = ["B", "a", "\u{ff5e}", "\u{1f600}"];
    const files = names.map((name) => ({ name, bytes: bytes("") }));
    const parts = names.flatMap((name) => [new Uint8Array([0, 0, 0, bytes(name).length]), name, new Uint8Array(8)]);
    expect(measure(files.toReversed())).toEqual(new Uint8Array(sha256(sha256("enigma/v1/measurement"), ...parts)));
  });

  it("does not depend on the order in which files are given", () => {
    const packages = fc.uniqueArray(
      fc.record({ name: fc.stringMatching(/^[a-z]{1,5}$/), bytes: fc.uint8Array({ maxLength: 40 }) }),
      { selector: (file) => file.name, minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(packages, (files) => {
        expect(measure(files.toReversed())).toEqual(measure(files));
      }),
    );
  });

  it("changes with every change of a name or a content", () => {
    const base = [
      { name: "ab", bytes: bytes("c") },
      { name: "d", bytes: bytes("") },
    ];
    const others = [
      [{ name: "a", bytes: bytes("bc") }, base[1]],
      [{ name: "ab", bytes: bytes("C") }, base[1]],
      [base[0]],
      [...base, { name: "e", bytes: bytes("") }],
    ].map((files) => files.filter((file) => file !== undefined));
    const measurements = [base, ...others].map((files) => Buffer.from(measure(files)).toString("hex"));
    expect(new Set(measurements).size).toBe(measurements.length);
  });

  it.each(["", "/a", "a/", "a//b", "../a", "./a", "a\\b", "\ud800"])("refuses %j as a name", (name) => {
    expect(codeOf(() => measure([{ name, bytes: bytes("") }]))).toBe("enclave-measurement");
  });

  it("refuses a package without files and one with a name twice", () => {
    const file = { name: "a", bytes: bytes("") };
    expect(codeOf(() => measure([]))).toBe("enclave-measurement");
    expect(codeOf(() => measure([file, file]))).toBe("enclave-measurement");
  });
});
