/** The samples that end on Ethereum: a vote that reports its result, and an auction that pays out an ERC-20 token. */
import "../../host/testing/matchers/leak-matcher.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Enigma, UntypedSecretContract } from "../../host/client/index.ts";
import type { TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import type { Address } from "../../host/protocol/hex.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { EthereumContract, ethereumSender, sample } from "./ethereum-contract.ts";
import { expectFailed, expectUndone } from "./settled-facts.ts";

const CALL_GAS = 1_000_000n;

let network: TestNetwork;
let users: [Enigma, Enigma, Enigma];
let owner: TransactionSender;

beforeAll(async () => {
  network = await startTestNetwork();
  const [first, second, third] = await Promise.all([network.user(1), network.user(2), network.user(3)]);
  users = [first, second, third];
  owner = ethereumSender(network, 9);
});
afterAll(() => network?.stop());

describe("a vote that reports to a ballot on Ethereum", () => {
  const PROPOSAL = 7n;
  let ballot: EthereumContract;
  let voting: Record<0 | 1 | 2, UntypedSecretContract>;
  const close = () => voting[0].getFunction("close")({ callGasLimit: CALL_GAS });

  beforeAll(async () => {
    ballot = await EthereumContract.deploy(owner, sample("Ballot"));
    const voters = users.map(({ account }) => account);
    const { address } = await network.deploy(users[0], "voting", [ballot.address, PROPOSAL, voters]);
    const [first, second, third] = await Promise.all(users.map((user) => network.contract(user, "voting", address)));
    voting = [first, second, third] as [UntypedSecretContract, UntypedSecretContract, UntypedSecretContract];
  });

  it("tells each voter alone that the ballot was counted", async () => {
    for (const [index, approve] of [true, false, true].entries()) {
      const { events } = await (await voting[index as 0 | 1 | 2].getFunction("vote")(approve)).wait();
      expect(events).toMatchObject([{ name: "Counted", private: true, contract: voting[0].address }]);
      const [proposal, , counted] = events[0]?.args ?? [];
      expect([proposal, counted]).toEqual([PROPOSAL, approve]);
    }
    expect(await voting[1].getView("myVote")()).toBe(false);
  });

  it("stays open as long as the ballot does not take its report", async () => {
    const error = await expectUndone(network, users[0], close);
    const { interface: abi } = ballot;
    const refusal = abi.parseError(String(error.data.reason));
    expect([refusal?.name, String(refusal?.args[0]).toLowerCase()]).toEqual(["VotingContractOnly", voting[0].address]);
    await expect(voting[0].getView("result")()).rejects.toMatchObject({ name: "VotingOpen" });
    expect(await ballot.read("results", PROPOSAL)).toEqual([false, 0n, 0n]);
  });

  it("is closed by its chair alone, and then its result stands on Ethereum", async () => {
    await ballot.send("nameVotingContract", voting[0].address);
    const order = () => voting[1].getFunction("close")({ callGasLimit: CALL_GAS });
    expect(await expectFailed(network, users[1], order)).toMatchObject({ name: "NotTheChair" });
    const { events } = await (await close()).wait();
    expect(events).toMatchObject([{ name: "Closed", private: false }]);
    expect([...(events[0]?.args ?? [])]).toEqual([PROPOSAL, 2n, 1n]);
    expect(await ballot.read("results", PROPOSAL)).toEqual([true, 2n, 1n]);
    expect(await ballot.read("isAccepted", PROPOSAL)).toBe(true);
  });
});

describe("an auction that pays out in a token", () => {
  const SELLER = `0x${"5e".repeat(20)}` as Address;
  const DEPOSIT = 0x7e57ab1e0ddba11n;
  const BIDS = [0x5ea1ed0b1d01n, 0x5ea1ed0b1d02n] as const;
  let token: EthereumContract;
  const balance = (account: string) => token.read("balanceOf", account);

  /** An auction with two bids; its closing block is past. */
  async function bidding(funded: boolean): Promise<UntypedSecretContract> {
    const [cashier, ...bidders] = users;
    const closing = (await network.local.view.head()).number + 30n;
    const auction = await network.deploy(cashier, "auction", [token.address, SELLER, cashier.account, closing]);
    if (funded) await token.send("transfer", auction.address, DEPOSIT * 2n);
    for (const [index, bidder] of bidders.entries()) {
      await (await auction.getFunction("credit")(bidder.account, DEPOSIT)).wait();
      const own = await network.contract(bidder, "auction", auction.address);
      await (await own.getFunction("bid")(BIDS[index])).wait();
      expect(await own.getView("myBid")()).toBe(BIDS[index]);
    }
    expect((await network.local.view.head()).number).toBeLessThan(closing);
    await network.mine(30);
    return auction;
  }

  beforeAll(async () => {
    token = await EthereumContract.deploy(owner, sample("SampleToken"), [DEPOSIT * 10n]);
  });

  it("pays the seller and gives back the rest, from the auction's own account", async () => {
    const auction = await bidding(true);
    const [, loser, winner] = users;
    const { calls, events } = await (await auction.getFunction("finish")({ callGasLimit: CALL_GAS })).wait();
    expect(calls.map(({ required, succeeded }) => [required, succeeded])).toEqual([
      [true, true],
      [false, true],
      [false, true],
    ]);
    expect(events.at(-1)).toMatchObject({ name: "Finished" });
    expect(String(events.at(-1)?.args[0]).toLowerCase()).toBe(winner.account);
    expect(await Promise.all([SELLER, loser.account, winner.account, auction.address].map(balance))).toEqual([
      ...[BIDS[1], DEPOSIT, DEPOSIT - BIDS[1], 0n],
    ]);
    await expect(network).not.toLeak(BIDS[0]);
    await expect(network).toLeak(BIDS[1]);
  });

  it("stays unfinished where its account cannot pay the seller", async () => {
    const auction = await bidding(false);
    const before = await balance(SELLER);
    const finish = () => auction.getFunction("finish")({ callGasLimit: CALL_GAS });
    const error = await expectUndone(network, users[0], finish);
    expect(token.interface.parseError(String(error.data.reason))?.name).toBe("ERC20InsufficientBalance");
    expect(await balance(SELLER)).toBe(before);
    await token.send("transfer", auction.address, DEPOSIT * 2n);
    await (await finish()).wait();
    expect(await balance(SELLER)).toBe((before as bigint) + BIDS[1]);
  });
});
