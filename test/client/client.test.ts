import { AbiCoder, Interface, JsonRpcProvider, Wallet } from "ethers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ContractRevertedError, Enigma, TaskFailedError } from "../../host/client/index.ts";
import { devAccounts } from "../../host/ethereum/dev-accounts.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import type { Ending } from "../../host/protocol/ending.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { fromHex, ZERO_HASH } from "../../host/protocol/hex.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { OUTCOME, outcomeSlot } from "../../host/protocol/outcome.ts";
import { TestNetwork } from "../ethereum/test-network.ts";
import { type AnswerJson, FakeGateway } from "./fake-gateway.ts";
import { wealthAbi } from "./wealth-abi.ts";

const USER = 5;
const abi = new Interface(wealthAbi);
const coder = AbiCoder.defaultAbiCoder();
const module = new TextEncoder().encode("not really a module");

let network: TestNetwork;
let gateway: FakeGateway;
let provider: JsonRpcProvider;
let wallet: Wallet;
let enigma: Enigma;

function userWallet(index = USER): Wallet {
  return new Wallet(devAccounts()[index]?.privateKey as string, provider);
}

function connect(options: Partial<Parameters<typeof Enigma.connect>[0]> = {}): Promise<Enigma> {
  return Enigma.connect({ rpc: gateway.url, signer: wallet, checkModule: false, ...options });
}

async function deployed(client = enigma) {
  const deployment = await client.deploy({ module, abi: wealthAbi, args: [1000n] });
  return (await deployment.wait()).contract;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(EnigmaError);
  return (error as EnigmaError).code;
}

beforeAll(async () => {
  network = await TestNetwork.start({ parameters: { epochBlocks: 100, taskTimeoutBlocks: 30, epochGraceBlocks: 2 } });
  const worker = await network.addWorker(0);
  await network.nextEpoch();
  gateway = await FakeGateway.start(network, worker);
  provider = new JsonRpcProvider(network.chain.url);
  wallet = userWallet();
  const funder = await connect();
  await funder.deposit(1_000n * ENG);
});

beforeEach(async () => {
  enigma = await connect();
});

afterEach(() => {
  enigma.close();
  gateway.behaviour = () => ({ name: "returned", result: new Uint8Array() });
  gateway.tampering = {};
  gateway.silent = false;
  gateway.idle = false;
});

afterAll(async () => {
  provider?.destroy();
  await gateway?.close();
  await network?.close();
});

describe("connecting", () => {
  it("learns the network from the gateway and checks it at the signer's endpoint", () => {
    expect(enigma.chainId).toBe(network.domain.chainId);
    expect(enigma.address).toBe(network.domain.enigma);
    expect(enigma.info.simulated).toBe(true);
  });

  it("refuses a gateway of another chain", async () => {
    gateway.tampering = { enigma_getInfo: (info) => ({ ...info, chainId: "1" }) };
    expect(await codeOf(connect())).toBe("chain-mismatch");
  });

  it("refuses an Enigma address without a contract", async () => {
    const nowhere = `0x${"77".repeat(20)}`;
    gateway.tampering = { enigma_getInfo: (info) => ({ ...info, enigma: nowhere }) };
    expect(await codeOf(connect())).toBe("chain-mismatch");
  });

  it("refuses a gateway that serves another Enigma contract than the caller named", async () => {
    expect(await codeOf(connect({ enigma: `0x${"77".repeat(20)}` }))).toBe("chain-mismatch");
  });

  it("says that a signer needs a provider, and that a gateway does not answer", async () => {
    expect(await codeOf(connect({ signer: new Wallet(wallet.privateKey) }))).toBe("signer-without-provider");
    expect(await codeOf(connect({ rpc: "http://127.0.0.1:1" }))).toBe("gateway-unreachable");
  });

  it("says that an answer of the gateway is malformed", async () => {
    gateway.tampering = { enigma_getInfo: (info) => ({ ...info, signer: "0x12" }) };
    expect(await codeOf(connect())).toBe("gateway-error");
  });
});

