import { expect, it } from "vitest";
import { deploySample, sampleEnclave } from "./sample-enclave.ts";

const LARGEST = 2n ** 64n - 1n;

it("shows nobody by how much it is raised, nor that it stands at its end", async () => {
  const counter = await deploySample(await sampleEnclave(), "counter", [5n]);
  await expect(counter.getFunction("increment")).toBeObliviousTo([[0n], [1n], [2n ** 40n], [LARGEST]]);
  await counter.getFunction("increment")(LARGEST);
  await expect(counter.getFunction("increment")).toBeObliviousTo([[0n], [1n], [LARGEST]]);
});

it("shows nobody to what it is reset", async () => {
  const counter = await deploySample(await sampleEnclave(), "counter", [5n]);
  await expect(counter.getFunction("reset")).toBeObliviousTo([[0n], [5n], [LARGEST]]);
});

it("tells its owner where it stands and nobody else", async () => {
  const enclave = await sampleEnclave();
  const counter = await deploySample(enclave, "counter", [5n]);
  await counter.connect(enclave.accounts.bob).getFunction("increment")(2n);
  expect(await counter.getFunction("value")()).toBe(7n);
  await expect(counter.connect(enclave.accounts.bob).getFunction("value")()).toRevertWith("NotOwner", [
    enclave.accounts.bob.address,
  ]);
});
