import { AbiCoder, Interface, id, type Wallet } from "ethers";
import { describe, expect, it } from "vitest";
import { CallbackFailedError, ContractRevertedError, type Enigma } from "../../host/client/index.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { concatBytes } from "../../host/protocol/bytes.ts";
import { type Effect, eventEffect } from "../../host/protocol/effect.ts";
import { type Address, fromHex, type Hash, hash, toHex, ZERO_HASH } from "../../host/protocol/hex.ts";
import {
  privateEventLog,
  recipientTopic,
  sealPrivateEvent,
  USER_RECIPIENT,
} from "../../host/protocol/private-event.ts";
import { contractSessionKeys, userKeyPair } from "../../host/protocol/session-keys.ts";
import { groupWord, touchesHash } from "../../host/protocol/touches.ts";
import { clientFixture, codeOf, MODULE } from "./client-fixture.ts";
import { contractKey } from "./contract-key.ts";
import type { EffectContext } from "./fake-gateway.ts";
import { wealthAbi } from "./wealth-abi.ts";

const abi = new Interface(wealthAbi);
const calls = new Interface([
  "function withdrawBalance(uint256 amount)",
  "function transfer(address to, uint256 amount)",
]);
const fixture = clientFixture();

const registered = (source: Address, who: string, count: bigint): Effect => {
  const { topics, data } = abi.encodeEventLog("Registered", [who, count]);
  return eventEffect(source, { topics: topics.map((topic) => hash(topic)), data: fromHex(data) });
};

/** An event `Rank` that only the holder of `key` can read. */
function ranked(context: EffectContext, index: number, recipient: Hash, key: Uint8Array): Effect {
  const { taskId, record } = context;
  const { secretContract, epoch } = record;
  const args = fromHex(AbiCoder.defaultAbiCoder().encode(["uint64", "string"], [2n, "nearly"]));
  const topic = hash(abi.getEvent("Rank")?.topicHash ?? "");
  const place = { secretContract, taskId, index };
  const ciphertext = sealPrivateEvent(fixture.network.domain, key, place, { topic, args });
  return eventEffect(secretContract, privateEventLog({ taskId, recipient, epoch, ciphertext }));
}

/** A call of the Enigma contract that reverts: the account has no balance there. */
const failing = (kind: 1 | 2, source: Address): Effect => {
  const data = fromHex(calls.encodeFunctionData("withdrawBalance", [5n]));
  return { kind, source, target: fixture.network.domain.enigma, value: 0n, data };
};

const transfer = (kind: 1 | 2, source: Address): Effect => {
  const data = fromHex(calls.encodeFunctionData("transfer", [fixture.wallet.address, 0n]));
  return { kind, source, target: fixture.network.deployment.token, value: 0n, data };
};