describe("money", () => {
  it("deposits by permit and withdraws", async () => {
    const before = await enigma.balance();
    await enigma.deposit(5n * ENG);
    expect(await enigma.balance()).toBe(before + 5n * ENG);
    await enigma.withdraw(5n * ENG);
    expect(await enigma.balance()).toBe(before);
  });

  it("says why a withdrawal reverts", async () => {
    await expect(enigma.withdraw(10n ** 27n)).rejects.toMatchObject({
      code: "transaction-reverted",
      data: { error: "BalanceTooLow" },
    });
  });
});

describe("a task", () => {
  it("encrypts its arguments, and decodes what the contract returned", async () => {
    const contract = await deployed();
    let seen: readonly unknown[] = [];
    gateway.behaviour = (input) => {
      seen = abi.decodeFunctionData("summary", input).toArray()[0];
      const top = [wallet.address, 7n];
      return { name: "returned", result: fromHex(abi.encodeFunctionResult("summary", [3n, top])) };
    };
    const task = await contract.summary([wallet.address], { gasLimit: 500_000n });
    const receipt = await task.wait();
    expect(seen).toEqual([wallet.address]);
    expect(receipt.result.count).toBe(3n);
    expect(receipt.result.top.worth).toBe(7n);
    expect(receipt.result[1].who).toBe(wallet.address);
    expect(receipt).toMatchObject({ status: "committed", gasUsed: 12_345n, taskId: task.id });
    expect(task.record).toMatchObject({ gasLimit: 500_000n, sender: wallet.address.toLowerCase() });
    expect(task.status).toBe("committed");
  });

  it("ends with the outcome that stands on Ethereum", async () => {
    const contract = await deployed();
    const task = await contract.addMillionaire(1_000_000n);
    const receipt = await task.wait();
    const slot = await network.contract.taskSlot(task.id);
    expect(receipt.outcomeSlot).toBe(slot);
    expect(receipt.outputHash).toBe(keccak(receipt.output));
    expect(slot).not.toBe(outcomeSlot(OUTCOME.refunded, ZERO_HASH));
    expect(receipt.moves[0]?.stateAfter).toBe(await network.contract.tip(contract.address));
  });

  it("sends nothing that shows its plaintext", async () => {
    const contract = await deployed();
    const secret = 0x1234_5678_9abc_def0_1122_3344n;
    await (await contract.addMillionaire(secret)).wait();
    expect(gateway.bodies.join()).not.toContain(secret.toString(16));
    expect(gateway.bodies.join()).not.toContain(secret.toString());
  });

  it("uses another key for each task, so that equal inputs look different", async () => {
    const contract = await deployed();
    const tasks = await Promise.all([contract.addMillionaire(1), contract.addMillionaire(1)]);
    expect(tasks[0]?.record.inputHash).not.toBe(tasks[1]?.record.inputHash);
    await Promise.all(tasks.map((task) => task.wait()));
  });

  it("can be waited for more than once", async () => {
    const contract = await deployed();
    const task = await contract.addMillionaire(2);
    const [first, second] = await Promise.all([task.wait(), task.wait()]);
    expect(second).toEqual(first);
    expect(await task.wait()).toEqual(first);
  });

  it("works for many at once, whose records share transactions", async () => {
    const contract = await deployed();
    const tasks = await Promise.all(Array.from({ length: 20 }, (_, index) => contract.addMillionaire(index)));
    const receipts = await Promise.all(tasks.map((task) => task.wait()));
    expect(new Set(receipts.map(({ taskId }) => taskId)).size).toBe(20);
    expect(new Set(tasks.map(({ transactionHash }) => transactionHash)).size).toBeLessThan(4);
  });

  it("makes the same records and ciphertexts from the same random bytes", async () => {
    const contract = await deployed();
    const seeded = async (start: number) => {
      let counter = start;
      const random = (length: number) => new Uint8Array(length).fill(++counter);
      const client = await connect({ random });
      return client.contract(contract.address, wealthAbi);
    };
    const [first, again] = [await seeded(0), await seeded(0)];
    const task = await first.addMillionaire(9);
    await task.wait();
    expect(task.record.nonce).toBe(BigInt(`0x${"01".repeat(32)}`));
    expect(await codeOf(again.addMillionaire(9))).toBe("record-refused");
  });

  it("reaches overloaded functions by signature", async () => {
    const contract = await deployed();
    gateway.behaviour = () => ({ name: "returned", result: fromHex(coder.encode(["uint8"], [4])) });
    const byName = await (await contract["rank(address)"](wallet.address)).wait();
    const among = await (await contract["rank(address,uint8[2][])"](wallet.address, [[1, 2]])).wait();
    expect([byName.result, among.result]).toEqual([4n, 4n]);
    expect("rank" in contract).toBe(false);
    expect(() => contract.getFunction("rank")).toThrow(expect.objectContaining({ code: "unknown-function" }));
    expect(() => contract.getFunction("poorest")).toThrow(expect.objectContaining({ code: "unknown-function" }));
  });

  it("goes through a signer that is not a local wallet", async () => {
    const signer = await provider.getSigner(devAccounts()[USER + 1]?.address);
    const client = await connect({ signer });
    await client.deposit(10n * ENG);
    const contract = await deployed(client);
    expect((await (await contract.addMillionaire(3)).wait()).status).toBe("committed");
  });
});

