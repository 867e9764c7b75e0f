import { expect, it } from "vitest";
import { deploySample, sampleEnclave } from "./sample-enclave.ts";

async function issued() {
  const enclave = await sampleEnclave();
  const token = await deploySample(enclave, "private-token", [100n]);
  const { alice, bob, carol } = enclave.accounts;
  await token.getFunction("transfer")(bob.address, 30n);
  return { token, alice, bob, carol };
}

it("shows nobody amount and receiver of a transfer, nor whether the balance allowed it", async () => {
  const { token, alice, bob, carol } = await issued();
  const transfers = [alice, bob, carol].flatMap(({ address }) =>
    [0n, 1n, 70n, 71n, 2n ** 255n].map((amount) => [address, amount]),
  );
  await expect(token.getFunction("transfer")).toBeObliviousTo(transfers);
});

it("shows nobody who may spend how much, nor who reads whose balance", async () => {
  const { token, bob, carol } = await issued();
  await token.getFunction("approve")(bob.address, 5n);
  await token.getFunction("setReader")(bob.address, true);
  await expect(token.getFunction("approve")).toBeObliviousTo([
    [bob.address, 5n],
    [bob.address, 0n],
    [carol.address, 2n ** 200n],
  ]);
  await expect(token.getFunction("setReader")).toBeObliviousTo([
    [bob.address, true],
    [bob.address, false],
    [carol.address, true],
  ]);
});

it("shows nobody amount and receiver of what a spender moves", async () => {
  const { token, alice, bob, carol } = await issued();
  await token.getFunction("approve")(bob.address, 50n);
  const moves = [alice, bob, carol].flatMap(({ address }) =>
    [0n, 1n, 50n].map((amount) => [alice.address, address, amount]),
  );
  await expect(token.connect(bob).getFunction("transferFrom")).toBeObliviousTo(moves);
});

it("lets a spender's transfer be seen to fail, as its README says", async () => {
  const { token, alice, bob, carol } = await issued();
  await token.getFunction("approve")(bob.address, 50n);
  const moves = [
    [alice.address, carol.address, 50n],
    [alice.address, carol.address, 51n],
  ];
  await expect(token.connect(bob).getFunction("transferFrom")).not.toBeObliviousTo(moves);
});
