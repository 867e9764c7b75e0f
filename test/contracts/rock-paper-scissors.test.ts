import { expect, it } from "vitest";
import { deploySample, sampleEnclave } from "./sample-enclave.ts";

const HANDS = [0, 1, 2];

async function opened() {
  const enclave = await sampleEnclave();
  return { ...enclave.accounts, games: await deploySample(enclave, "rock-paper-scissors", [10n]) };
}

it("shows nobody the challenger's hand, nor who is challenged", async () => {
  const { games, bob, carol } = await opened();
  const challenges = [bob, carol].flatMap(({ address }) => HANDS.map((hand) => [address, hand]));
  await expect(games.getFunction("challenge")).toBeObliviousTo(challenges);
});

it("shows nobody the opponent's hand, nor who won", async () => {
  const { games, bob } = await opened();
  for (const hand of HANDS) await games.getFunction("challenge")(bob.address, hand);
  const answers = HANDS.flatMap((game) => HANDS.map((hand) => [game, hand]));
  await expect(games.connect(bob).getFunction("answer")).toBeObliviousTo(answers);
});