describe("a failed task", () => {
  const failing = async (ending: Ending): Promise<TaskFailedError> => {
    const contract = await deployed();
    gateway.behaviour = () => ending;
    const task = await contract.addMillionaire(1);
    const error = await task.wait().catch((reason: unknown) => reason);
    gateway.behaviour = () => ({ name: "returned", result: new Uint8Array() });
    expect(error).toBeInstanceOf(TaskFailedError);
    return error as TaskFailedError;
  };
  const reverting = (data: string) => failing({ name: "reverted", data: fromHex(data) });

  it("throws the contract's own error by name with its arguments", async () => {
    const error = await reverting(abi.encodeErrorResult("TooPoor", [wallet.address, 5n]));
    expect(error).toBeInstanceOf(ContractRevertedError);
    const { name, args, signature } = error as ContractRevertedError;
    expect(error.code).toBe("contract-reverted");
    expect([name, signature]).toEqual(["TooPoor", "TooPoor(address,uint256)"]);
    expect(args).toMatchObject([wallet.address, 5n]);
    expect((args as { worth?: bigint }).worth).toBe(5n);
    expect(error.task.receipt).toMatchObject({ gasUsed: 12_345n, status: 2 });
  });

  it("decodes Solidity's built-in errors, and shows what it cannot decode", async () => {
    const builtIn = new Interface(["error Error(string)", "error Panic(uint256)"]);
    const error = (await reverting(builtIn.encodeErrorResult("Error", ["no"]))) as ContractRevertedError;
    expect([error.name, error.args[0]]).toEqual(["Error", "no"]);
    const panic = (await reverting(builtIn.encodeErrorResult("Panic", [0x11]))) as ContractRevertedError;
    expect([panic.name, panic.args[0]]).toEqual(["Panic", 0x11n]);
    const unknown = (await reverting("0xdeadbeef01")) as ContractRevertedError;
    expect([unknown.signature, unknown.revertData]).toEqual([null, "0xdeadbeef01"]);
  });

  it("tells a call that does not fit the contract from the contract's own errors", async () => {
    const refusals = new Interface(["error UnknownFunction(bytes4)", "error BadArguments(bytes4)"]);
    expect((await reverting(refusals.encodeErrorResult("UnknownFunction", ["0x12345678"]))).code).toBe(
      "unknown-function",
    );
    expect((await reverting(refusals.encodeErrorResult("BadArguments", ["0x12345678"]))).code).toBe("bad-arguments");
  });

  it.each<[string, Ending]>([
    ["contract-panicked", { name: "panicked", message: "index out of range" }],
    ["out-of-gas", { name: "out-of-gas" }],
    ["out-of-memory", { name: "out-of-memory" }],
    ["stack-overflow", { name: "stack-overflow" }],
    ["contract-trapped", { name: "trapped", trap: "divide-by-zero" }],
    ["bad-ciphertext", { name: "bad-ciphertext" }],
    ["module-refused", { name: "module-refused", rule: "module-start" }],
    ["unusable-key", { name: "unusable-key" }],
  ])("has the code %s", async (code, ending) => {
    const error = await failing(ending);
    expect(error.code).toBe(code);
    expect(error.hint).not.toBe("");
  });
});

