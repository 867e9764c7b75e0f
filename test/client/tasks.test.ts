import { BrowserProvider, Interface } from "ethers";
import { describe, expect, it } from "vitest";
import { devAccounts } from "../../host/ethereum/dev-accounts.ts";
import { rpcErrorObject } from "../../host/ethereum/json-rpc-connection.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { fromHex, ZERO_HASH } from "../../host/protocol/hex.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { OUTCOME, outcomeSlot } from "../../host/protocol/outcome.ts";
import { clientFixture, codeOf } from "./client-fixture.ts";
import { wealthAbi } from "./wealth-abi.ts";

const abi = new Interface(wealthAbi);
const fixture = clientFixture();

describe("a task", () => {
  it("encrypts its arguments, and decodes what the contract returned", async () => {
    const contract = await fixture.deployed();
    let seen: readonly unknown[] = [];
    fixture.gateway.behaviour = (input) => {
      seen = abi.decodeFunctionData("summary", input).toArray()[0];
      const top = [fixture.wallet.address, 7n];
      return { name: "returned", result: fromHex(abi.encodeFunctionResult("summary", [3n, top])) };
    };
    const task = await contract.summary([fixture.wallet.address], { gasLimit: 500_000n });
    const receipt = await task.wait();
    expect(seen).toEqual([fixture.wallet.address]);
    expect(receipt.result.count).toBe(3n);
    expect(receipt.result.top.worth).toBe(7n);
    expect(receipt.result[1].who).toBe(fixture.wallet.address);
    expect(receipt).toMatchObject({ status: "committed", gasUsed: 12_345n, taskId: task.id });
    expect(task.record).toMatchObject({ gasLimit: 500_000n, sender: fixture.wallet.address.toLowerCase() });
    expect(task.status).toBe("committed");
  });

  it("ends with the outcome that stands on Ethereum", async () => {
    const contract = await fixture.deployed();
    const task = await contract.addMillionaire(1_000_000n);
    const receipt = await task.wait();
    const slot = await fixture.network.contract.taskSlot(task.id);
    expect(receipt.outcomeSlot).toBe(slot);
    expect(receipt.outputHash).toBe(keccak(receipt.output));
    expect(slot).not.toBe(outcomeSlot(OUTCOME.refunded, ZERO_HASH));
    expect(receipt.moves[0]?.stateAfter).toBe(await fixture.network.contract.tip(contract.address));
  });

  it("sends nothing that shows its plaintext", async () => {
    const contract = await fixture.deployed();
    const secret = 0x1234_5678_9abc_def0_1122_3344n;
    await (await contract.addMillionaire(secret)).wait();
    expect(fixture.gateway.bodies.join()).not.toContain(secret.toString(16));
    expect(fixture.gateway.bodies.join()).not.toContain(secret.toString());
  });

  it("uses another key for each task, so that equal inputs look different", async () => {
    const contract = await fixture.deployed();
    const tasks = await Promise.all([contract.addMillionaire(1), contract.addMillionaire(1)]);
    expect(tasks[0]?.record.inputHash).not.toBe(tasks[1]?.record.inputHash);
    await Promise.all(tasks.map((task) => task.wait()));
  });

  it("can be waited for more than once", async () => {
    const contract = await fixture.deployed();
    const task = await contract.addMillionaire(2);
    const [first, second] = await Promise.all([task.wait(), task.wait()]);
    expect(second).toEqual(first);
    expect(await task.wait()).toEqual(first);
  });

  it("works for many at once, whose records share transactions", async () => {
    const contract = await fixture.deployed();
    const tasks = await Promise.all(Array.from({ length: 20 }, (_, index) => contract.addMillionaire(index)));
    const receipts = await Promise.all(tasks.map((task) => task.wait()));
    expect(new Set(receipts.map(({ taskId }) => taskId)).size).toBe(20);
    expect(new Set(tasks.map(({ transactionHash }) => transactionHash)).size).toBeLessThan(4);
  });

  it("repeats itself with the same random bytes: the second time, its task id is taken", async () => {
    const contract = await fixture.deployed();
    const seeded = async (start: number) => {
      let counter = start;
      const random = (length: number) => new Uint8Array(length).fill(++counter);
      const client = await fixture.connect({ random });
      return client.contract(contract.address, wealthAbi);
    };
    const [first, again] = [await seeded(0), await seeded(0)];
    const task = await first.addMillionaire(9);
    await task.wait();
    expect(task.record.nonce).toBe(BigInt(`0x${"01".repeat(32)}`));
    expect(await codeOf(again.addMillionaire(9))).toBe("record-refused");
  });

  it("reaches overloaded functions by signature", async () => {
    const contract = await fixture.deployed();
    fixture.gateway.behaviour = () => ({
      name: "returned",
      result: fromHex(abi.encodeFunctionResult("rank(address)", [4])),
    });
    const byName = await (await contract["rank(address)"](fixture.wallet.address)).wait();
    const among = await (await contract["rank(address,uint8[2][])"](fixture.wallet.address, [[1, 2]])).wait();
    expect([byName.result, among.result]).toEqual([4n, 4n]);
    expect("rank" in contract).toBe(false);
    expect(() => contract.getFunction("rank")).toThrow(expect.objectContaining({ code: "unknown-function" }));
    expect(() => contract.getFunction("poorest")).toThrow(expect.objectContaining({ code: "unknown-function" }));
  });

  it("goes through a signer that is not a local wallet", async () => {
    const signer = await fixture.provider.getSigner(devAccounts()[6]?.address);
    const client = await fixture.connect({ signer });
    await client.deposit(10n * ENG);
    const contract = await fixture.deployed(client);
    expect((await (await contract.addMillionaire(3)).wait()).status).toBe("committed");
  });

  it("goes through a browser's wallet", async () => {
    const wallet = new BrowserProvider({
      request: async ({ method, params }) => {
        const request = fixture.network.connection.request(method, params as unknown[]);
        return request.catch((error: unknown) => Promise.reject(rpcErrorObject(error)));
      },
    });
    const client = await fixture.connect({ signer: await wallet.getSigner(devAccounts()[7]?.address) });
    await expect(client.withdraw(1n)).rejects.toMatchObject({ data: { error: "BalanceTooLow" } });
    await client.deposit(10n * ENG);
    const contract = await fixture.deployed(client);
    expect((await (await contract.addMillionaire(3)).wait()).status).toBe("committed");
    wallet.destroy();
  });
});

