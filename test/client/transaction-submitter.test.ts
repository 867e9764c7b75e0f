import { Transaction, Wallet } from "ethers";
import { afterEach, expect, test, vi } from "vitest";
import type { EthereumEndpoint } from "../../host/client/ethereum-endpoint.ts";
import { transactionSubmitter } from "../../host/client/transaction-submitter.ts";
import type { Address, Hex } from "../../host/protocol/hex.ts";

const wallet = new Wallet(`0x${"11".repeat(32)}`);
const call = { to: `0x${"22".repeat(20)}` as Address, data: "0x" as Hex, gasLimit: 21_000n };

/** An endpoint that mines at once and knows the account's nonce. */
class MiningEndpoint {
  nonce = 7;
  readonly sent: number[] = [];

  async request(method: string, [parameter]: readonly unknown[] = []): Promise<unknown> {
    if (method === "eth_getTransactionCount") return `0x${this.nonce.toString(16)}`;
    if (method === "eth_sendRawTransactionSync") {
      this.sent.push(Transaction.from(parameter as string).nonce);
      this.nonce += 1;
      return { status: "0x1" };
    }
    if (method === "eth_getBlockByNumber") return { baseFeePerGas: "0x1" };
    return "0x1";
  }
}

afterEach(() => {
  vi.restoreAllMocks();
});

test("nonces are counted here in a burst, and asked for again after a pause, since the chain may have gone back", async () => {
  const now = vi.spyOn(performance, "now").mockReturnValue(1_000);
  const endpoint = new MiningEndpoint();
  const sender = wallet.address.toLowerCase() as Address;
  const submitter = transactionSubmitter(wallet, sender, 31_337n, endpoint as unknown as EthereumEndpoint);
  await submitter.submit(call);
  await submitter.submit(call);
  endpoint.nonce = 7; // the chain was reverted to where it was before
  now.mockReturnValue(2_000);
  await submitter.submit(call);
  expect(endpoint.sent).toEqual([7, 8, 7]);
});
