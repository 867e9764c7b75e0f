import { expect, it } from "vitest";
import { deploySample, expectAlike, observe, sampleEnclave } from "./sample-enclave.ts";

const CLOSING_BLOCK = 50n;

async function opened() {
  const enclave = await sampleEnclave();
  const { alice, bob, carol, heidi, ivan } = enclave.accounts;
  const token = `0x${"11".repeat(20)}`;
  const auction = await deploySample(enclave, "auction", [token, heidi.address, ivan.address, CLOSING_BLOCK]);
  for (const { address } of [alice, bob, carol]) await auction.connect(ivan).getFunction("credit")(address, 100n);
  return { enclave, auction, bidders: [alice, bob, carol] };
}

/** What is seen of the end of an auction. */
async function finished(...prices: bigint[]) {
  const { enclave, auction, bidders } = await opened();
  for (const [index, price] of prices.entries()) {
    const bidder = bidders[index];
    if (bidder) await auction.connect(bidder).getFunction("bid")(price);
  }
  await enclave.mine(Number(CLOSING_BLOCK));
  return observe(auction, "finish");
}

it("shows nobody a bid, nor whether it changed", async () => {
  const { auction } = await opened();
  await expect(auction.getFunction("bid")).toBeObliviousTo([[1n], [50n], [100n]]);
  await auction.getFunction("bid")(50n);
  await expect(auction.getFunction("bid")).toBeObliviousTo([[1n], [50n], [100n]]);
});

it("shows winner and price in the end, and nothing of the losing bids", async () => {
  expectAlike([
    await finished(10n, 60n, 20n),
    await finished(20n, 60n, 10n),
    await finished(59n, 60n, 60n),
    await finished(1n, 60n, 1n),
  ]);
});

it("finishes with the most bidders that there can be", async () => {
  const enclave = await sampleEnclave();
  const { heidi, ivan } = enclave.accounts;
  const token = `0x${"11".repeat(20)}`;
  const auction = await deploySample(enclave, "auction", [token, heidi.address, ivan.address, 200n]);
  for (let index = 1; index <= 30; index += 1) {
    const bidder = enclave.impersonate(`0x${index.toString(16).padStart(40, "0")}`);
    await auction.connect(ivan).getFunction("credit")(bidder.address, 100n);
    await auction.connect(bidder).getFunction("bid")(BigInt(index));
  }
  await enclave.mine(200);
  const { result } = await auction.getFunction("finish")().outcome;
  expect(result.effects.map(({ kind }) => kind)).toEqual([...Array(31).fill("call"), "event"]);
});