describe("as time passes", () => {
  it("fetches the contract's key again in a new epoch", async () => {
    const contract = await fixture.deployed();
    await (await contract.addMillionaire(1)).wait();
    await fixture.network.nextEpoch();
    await fixture.network.mine(3);
    const task = await contract.addMillionaire(1);
    expect(task.record.epoch).toBe((await fixture.network.contract.currentEpoch()).number);
    expect((await task.wait()).status).toBe("committed");
  });

  it("refunds a task that nobody settled in time", async () => {
    const contract = await fixture.deployed();
    const before = await fixture.enigma.balance();
    fixture.gateway.idle = true;
    const task = await contract.addMillionaire(1, { gasLimit: 100_000n, gasPrice: 10n });
    expect(await fixture.enigma.balance()).toBe(before - 1_000_000n);
    await fixture.network.mine(30);
    await fixture.enigma.refund(task.record);
    expect(await fixture.enigma.balance()).toBe(before);
    expect(await fixture.network.contract.taskSlot(task.id)).toBe(outcomeSlot(OUTCOME.refunded, ZERO_HASH));
  });

  it("leaves a settled task unrefunded", async () => {
    const contract = await fixture.deployed();
    const task = await contract.addMillionaire(1);
    await task.wait();
    await expect(fixture.enigma.refund(task.record)).rejects.toMatchObject({ code: "transaction-reverted" });
  });
});
