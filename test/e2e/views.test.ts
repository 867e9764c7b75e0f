/** Views: free answers from the committed state, for the eyes of the account that signed the permit. */
import "../../host/testing/matchers/leak-matcher.ts";
import { Interface } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Enigma, UntypedSecretContract } from "../../host/client/index.ts";
import type { Address, Hash } from "../../host/protocol/hex.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { askCrafted, type ViewCrafting } from "./crafted-view.ts";

const SUPPLY = 0x5ec4e75a1a4ce0f0dd5n;
const MOVED = 0x1dea5ec4e7afen;

let network: TestNetwork;
/** Each at a gateway of its own, so one of them is at the worker that is not selected. */
let holders: [Enigma, Enigma];
let tokens: [UntypedSecretContract, UntypedSecretContract];
let probe: UntypedSecretContract;
let messenger: UntypedSecretContract;
let token: Address;

beforeAll(async () => {
  network = await startTestNetwork({ settings: { epochBlocks: 50 } });
  holders = [await network.user(1, 0), await network.user(2, 1)];
  const [first, second] = holders;
  const deployed = await network.deploy(first, "private-token", [SUPPLY]);
  token = deployed.address;
  tokens = [deployed, await network.contract(second, "private-token", token)];
  probe = await network.deploy(first, "probe", ["0x01", "0x02"]);
  messenger = await network.deploy(first, "messenger");
  await (await deployed.getFunction("transfer")(second.account, MOVED)).wait();
});
afterAll(() => network?.stop());

describe("a view", () => {
  it("answers each account about itself, at every gateway, for free", async () => {
    const balances = await Promise.all(holders.map((holder) => holder.balance()));
    expect(await tokens[0].getView("balance")()).toBe(SUPPLY - MOVED);
    expect(await tokens[1].getView("balance")()).toBe(MOVED);
    expect(await tokens[1].getView("totalSupply")()).toBe(SUPPLY);
    expect(await Promise.all(holders.map((holder) => holder.balance()))).toEqual(balances);
  });

  it("sees the facts of the asking account and of the newest block, and randomness of its own", async () => {
    const { number } = await network.local.view.head();
    const facts = (await probe.getView("facts")()) as Record<string, unknown>;
    expect(String(facts.sender).toLowerCase()).toBe(holders[0].account);
    expect(Number(facts.blockNumber)).toBeGreaterThanOrEqual(Number(number) - 1);
  });

  it("tells its contract's error by name", async () => {
    const swap = await network.deploy(holders[0], "swap");
    await expect(swap.getView("terms")(`0x${"00".repeat(32)}`)).rejects.toMatchObject({
      ...{ code: "contract-reverted", name: "NoSuchOffer" },
    });
  });

  it("goes on after the contract was handed over", async () => {
    const serving = await network.selected(token);
    await network.advanceEpochTo(token, 1 - serving);
    expect(await tokens[0].getView("balance")()).toBe(SUPPLY - MOVED);
    expect(await tokens[1].getView("balance")()).toBe(MOVED);
    await (await tokens[0].getFunction("transfer")(holders[1].account, 1n)).wait();
    await expect.poll(() => tokens[1].getView("balance")()).toBe(MOVED + 1n);
  });

  it("leaves nothing of question or answer with hosts", async () => {
    await expect(network).not.toLeak(SUPPLY);
    await expect(network).not.toLeak(MOVED);
  });
});

describe("a view while tasks are executed", () => {
  it("answers on a state that stands on Ethereum, never on one that is only proposed", async () => {
    const { contract } = network.local.view;
    const linesAt = new Map<Hash, number>([[await contract.tip(probe.address), 0]]);
    const page = probe.interface.encodeFunctionData("pageOf", [holders[0].account]);
    const executed = network.events.next("task-executed");
    const writing = Promise.all(Array.from({ length: 12 }, () => probe.getFunction("writeLine")("a line")));
    await executed;
    const answers = [];
    for (let asked = 0; asked < 12; asked += 1) answers.push(await askCrafted(network, probe.address, page));
    for (const task of await writing) {
      const { result, moves } = await task.wait();
      linesAt.set(moves[0]?.stateAfter as Hash, Number(result));
    }
    for (const answer of answers) {
      if (typeof answer === "string") throw new Error(answer);
      const [lines] = probe.interface.decodeFunctionResult("pageOf", answer.payload);
      const { tip, blockNumber } = answer.result;
      expect(await contract.tip(probe.address, blockNumber)).toBe(tip);
      expect(lines.length).toBe(linesAt.get(tip));
    }
  });
});

