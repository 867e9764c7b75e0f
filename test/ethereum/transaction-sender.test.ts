import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DevChain, startDevChain } from "../../host/ethereum/dev-chain.ts";
import { JsonRpcConnection } from "../../host/ethereum/json-rpc-connection.ts";
import { TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import { address, type Hex } from "../../host/protocol/hex.ts";

const RECEIVER = address(`0x${"5e".repeat(20)}`);

describe.each([
  ["a chain that makes a block for each transaction", true],
  ["a chain that gathers transactions", false],
])("after %s has gone back", (_, seeded) => {
  let chain: DevChain;
  let connection: JsonRpcConnection;
  let sender: TransactionSender;
  beforeEach(async () => {
    chain = await startDevChain({ seeded });
    connection = new JsonRpcConnection(chain.url);
    sender = new TransactionSender(connection, chain.accounts[0]?.privateKey as Hex);
  });
  afterEach(async () => {
    connection.close();
    await chain.close();
  });

  const pay = (value: bigint) => sender.send({ to: RECEIVER, data: "0x", gasLimit: 21_000n, value });
  const received = async () => BigInt(await connection.request<Hex>("eth_getBalance", [RECEIVER, "latest"]));

  test("the next transaction has the nonce that the chain expects, and is made once", async () => {
    await pay(1n);
    const snapshot = await connection.request("evm_snapshot");
    await Promise.all([pay(10n), pay(100n)]);
    await connection.request("evm_revert", [snapshot]);
    expect(await received()).toBe(1n);
    await pay(1_000n);
    await Promise.all([pay(10_000n), pay(100_000n), pay(1_000_000n)]);
    expect(await received()).toBe(1_111_001n);
    expect(await sender.nextNonce()).toBe(5);
  });

  test("what somebody else has sent from the account meanwhile is counted", async () => {
    await pay(1n);
    await new TransactionSender(connection, chain.accounts[0]?.privateKey as Hex).send({
      to: RECEIVER,
      data: "0x",
      gasLimit: 21_000n,
      value: 10n,
    });
    await pay(100n);
    expect(await received()).toBe(111n);
  });
});
