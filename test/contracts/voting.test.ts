import { expect, it } from "vitest";
import { deploySample, expectAlike, observe, sampleEnclave } from "./sample-enclave.ts";

async function opened() {
  const enclave = await sampleEnclave();
  const { alice, bob, carol } = enclave.accounts;
  const voters = [alice, bob, carol];
  const ethereumContract = `0x${"11".repeat(20)}`;
  const voting = await deploySample(enclave, "voting", [ethereumContract, 7n, voters.map(({ address }) => address)]);
  return { voting, voters };
}

/** What is seen of the end of a vote. */
async function closed(...ballots: boolean[]) {
  const { voting, voters } = await opened();
  for (const [index, approve] of ballots.entries()) {
    const voter = voters[index];
    if (voter) await voting.connect(voter).getFunction("vote")(approve);
  }
  return observe(voting, "close");
}

it("shows nobody a ballot", async () => {
  const { voting } = await opened();
  await expect(voting.getFunction("vote")).toBeObliviousTo([[true], [false]]);
});

it("shows the sums in the end, and not whose ballots they are made of", async () => {
  expectAlike([await closed(true, true, false), await closed(true, false, true), await closed(false, true, true)]);
});
