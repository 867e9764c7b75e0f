import { expect, it } from "vitest";
import { deploySample, expectAlike, observe, sampleEnclave } from "./sample-enclave.ts";

const OPTIONS = ["bridge", "park", "road"];
const CLOSING_BLOCK = 50n;

async function opened() {
  const enclave = await sampleEnclave();
  const voters = [enclave.accounts.alice, enclave.accounts.bob].map(({ address }) => address);
  return { enclave, ballot: await deploySample(enclave, "secret-ballot", [OPTIONS, 100, CLOSING_BLOCK, voters]) };
}

/** What is seen of the publication, after ballots of alice and bob. */
async function published(ballots: readonly (readonly number[])[]) {
  const { enclave, ballot } = await opened();
  for (const [index, votes] of ballots.entries()) {
    await ballot.connect(index === 0 ? enclave.accounts.alice : enclave.accounts.bob).getFunction("vote")(votes);
  }
  await enclave.mine(Number(CLOSING_BLOCK));
  return observe(ballot, "publish");
}

it("shows nobody a ballot", async () => {
  const { ballot } = await opened();
  await expect(ballot.getFunction("vote")).toBeObliviousTo([[[1, 2, 3]], [[10, 0, 0]], [[-4, -8, 4]], [[0, 0, 0]]]);
});

it("shows nobody whether a second ballot is another one", async () => {
  const { ballot } = await opened();
  await ballot.getFunction("vote")([1, 2, 3]);
  await expect(ballot.getFunction("vote")).toBeObliviousTo([[[1, 2, 3]], [[3, 2, 1]], [[0, 0, 0]]]);
});

it("shows the totals in the end, and no more", async () => {
  expectAlike([
    await published([
      [1, 2, 3],
      [3, 2, 1],
    ]),
    await published([
      [2, 2, 2],
      [2, 2, 2],
    ]),
    await published([
      [-4, 0, 7],
      [8, 4, -3],
    ]),
  ]);
});
