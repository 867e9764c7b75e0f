import { expect, it } from "vitest";
import { deploySample, observe, sampleEnclave } from "./sample-enclave.ts";

const TITLE = "pin";

async function withNote() {
  const notes = await deploySample(await sampleEnclave(), "notes");
  await notes.getFunction("write")(TITLE, "2718");
  return notes.getFunction("write");
}

it("shows nobody whether a note is new, replaced or erased, nor what it says", async () => {
  const write = await withNote();
  await expect(write).toBeObliviousTo([
    ["a", "b"],
    [TITLE, "2718"],
    [TITLE, "3141, and more of it"],
    ["another title", "x".repeat(32)],
  ]);
  await expect(write).toBeObliviousTo([
    ["a".repeat(31), ""],
    [TITLE, ""],
  ]);
});

it("stores notes of all lengths in as many bytes", async () => {
  const notes = await deploySample(await sampleEnclave(), "notes");
  const written = [];
  for (const length of [1, 100, 500, 1_024]) written.push(await observe(notes, "write", TITLE, "x".repeat(length)));
  const sizes = written.flat().filter(({ name }) => name.startsWith("length of the delta"));
  expect(new Set(sizes.map(({ value }) => value)).size).toBe(1);
});

it("cannot hide that the input of a long note is long", async () => {
  await expect(await withNote()).not.toBeObliviousTo([
    [TITLE, "short"],
    [TITLE, "x".repeat(500)],
  ]);
});