describe("what is refused before anything is paid", () => {
  it("a gas limit of zero, or beyond the balance", async () => {
    const contract = await deployed();
    const nonce = await provider.getTransactionCount(wallet.address);
    const zero = contract.addMillionaire(1, { gasLimit: 0n });
    await expect(zero).rejects.toMatchObject({ code: "record-refused", data: { error: "GasLimitZero" } });
    const rich = contract.addMillionaire(1, { gasPrice: 10n ** 24n });
    await expect(rich).rejects.toMatchObject({ code: "record-refused", data: { error: "BalanceTooLow" } });
    expect(await provider.getTransactionCount(wallet.address)).toBe(nonce);
  });

  it("arguments that do not fit", async () => {
    const contract = await deployed();
    expect(await codeOf(contract.addMillionaire(-1))).toBe("bad-arguments");
    expect(await codeOf(contract.addMillionaire("many" as never))).toBe("bad-arguments");
    expect(await codeOf((contract.addMillionaire as (...args: unknown[]) => Promise<unknown>)(1, 2, 3))).toBe(
      "bad-arguments",
    );
    expect(await codeOf(enigma.deploy({ module, abi: wealthAbi, args: [] as never }))).toBe("bad-arguments");
  });

  it("a contract that does not exist", async () => {
    const contract = enigma.contract(`0x${"99".repeat(20)}`, wealthAbi);
    expect(await codeOf(contract.addMillionaire(1))).toBe("contract-not-deployed");
  });

  it("an input that is too large", async () => {
    const address = (await deployed()).address;
    const contract = enigma.contract(address, ["function store(bytes data)"]);
    const store = contract.getFunction("store");
    expect(await codeOf(store(new Uint8Array(300_000)))).toBe("input-too-large");
  });

  it("a module that the checker refuses", async () => {
    const refusal = {
      code: "module-start",
      function: null,
      offset: 8,
      sentence: "It starts by itself.",
      hint: "Do not.",
    };
    const client = await connect({ checkModule: () => JSON.stringify({ ok: false, refusal }) });
    const deployment = client.deploy({ module, abi: wealthAbi, args: [1n] });
    await expect(deployment).rejects.toMatchObject({
      code: "module-refused",
      message: "It starts by itself.",
      hint: "Do not.",
      data: { rule: "module-start", offset: 8 },
    });
  });

  it("one bad order of several, without harm to the others", async () => {
    const contract = await deployed();
    const client = await connect({ random: (length) => new Uint8Array(length).fill(77) });
    await (await client.contract(contract.address, wealthAbi).addMillionaire(1)).wait();
    const repeated = [77, 77, 78, 78, 79, 79];
    const mixed = await connect({ random: (length) => new Uint8Array(length).fill(repeated.shift() ?? 0) });
    const mixedContract = mixed.contract(contract.address, wealthAbi);
    const outcomes = await Promise.allSettled([1, 2, 3].map((worth) => mixedContract.addMillionaire(worth)));
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    expect(outcomes[0]).toMatchObject({ reason: { code: "record-refused", data: { error: "NonceUsed" } } });
  });
});

describe("a gateway that lies", () => {
  it("cannot pass off another contract key", async () => {
    const contract = await deployed();
    const tampering = (change: (key: Record<string, string>) => object) => {
      gateway.tampering = { enigma_getContractKey: change };
      return connect().then((client) => codeOf(client.contract(contract.address, wealthAbi).addMillionaire(1)));
    };
    const other = `0x${"11".repeat(32)}`;
    expect(await tampering((key) => ({ ...key, publicKey: other }))).toBe("certificate-signer");
    expect(await tampering((key) => ({ ...key, epoch: "77" }))).toBe("certificate-signer");
    expect(await tampering((key) => ({ ...key, codeHash: other }))).toBe("certificate-mismatch");
    expect(await tampering((key) => ({ ...key, secretContract: `0x${"22".repeat(20)}` }))).toBe("certificate-mismatch");
    expect(await tampering((key) => ({ ...key, signature: `0x${"00".repeat(65)}` }))).toBe("signature-malformed");
  });

  it("cannot pass off another result", async () => {
    const contract = await deployed();
    const tampering = async (change: (result: AnswerJson) => object) => {
      gateway.tampering = { enigma_getTaskResult: change };
      return codeOf((await contract.addMillionaire(1)).wait());
    };
    const flip = (hex: string) => `${hex.slice(0, -1)}${hex.endsWith("0") ? "1" : "0"}`;
    expect(await tampering((result) => ({ ...result, output: flip(result.output) }))).toBe("result-mismatch");
    expect(await tampering((result) => ({ ...result, status: "failed" }))).toBe("result-mismatch");
    expect(await tampering((result) => ({ ...result, status: "refunded" }))).toBe("result-mismatch");
    expect(await tampering((result) => ({ ...result, receipt: null }))).toBe("result-mismatch");
    const receipt = (change: object) => (result: AnswerJson) => ({
      ...result,
      receipt: { ...result.receipt, ...change },
    });
    expect(await tampering(receipt({ gasUsed: "1" }))).toBe("result-mismatch");
    expect(await tampering(receipt({ taskId: `0x${"33".repeat(32)}` }))).toBe("result-mismatch");
    expect(await tampering(receipt({ recordHash: `0x${"33".repeat(32)}` }))).toBe("result-mismatch");
  });
});