describe("events", () => {
  it("come with the receipt: public ones, and private ones of this user", async () => {
    const contract = await fixture.deployed();
    fixture.gateway.effects = (context) => {
      const source = context.record.secretContract;
      const stranger = userKeyPair(new Uint8Array(32).fill(7));
      return [
        registered(source, fixture.wallet.address, 3n),
        ranked(context, 1, USER_RECIPIENT, context.outputKey),
        ranked(context, 2, recipientTopic(stranger.publicKey), new Uint8Array(32)),
        eventEffect(source, { topics: [hash(id("Unheard()"))], data: new Uint8Array(3) }),
      ];
    };
    const { events } = await (await contract.addMillionaire(1)).wait();
    expect(events.map((event) => [event.name, event.private])).toEqual([
      ["Registered", false],
      ["Rank", true],
      [null, false],
    ]);
    const [first, second, third] = events;
    expect(first?.args.toString()).toBe([fixture.wallet.address, 3n].join());
    if (second?.name !== "Rank") throw new Error("it is a Rank");
    expect([second.args.place, second.args.note]).toEqual([2n, "nearly"]);
    expect(third).toMatchObject({ contract: contract.address, topic: id("Unheard()"), data: "0x000000" });
  });

  it("are decoded by the ABI of the contract that emits them, where it is known", async () => {
    const { one, two } = await group();
    const renamed = ["event Welcomed(address indexed who, uint64 count)"];
    const source = fixture.enigma.contract(two.address, renamed).address;
    const { topics, data } = new Interface(renamed).encodeEventLog("Welcomed", [fixture.wallet.address, 9n]);
    const log = { topics: topics.map((topic) => hash(topic)), data: fromHex(data) };
    fixture.gateway.effects = () => [eventEffect(source, log)];
    const task = await one.addMillionaire(1, { touches: [two.address] });
    expect((await task.wait()).events).toMatchObject([{ contract: two.address, name: "Welcomed" }]);
  });

  it("are found on Ethereum by everybody, private ones by the holder of their key, also after the epoch", async () => {
    const contract = await fixture.deployed();
    const holder = userKeyPair(new Uint8Array(32).fill(9));
    fixture.gateway.effects = (context) => {
      const { secretContract, epoch } = context.record;
      const { output } = contractSessionKeys(contractKey(secretContract, epoch), holder.publicKey);
      const recipient = recipientTopic(holder.publicKey);
      return [
        transfer(2, secretContract),
        registered(secretContract, fixture.wallet.address, 8n),
        ranked(context, 2, recipient, output),
        // Its name, but another key: not for the holder after all.
        ranked(context, 3, recipient, new Uint8Array(32)),
      ];
    };
    const { blockNumber } = await (await contract.addMillionaire(1, { callGasLimit: 100_000 })).wait();
    await fixture.network.nextEpoch();
    const place = { contract: contract.address, abi: wealthAbi, fromBlock: blockNumber };
    const publicEvents = await fixture.enigma.queryEvents(place);
    expect(publicEvents.map(({ name, blockNumber: block }) => [name, block])).toEqual([["Registered", blockNumber]]);
    expect(await fixture.enigma.queryEvents({ ...place, name: "Rank" })).toEqual([]);
    const privateEvents = await fixture.enigma.privateEvents({ ...place, secretKey: holder.secretKey });
    expect(privateEvents.map(({ name, args }) => [name, args[1]])).toEqual([["Rank", "nearly"]]);
    const stranger = { ...place, secretKey: new Uint8Array(32).fill(1) };
    expect(await fixture.enigma.privateEvents(stranger)).toEqual([]);
    expect(await codeOf(fixture.enigma.privateEvents({ ...place, secretKey: new Uint8Array(31) }))).toBe(
      "private-event-key",
    );
    expect(await codeOf(fixture.enigma.queryEvents({ ...place, name: "Poor" }))).toBe("unknown-event");
  });
});

describe("a log that only looks like a private event", () => {
  const holder = userKeyPair(new Uint8Array(32).fill(9));

  /** Logs under the topic of private events that no enclave would have made for `recipient`. */
  function lookAlikes({ taskId, record }: EffectContext, recipient: Hash): Effect[] {
    const { secretContract: source, epoch } = record;
    const sealed = { taskId, recipient, epoch, ciphertext: new Uint8Array(104) };
    const { topics, data } = privateEventLog(sealed);
    const logs = [
      { topics: topics.slice(0, 1), data },
      { topics, data: data.subarray(0, 95) },
      { topics, data: new Uint8Array(data.length).fill(0xff) },
      { topics, data: concatBytes(data, new Uint8Array(1)) },
      privateEventLog({ ...sealed, ciphertext: new Uint8Array() }),
      privateEventLog(sealed),
      privateEventLog({ ...sealed, epoch: 0n }),
      privateEventLog({ ...sealed, epoch: epoch + 1_000n }),
    ];
    return logs.map((log) => eventEffect(source, log));
  }

  it("does not hide the user's own events in the receipt", async () => {
    const contract = await fixture.deployed();
    fixture.gateway.effects = (context) => {
      const before = lookAlikes(context, USER_RECIPIENT);
      return [...before, ranked(context, before.length, USER_RECIPIENT, context.outputKey)];
    };
    const { events } = await (await contract.addMillionaire(1)).wait();
    expect(events).toMatchObject([{ name: "Rank", private: true }]);
  });

  it("does not hide a key's events on Ethereum", async () => {
    const contract = await fixture.deployed();
    const recipient = recipientTopic(holder.publicKey);
    fixture.gateway.effects = (context) => {
      const { secretContract, epoch } = context.record;
      const { output } = contractSessionKeys(contractKey(secretContract, epoch), holder.publicKey);
      const before = lookAlikes(context, recipient);
      return [...before, ranked(context, before.length, recipient, output)];
    };
    const { blockNumber } = await (await contract.addMillionaire(1)).wait();
    const place = { contract: contract.address, abi: wealthAbi, fromBlock: blockNumber };
    const found = await fixture.enigma.privateEvents({ ...place, secretKey: holder.secretKey });
    expect(found.map(({ name }) => name)).toEqual(["Rank"]);
    expect(await fixture.enigma.queryEvents(place)).toEqual([]);
  });
});

