import { createEnclave } from "enigma-simulator/testing";
import { expect, test } from "vitest";

test("everybody raises the counter, and its owner reads it", async () => {
  await using enclave = await createEnclave();
  const { alice, bob } = enclave.accounts;
  const counter = await enclave.deploy("counter", [5n], { from: alice });
  await counter.connect(bob).increment(2n);
  expect(await counter.connect(alice).value()).toBe(7n);
});

test("nobody else reads or resets it", async () => {
  await using enclave = await createEnclave();
  const { alice, bob } = enclave.accounts;
  const counter = await enclave.deploy("counter", [5n], { from: alice });
  await expect(counter.connect(bob).value()).toRevertWith("NotOwner", [bob.address]);
  await expect(counter.connect(bob).reset(0n)).toRevertWith("NotOwner", [bob.address]);
});