describe("waiting", () => {
  it("asks for the status when the event stream was away", async () => {
    const contract = await deployed();
    gateway.silent = true;
    const task = await contract.addMillionaire(1);
    const streams = gateway.streams;
    const receipt = task.wait();
    const drop = setInterval(() => gateway.dropStreams(), 20);
    expect((await receipt.finally(() => clearInterval(drop))).status).toBe("committed");
    expect(gateway.streams).toBeGreaterThan(streams);
  });

  it("ends with a timeout if the caller wants one", async () => {
    const contract = await deployed();
    gateway.silent = true;
    const task = await contract.addMillionaire(1);
    expect(await codeOf(task.wait({ timeout: 1 }))).toBe("task-timeout");
  });

  it("ends when the client is closed", async () => {
    const contract = await deployed();
    gateway.idle = true;
    const task = await contract.addMillionaire(1);
    const code = codeOf(task.wait());
    enigma.close();
    expect(await code).toBe("client-closed");
  });

  it("outlasts a gateway that is away when the task is to be sent", async () => {
    const contract = await deployed();
    let refused = 0;
    const unstable: typeof fetch = async (url, init) => {
      const sends = String(init?.body).includes("enigma_sendTask");
      if (sends && refused++ < 3) throw new TypeError("fetch failed");
      return fetch(url, init);
    };
    const client = await connect({ fetch: unstable });
    const task = await client.contract(contract.address, wealthAbi).addMillionaire(1);
    expect((await task.wait()).status).toBe("committed");
    expect(refused).toBe(4);
  });

  it("does not go on for a task that the gateway refuses", async () => {
    const contract = await deployed();
    gateway.tampering = {
      enigma_sendTask: () => {
        throw EnigmaError.received({ code: "epoch-not-current", sentence: "It is over." });
      },
    };
    expect(await codeOf(contract.addMillionaire(1))).toBe("epoch-not-current");
  });

  it("shares one stream between the tasks of a client", async () => {
    const contract = await deployed();
    const streams = gateway.streams;
    const tasks = await Promise.all([1, 2, 3].map((worth) => contract.addMillionaire(worth)));
    await Promise.all(tasks.map((task) => task.wait()));
    expect(gateway.streams).toBeLessThanOrEqual(streams + 1);
  });
});

describe("as time passes", () => {
  it("fetches the contract's key again in a new epoch", async () => {
    const contract = await deployed();
    await (await contract.addMillionaire(1)).wait();
    await network.nextEpoch();
    await network.mine(3);
    const task = await contract.addMillionaire(1);
    expect(task.record.epoch).toBe((await network.contract.currentEpoch()).number);
    expect((await task.wait()).status).toBe("committed");
  });

  it("refunds a task that nobody settled in time", async () => {
    const contract = await deployed();
    const before = await enigma.balance();
    gateway.idle = true;
    const task = await contract.addMillionaire(1, { gasLimit: 100_000n, gasPrice: 10n });
    expect(await enigma.balance()).toBe(before - 1_000_000n);
    await network.mine(30);
    await enigma.refund(task.record);
    expect(await enigma.balance()).toBe(before);
    expect(await network.contract.taskSlot(task.id)).toBe(outcomeSlot(OUTCOME.refunded, ZERO_HASH));
  });

  it("leaves a settled task unrefunded", async () => {
    const contract = await deployed();
    const task = await contract.addMillionaire(1);
    await task.wait();
    await expect(enigma.refund(task.record)).rejects.toMatchObject({ code: "transaction-reverted" });
  });
});
