import { Signature, TypedDataEncoder, Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { devAccounts } from "../../host/ethereum/dev-accounts.ts";
import { EnigmaAccount } from "../../host/ethereum/enigma-account.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import { type Hex, hash } from "../../host/protocol/hex.ts";
import { refusedWith } from "./refused-with.ts";
import { TestNetwork } from "./test-network.ts";

let network: TestNetwork;
beforeAll(async () => {
  network = await TestNetwork.start();
});
afterAll(() => network.close());

/** A permit of a fresh account, which has ENG and ether but has approved nothing. */
async function permitOf(key: Hex, amount: bigint) {
  const wallet = new Wallet(key);
  const sender = new TransactionSender(network.connection, key);
  await network.token.transfer(network.account(0).sender, sender.address, amount);
  await network.connection.request("anvil_setBalance", [sender.address, "0xde0b6b3a7640000"]);
  const domain = { name: "Enigma", version: "1", chainId: 31337, verifyingContract: network.deployment.token };
  const types = {
    Permit: ["owner", "spender", "value", "nonce", "deadline"].map((name, index) => ({
      name,
      type: index < 2 ? "address" : "uint256",
    })),
  };
  const deadline = 2n ** 40n;
  const nonce = await network.token.permitNonce(sender.address);
  const value = { owner: sender.address, spender: network.deployment.enigma, value: amount, nonce, deadline };
  const { v, r, s } = Signature.from(wallet.signingKey.sign(TypedDataEncoder.hash(domain, types, value)));
  return { account: new EnigmaAccount(sender, network.contract), permit: { deadline, v, r: hash(r), s: hash(s) } };
}

describe("a deposit", () => {
  test("moves tokens from the wallet to the balance", async () => {
    const user = network.account(1);
    const wallet = await network.token.balanceOf(user.address);
    const { events } = await user.deposit(5n * ENG);
    expect(events).toMatchObject([{ name: "Deposited", user: user.address, amount: 5n * ENG }]);
    expect(await network.contract.balance(user.address)).toBe(5n * ENG);
    expect(await network.token.balanceOf(user.address)).toBe(wallet - 5n * ENG);
  });

  test("of nothing is refused", () => refusedWith("amount-zero", network.account(1).deposit(0n)));

  test("beyond the allowance is refused", async () => {
    const { account } = await permitOf(`0x${"31".repeat(32)}`, ENG);
    const error = await refusedWith("transaction-reverted", account.deposit(ENG));
    expect(error.data.error).toBe("ERC20InsufficientAllowance");
  });

  test("takes a permit instead of an allowance", async () => {
    const { account, permit } = await permitOf(`0x${"32".repeat(32)}`, ENG);
    await account.depositWithPermit(ENG, permit);
    expect(await network.contract.balance(account.address)).toBe(ENG);
  });

  test("succeeds with a permit that somebody else has handed in first", async () => {
    const { account, permit } = await permitOf(`0x${"33".repeat(32)}`, ENG);
    await network.token.permit(network.account(2).sender, account.address, network.deployment.enigma, ENG, permit);
    await account.depositWithPermit(ENG, permit);
    expect(await network.contract.balance(account.address)).toBe(ENG);
  });

  test("is refused with a permit for another amount", async () => {
    const { account, permit } = await permitOf(`0x${"34".repeat(32)}`, ENG);
    await refusedWith("transaction-reverted", account.depositWithPermit(ENG / 2n, permit));
  });
});

describe("a withdrawal", () => {
  test("moves the balance to the wallet", async () => {
    const user = network.account(3);
    await user.deposit(3n * ENG);
    const wallet = await network.token.balanceOf(user.address);
    const { events } = await user.withdrawBalance(2n * ENG);
    expect(events).toMatchObject([{ name: "Withdrawn", user: user.address, amount: 2n * ENG }]);
    expect(await network.contract.balance(user.address)).toBe(ENG);
    expect(await network.token.balanceOf(user.address)).toBe(wallet + 2n * ENG);
  });

  test("of nothing is refused", () => refusedWith("amount-zero", network.account(3).withdrawBalance(0n)));

  test("beyond the balance is refused and names both", async () => {
    const error = await refusedWith("balance-too-low", network.account(4).withdrawBalance(1n));
    expect(error.data).toMatchObject({ balance: 0n, needed: 1n });
  });
});

test("the whole supply has 18 decimals and belongs to the deployer at first", async () => {
  const held = await Promise.all(devAccounts().map(({ address }) => network.token.balanceOf(address)));
  expect(held.reduce((sum, amount) => sum + amount, 0n)).toBeGreaterThan(149_000_000n * ENG);
});
