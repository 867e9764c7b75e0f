import { createEnclave, type TestBed } from "enigma-simulator/testing";
import { expect, test } from "vitest";

const TOKEN = "0x00000000000000000000000000000000000070c3";
const CLOSING_BLOCK = 1_000_000n;

/** An auction whose cashier vouched for deposits of 100 of two bidders. */
async function openAuction(enclave: TestBed) {
  const { alice: seller, bob, carol, dave: cashier } = enclave.accounts;
  const auction = await enclave.deploy("auction", [TOKEN, seller.address, cashier.address, CLOSING_BLOCK], {
    from: seller,
  });
  for (const bidder of [bob, carol]) await auction.connect(cashier).credit(bidder.address, 100n);
  return auction;
}

test("a bidder reads the own bid, and no other", async () => {
  await using enclave = await createEnclave();
  const { bob, carol } = enclave.accounts;
  const auction = await openAuction(enclave);
  await auction.connect(bob).bid(40n);
  expect(await auction.connect(bob).myBid()).toBe(40n);
  expect(await auction.connect(carol).myBid()).toBe(0n);
});

test("nobody bids more than was deposited", async () => {
  await using enclave = await createEnclave();
  const { bob } = enclave.accounts;
  const auction = await openAuction(enclave);
  await expect(auction.connect(bob).bid(101n)).toRevertWith("DepositTooSmall", [100n]);
});

test("the auction does not end before its closing block", async () => {
  await using enclave = await createEnclave();
  const auction = await openAuction(enclave);
  await expect(auction.finish()).toRevertWith("BiddingOpen", []);
});