describe("calls to Ethereum", () => {
  it("are told with the receipt, also those that failed without harm", async () => {
    const contract = await fixture.deployed();
    fixture.gateway.effects = ({ record: { secretContract: source } }) => [transfer(1, source), failing(2, source)];
    const { calls: made } = await (await contract.addMillionaire(1, { callGasLimit: 300_000 })).wait();
    expect(made).toMatchObject([
      { index: 0, target: fixture.network.deployment.token, required: true, succeeded: true, reason: null },
      { index: 1, target: fixture.network.domain.enigma, required: false, succeeded: false },
    ]);
    expect(made[1]?.reason).toMatch(/^0x[0-9a-f]{8,}$/);
  });

  it("take their gas from the balance, and give back what they did not use", async () => {
    const contract = await fixture.deployed();
    const before = await fixture.enigma.balance();
    fixture.gateway.effects = ({ record: { secretContract: source } }) => [transfer(1, source)];
    fixture.gateway.idle = true;
    const task = await contract.addMillionaire(1, { gasLimit: 100_000n, gasPrice: 10n, callGasLimit: 200_000 });
    const { callGasPrice } = await fixture.network.contract.parameters();
    expect(before - (await fixture.enigma.balance())).toBe(1_000_000n + 200_000n * callGasPrice);
    expect(task.record.callGasLimit).toBe(200_000n);
  });

  it("undo the task where a required one fails, and say which and why", async () => {
    const contract = await fixture.deployed();
    const tip = await fixture.network.contract.tip(contract.address);
    fixture.gateway.effects = ({ record: { secretContract: source } }) => [transfer(1, source), failing(1, source)];
    const task = await contract.addMillionaire(1, { callGasLimit: 300_000 });
    const error = (await task.wait().catch((reason: unknown) => reason)) as CallbackFailedError;
    expect(error).toBeInstanceOf(CallbackFailedError);
    const { enigma } = fixture.network.domain;
    expect(error).toMatchObject({ code: "callback-failed", data: { index: 1, target: enigma } });
    expect(error.data.reason).toBe("BalanceTooLow(0, 5)");
    expect(error.message).toContain("BalanceTooLow(0, 5)");
    expect(error.task.settlement.calls.map(({ succeeded }) => succeeded)).toEqual([false, false]);
    expect(error.task.output).toEqual(new Uint8Array());
    expect(await fixture.network.contract.tip(contract.address)).toBe(tip);
  });

  it("are refused beyond what a task may have, before anything is paid", async () => {
    const contract = await fixture.deployed();
    const much = contract.addMillionaire(1, { callGasLimit: 5_000_001 });
    await expect(much).rejects.toMatchObject({ code: "record-refused", data: { error: "CallGasLimitTooHigh" } });
  });

  it("cannot be told otherwise by a gateway that names another transaction", async () => {
    const contract = await fixture.deployed();
    fixture.gateway.effects = ({ record: { secretContract: source } }) => [transfer(1, source)];
    const earlier = await (await contract.addMillionaire(1, { callGasLimit: 300_000 })).wait();
    const { transactionHash } = earlier;
    fixture.gateway.tampering = { enigma_getTaskResult: (result) => ({ ...result, transactionHash }) };
    const task = await contract.addMillionaire(1, { callGasLimit: 300_000 });
    expect(await codeOf(task.wait())).toBe("result-mismatch");
  });
});