describe("a view of what is no view", () => {
  it("is refused for a function that the contract does not declare as one", async () => {
    const liar = holders[0].contract(probe.address, ["function countRun() view returns (uint64)"] as string[]);
    await expect(liar.getView("countRun")()).rejects.toMatchObject({ code: "unknown-function" });
    expect((await (await probe.getFunction("countRun")()).wait()).result).toBe(1n);
  });

  it.each(["viewThatWrites", "viewThatRemoves", "viewThatEmits", "viewThatEmitsPrivately", "viewThatCallsEthereum"])(
    "traps where it would change something: %s",
    async (name) => {
      await expect(messenger.getView(name)()).rejects.toMatchObject({
        ...{ code: "contract-trapped", data: { trap: "view-effect" } },
      });
    },
  );

  it("calls no other contract", async () => {
    const total = tokens[0].interface.encodeFunctionData("totalSupply");
    const answer = (await messenger.getView("viewThatCallsOther")(token, total)) as [bigint, string];
    expect([...answer]).toEqual([10n, `0x${Buffer.from("view").toString("hex")}`]);
  });
});

describe("a permit", () => {
  const balance = new Interface(["function balance()"]).encodeFunctionData("balance");
  const ask = (crafting?: ViewCrafting, index = 1) => askCrafted(network, token, balance, crafting, [index, 0]);

  it("as the client signs it is answered", async () => {
    expect(await ask()).toMatchObject({ ending: "returned" });
  });

  it("is good for the account that it names, and no other", async () => {
    expect(await ask({ signedBy: 2 })).toBe("permit-invalid");
    const { accounts } = network.local;
    const account = accounts.users[1]?.address as Address;
    expect(await ask({ after: () => ({ account }) }, 2)).toBe("permit-invalid");
  });

  it.each<[string, (params: { input: Uint8Array; requestId: Hash; expiryBlock: bigint }) => object]>([
    ["input", ({ input }) => ({ input: input.with(30, (input[30] ?? 0) ^ 1) })],
    ["response key", () => ({ responseKey: new Uint8Array(32).fill(9) })],
    ["request id", ({ requestId }) => ({ requestId: `0x${requestId.slice(4)}00` })],
    ["expiry", ({ expiryBlock }) => ({ expiryBlock: expiryBlock + 1n })],
    ["contract", () => ({ secretContract: probe.address })],
  ])("is good for one question: with another %s it is none", async (_, after) => {
    expect(await ask({ after })).toBe("permit-invalid");
  });

  it("ends with its block", async () => {
    const { number } = await network.local.view.head();
    expect(await ask({ before: () => ({ expiryBlock: number - 1n }) })).toBe("permit-expired");
  });
});

describe("a question that nobody can answer", () => {
  const balance = new Interface(["function balance()"]).encodeFunctionData("balance");
  it("is refused with a response key of low order", async () => {
    const answer = await askCrafted(network, token, balance, { before: () => ({ responseKey: new Uint8Array(32) }) });
    expect(answer).toBe("response-key-unusable");
  });

  it("ends as bad ciphertext where it does not decrypt, and only its sender can read that", async () => {
    const before = ({ input }: { input: Uint8Array }) => ({ input: input.with(40, (input[40] ?? 0) ^ 1) });
    expect(await askCrafted(network, token, balance, { before })).toMatchObject({ ending: "bad-ciphertext" });
  });

  it("is refused about a contract that is not deployed", async () => {
    const nobody = holders[0].contract(`0x${"ab".repeat(20)}`, [
      "function balance() view returns (uint256)",
    ] as string[]);
    await expect(nobody.getView("balance")()).rejects.toMatchObject({ code: "contract-not-deployed" });
  });
});