/** Two contracts of one group. */
async function group(client: Enigma = fixture.enigma) {
  const one = await fixture.deployed(client);
  const member = await client.deploy({ module: MODULE, abi: wealthAbi, args: [1n], group: one.address });
  return { one, two: (await member.wait()).contract, member };
}

describe("contracts of one group", () => {
  it("are deployed into it, also by naming a member that is not its first", async () => {
    const { one, two, member } = await group();
    expect(member.record.touchesHash).toBe(groupWord(one.address));
    expect((await fixture.network.contract.contractInfo(two.address))?.group).toBe(one.address);
    const third = await fixture.enigma.deploy({ module: MODULE, abi: wealthAbi, args: [1n], group: two.address });
    expect(third.record.touchesHash).toBe(groupWord(one.address));
    await third.wait();
  });

  it("are touched by one task, whose receipt moves all of them", async () => {
    const { one, two } = await group();
    const task = await one.addMillionaire(1, { touches: [two.address] });
    expect(task.record.touchesHash).toBe(touchesHash([two.address]));
    const { moves } = await task.wait();
    expect(moves.map(({ secretContract }) => secretContract)).toEqual([one.address, two.address]);
    expect(await fixture.network.contract.tip(two.address)).toBe(moves[1]?.stateAfter);
  });

  it("are refused in a task of another group, twice, or as the called one", async () => {
    const { one, two } = await group();
    const other = await fixture.deployed();
    const stranger = one.addMillionaire(1, { touches: [other.address] });
    await expect(stranger).rejects.toMatchObject({ code: "record-refused" });
    expect(await codeOf(one.addMillionaire(1, { touches: [two.address, two.address] }))).toBe("touches-invalid");
    expect(await codeOf(one.addMillionaire(1, { touches: [one.address] }))).toBe("touches-invalid");
    expect(await codeOf(one.addMillionaire(1, { touches: ["nobody"] }))).toBe("invalid-params");
  });

  it("do not share a transaction with plain orders, and spoil none", async () => {
    const { one, two } = await group();
    const tasks = await Promise.all([
      one.addMillionaire(1),
      one.addMillionaire(2, { touches: [two.address] }),
      one.addMillionaire(3),
    ]);
    await Promise.all(tasks.map((task) => task.wait()));
    expect(tasks[0]?.transactionHash).toBe(tasks[2]?.transactionHash);
    expect(tasks[1]?.transactionHash).not.toBe(tasks[0]?.transactionHash);
  });

  it("have keys that are certified for their group", async () => {
    const { two } = await group();
    fixture.gateway.tampering = { enigma_getContractKey: (key) => ({ ...key, group: two.address }) };
    const client = await fixture.connect();
    expect(await codeOf(client.contract(two.address, wealthAbi).addMillionaire(1))).toBe("certificate-mismatch");
  });
});

describe("a posted task", () => {
  it("needs no gateway to pass its input on", async () => {
    const contract = await fixture.deployed();
    let seen: unknown;
    fixture.gateway.behaviour = (input) => {
      seen = abi.decodeFunctionData("addMillionaire", input)[0];
      return { name: "returned", result: new Uint8Array() };
    };
    const sent = fixture.gateway.requests.filter((method) => method === "enigma_sendTask").length;
    const task = await contract.addMillionaire(77n, { post: true });
    expect(task.record.kind).toBe(3);
    expect(task.record.inputHash).not.toBe(ZERO_HASH);
    await fixture.gateway.executePosted(task.id);
    expect((await task.wait()).status).toBe("committed");
    expect(seen).toBe(77n);
    expect(fixture.gateway.requests.filter((method) => method === "enigma_sendTask")).toHaveLength(sent);
  });

  it("may touch others and call Ethereum, too", async () => {
    const { one, two } = await group();
    fixture.gateway.effects = ({ record: { secretContract: source } }) => [transfer(1, source)];
    const task = await one.addMillionaire(1, { post: true, touches: [two.address], callGasLimit: 200_000 });
    await fixture.gateway.executePosted(task.id);
    const { moves, calls: made } = await task.wait();
    expect([moves.length, made.length]).toEqual([2, 1]);
  });

  it("pays at least the price of posted tasks, and is refused for less", async () => {
    const contract = await fixture.deployed();
    const { postedGasPrice } = await fixture.network.contract.parameters();
    const cheap = await fixture.connect({ gasPrice: 1n });
    const task = await cheap.contract(contract.address, wealthAbi).addMillionaire(1, { post: true });
    expect(task.record.gasPrice).toBe(postedGasPrice > 1n ? postedGasPrice : 1n);
    const refused = contract.addMillionaire(1, { post: true, gasPrice: 0n });
    await expect(refused).rejects.toMatchObject({ code: "record-refused", data: { error: "PostedGasPriceTooLow" } });
    await fixture.gateway.executePosted(task.id);
    await task.wait();
  });

  it("is refused with an input that does not fit on Ethereum", async () => {
    const address = (await fixture.deployed()).address;
    const store = fixture.enigma.contract(address, ["function store(bytes data)"]).getFunction("store");
    expect(await codeOf(store(new Uint8Array(16_384), { post: true }))).toBe("input-too-large");
    const large = await store(new Uint8Array(8_000), { post: true });
    expect(large.record.kind).toBe(3);
  });
});

describe("an input that is prepared for somebody else's order", () => {
  const consumer = (): Wallet => fixture.wallet;

  it("is bound to that task, whose output only this user reads", async () => {
    const contract = await fixture.deployed();
    const orderer = fixture.network.account(8);
    await orderer.deposit(10n * ENG);
    let seen: unknown;
    fixture.gateway.behaviour = (input) => {
      seen = abi.decodeFunctionData("rank(address)", input)[0];
      return { name: "returned", result: fromHex(abi.encodeFunctionResult("rank(address)", [6n])) };
    };
    const request = { sender: orderer.address, nonce: 5, contract, method: "rank(address)" };
    const prepared = await fixture.enigma.prepareInput({ ...request, args: [consumer().address] });
    const { postedGasPrice: gasPrice } = await fixture.network.contract.parameters();
    const order = await fixture.network.order(orderer, {
      ...{ kind: 3, nonce: 5n, secretContract: contract.address, inputHash: ZERO_HASH, gasPrice },
      epoch: prepared.epoch,
    });
    const following = prepared.follow();
    await orderer.postRecord(order, prepared.input, prepared.userKey);
    const task = await following;
    expect(task.id).toBe(prepared.taskId);
    await fixture.gateway.executePosted(task.id);
    expect((await task.wait()).result).toBe(6n);
    expect(seen).toBe(consumer().address);
  });

  it("says when nobody ordered it", async () => {
    const contract = await fixture.deployed();
    const request = { sender: consumer().address, nonce: 1n, contract, method: "richest" };
    const prepared = await fixture.enigma.prepareInput(request);
    expect(await codeOf(prepared.follow(0))).toBe("task-not-ordered");
    expect(toHex(prepared.userKey)).not.toBe(ZERO_HASH);
  });

  it("is refused for a function that the contract has not, or arguments that do not fit", async () => {
    const contract = await fixture.deployed();
    const request = { sender: consumer().address, nonce: 1n, contract };
    expect(await codeOf(fixture.enigma.prepareInput({ ...request, method: "poorest" }))).toBe("unknown-function");
    expect(await codeOf(fixture.enigma.prepareInput({ ...request, method: "rank(address)" }))).toBe("bad-arguments");
  });
});

describe("a failed task", () => {
  it("tells of its calls, too", async () => {
    const contract = await fixture.deployed();
    fixture.gateway.behaviour = () => ({ name: "reverted", data: new Uint8Array() });
    const error = await (await contract.addMillionaire(1)).wait().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ContractRevertedError);
    expect((error as ContractRevertedError).task.settlement).toEqual({ effects: [], calls: [] });
  });
});
