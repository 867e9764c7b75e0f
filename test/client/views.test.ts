import { Interface } from "ethers";
import { describe, expect, it } from "vitest";
import { type Enigma, type EnigmaError, type SecretContract, ViewRevertedError } from "../../host/client/index.ts";
import type { Ending } from "../../host/protocol/ending.ts";
import { EnigmaError as ProtocolError } from "../../host/protocol/errors/enigma-error.ts";
import { fromHex, type Hash, toHex } from "../../host/protocol/hex.ts";
import { enclaveKey } from "../ethereum/test-network.ts";
import { clientFixture, codeOf } from "./client-fixture.ts";
import type { AnswerJson } from "./fake-gateway.ts";
import { wealthAbi } from "./wealth-abi.ts";

const abi = new Interface(wealthAbi);
const fixture = clientFixture();
const returning = (name: string, values: readonly unknown[]) => (): Ending => {
  return { name: "returned", result: fromHex(abi.encodeFunctionResult(name, values)) };
};

/** A deployed contract whose richest is the user. */
async function viewable(client?: Enigma): Promise<SecretContract<typeof wealthAbi>> {
  const contract = await fixture.deployed(client);
  fixture.gateway.views.behaviour = returning("richest", [fixture.wallet.address]);
  return contract;
}

describe("a view", () => {
  it("decodes what the contract answers, for free and without a transaction", async () => {
    const contract = await viewable();
    const before = await fixture.enigma.balance();
    const nonce = await fixture.provider.getTransactionCount(fixture.wallet.address);
    expect(await contract.view.richest()).toBe(fixture.wallet.address);
    expect(await fixture.enigma.balance()).toBe(before);
    expect(await fixture.provider.getTransactionCount(fixture.wallet.address)).toBe(nonce);
  });

  it("lets the contract know the account, and encrypts the arguments", async () => {
    const contract = await fixture.deployed();
    let seen: unknown;
    fixture.gateway.views.behaviour = (calldata, { account }) => {
      seen = [abi.decodeFunctionData("summary", calldata).toArray()[0], account];
      return returning("summary", [3n, [fixture.wallet.address, 7n]])();
    };
    const { wallet, gateway } = fixture;
    const answer = await contract.view.summary([wallet.address]);
    expect([answer.count, answer.top.worth]).toEqual([3n, 7n]);
    expect(seen).toEqual([[wallet.address], wallet.address.toLowerCase()]);
    const input = toHex(gateway.views.asked[0]?.input ?? new Uint8Array());
    expect(input).not.toContain(wallet.address.slice(2).toLowerCase());
  });

  it("uses another key and request for each question", async () => {
    const contract = await viewable();
    await Promise.all([contract.view.richest(), contract.view.richest()]);
    const [one, two] = fixture.gateway.views.asked;
    expect(one?.requestId).not.toBe(two?.requestId);
    expect(one?.responseKey).not.toEqual(two?.responseKey);
    expect(one?.input).not.toEqual(two?.input);
  });

  it("reaches overloads by signature, and only functions that change nothing", async () => {
    const contract = await fixture.deployed();
    fixture.gateway.views.behaviour = returning("rank(address)", [4n]);
    expect(await contract.view["rank(address)"](fixture.wallet.address)).toBe(4n);
    expect(await contract.getView("rank(address)")(fixture.wallet.address)).toBe(4n);
    expect("addMillionaire" in contract.view).toBe(false);
    expect(() => contract.getView("addMillionaire")).toThrow(expect.objectContaining({ code: "unknown-function" }));
  });

  it("has a permit that is good for some blocks", async () => {
    const contract = await viewable();
    const head = await fixture.network.blockNumber();
    await contract.view.richest({ permitBlocks: 7 });
    expect(fixture.gateway.views.asked[0]?.expiryBlock).toBe(head + 7n);
  });

  it("refuses arguments that do not fit before anything is sent", async () => {
    const contract = await viewable();
    expect(await codeOf(contract.view.summary(["nobody"]))).toBe("bad-arguments");
    expect(fixture.gateway.views.asked).toEqual([]);
  });
});

describe("a view that does not return", () => {
  const ending = async (given: Ending): Promise<EnigmaError> => {
    const contract = await fixture.deployed();
    fixture.gateway.views.behaviour = () => given;
    const error = await contract.view.richest().catch((reason: unknown) => reason);
    return error as EnigmaError;
  };

  it("throws the contract's own error by name with its arguments", async () => {
    const data = fromHex(abi.encodeErrorResult("TooPoor", [fixture.wallet.address, 5n]));
    const error = await ending({ name: "reverted", data });
    expect(error).toBeInstanceOf(ViewRevertedError);
    expect(error).toMatchObject({ code: "contract-reverted", name: "TooPoor", args: [fixture.wallet.address, 5n] });
  });

  it.each<[string, Ending]>([
    ["contract-panicked", { name: "panicked", message: "index out of range" }],
    ["out-of-gas", { name: "out-of-gas" }],
    ["contract-trapped", { name: "trapped", trap: "view-effect" }],
    ["bad-ciphertext", { name: "bad-ciphertext" }],
    ["module-refused", { name: "module-refused", rule: "module-start" }],
  ])("has the code %s", async (code, given) => {
    expect((await ending(given)).code).toBe(code);
  });

  it("tells a call that does not fit the contract", async () => {
    const refusals = new Interface(["error UnknownFunction(bytes4)", "error BadArguments(bytes4)"]);
    const reverted = (name: string): Ending => {
      return { name: "reverted", data: fromHex(refusals.encodeErrorResult(name, ["0x12345678"])) };
    };
    expect((await ending(reverted("UnknownFunction"))).code).toBe("unknown-function");
    expect((await ending(reverted("BadArguments"))).code).toBe("bad-arguments");
  });
});

describe("a lying gateway", () => {
  const tampering = async (change: (answer: AnswerJson) => object): Promise<string> => {
    const contract = await viewable();
    fixture.gateway.tampering = { enigma_view: change };
    return codeOf(contract.view.richest());
  };
  const other = `0x${"11".repeat(32)}`;

  it("cannot alter what the enclave signed", async () => {
    const flip = (hex: string) => `${hex.slice(0, -1)}${hex.endsWith("0") ? "1" : "0"}`;
    expect(await tampering((answer) => ({ ...answer, output: flip(answer.output) }))).toBe("view-signer");
    expect(await tampering((answer) => ({ ...answer, tip: other }))).toMatch(/^view-(signer|stale)$/);
    expect(await tampering((answer) => ({ ...answer, blockNumber: "1" }))).toMatch(/^view-(signer|stale)$/);
    expect(await tampering((answer) => ({ ...answer, signature: `0x${"00".repeat(65)}` }))).toBe("signature-malformed");
    expect(await tampering((answer) => ({ ...answer, worker: 7 }))).toBe("gateway-error");
  });

  it("cannot answer with the answer to another request", async () => {
    expect(await tampering((answer) => ({ ...answer, requestId: other }))).toBe("view-mismatch");
    const contract = await viewable();
    let first: AnswerJson | undefined;
    fixture.gateway.tampering = { enigma_view: (answer) => (first ??= answer) };
    await contract.view.richest();
    expect(await codeOf(contract.view.richest())).toBe("view-mismatch");
    // Nor if it changes the name of the request that was answered.
    fixture.gateway.tampering = { enigma_view: (answer) => ({ ...first, requestId: answer.requestId }) };
    expect(await codeOf(contract.view.richest())).toBe("view-signer");
  });

  it("cannot have another enclave sign", async () => {
    const contract = await viewable();
    fixture.gateway.views.enclave = enclaveKey("somebody");
    expect(await codeOf(contract.view.richest())).toBe("view-signer");
  });

  it("cannot show a state that is not Ethereum's, though the enclave believed it", async () => {
    const contract = await viewable();
    fixture.gateway.views.facts = (facts) => ({ ...facts, tip: other as Hash });
    expect(await codeOf(contract.view.richest())).toBe("view-stale");
    fixture.gateway.views.facts = (facts) => ({ ...facts, tip: other as Hash, blockNumber: 2n ** 60n });
    expect(await codeOf(contract.view.richest())).toBe("view-stale");
  });

  it("cannot show an old state, nor an old block", async () => {
    const contract = await viewable();
    await fixture.network.mine(40);
    fixture.gateway.views.facts = (facts) => ({ ...facts, blockNumber: facts.blockNumber - 33n });
    expect(await codeOf(contract.view.richest())).toBe("view-stale");
    expect(await contract.view.richest({ maxAge: 33 })).toBe(fixture.wallet.address);
  });
});

describe("as the chain moves on", () => {
  it("an answer about the state before the newest commit counts while it is young", async () => {
    const contract = await viewable();
    const tip = await fixture.network.contract.tip(contract.address);
    const blockNumber = await fixture.network.blockNumber();
    await (await contract.addMillionaire(1)).wait();
    fixture.gateway.views.facts = (facts) => ({ ...facts, tip, blockNumber });
    expect(await contract.view.richest()).toBe(fixture.wallet.address);
    // The old state hash with a block that it was not the state of does not.
    fixture.gateway.views.facts = (facts) => ({ ...facts, tip });
    expect(await codeOf(contract.view.richest())).toBe("view-stale");
  });

  it("asks again, with the same permit, while the worker is not ready", async () => {
    const contract = await viewable();
    const { views } = fixture.gateway;
    views.refusals = ["worker-busy", "log-missing", "worker-not-selected"].map((code) =>
      ProtocolError.received({ code, sentence: "Not yet." }),
    );
    expect(await contract.view.richest()).toBe(fixture.wallet.address);
    expect(views.asked).toHaveLength(4);
    expect(new Set(views.asked.map(({ requestId }) => requestId)).size).toBe(1);
  });

  it("signs a new permit where the old one has expired or the epoch has turned", async () => {
    const contract = await viewable();
    const { views } = fixture.gateway;
    views.refusals = [
      new ProtocolError("permit-expired", { data: { expiryBlock: 1n } }),
      new ProtocolError("epoch-not-current", { data: { epoch: 1n, current: 2n } }),
    ];
    expect(await contract.view.richest()).toBe(fixture.wallet.address);
    expect(new Set(views.asked.map(({ requestId }) => requestId)).size).toBe(3);
  });

  it("gives up with the reason where it stays refused, and at once where asking again is no help", async () => {
    const contract = await viewable();
    const { views } = fixture.gateway;
    views.refusals = Array.from({ length: 6 }, () =>
      ProtocolError.received({ code: "worker-busy", sentence: "Busy." }),
    );
    expect(await codeOf(contract.view.richest())).toBe("worker-busy");
    expect(views.asked).toHaveLength(6);
    views.refusals = [new ProtocolError("permit-invalid")];
    expect(await codeOf(contract.view.richest())).toBe("permit-invalid");
    expect(views.asked).toHaveLength(7);
  });

  it("finds the key of the new epoch", async () => {
    const contract = await viewable();
    await contract.view.richest();
    await fixture.network.nextEpoch();
    fixture.gateway.views.refusals = [new ProtocolError("epoch-not-current", { data: { epoch: 1n, current: 2n } })];
    expect(await contract.view.richest()).toBe(fixture.wallet.address);
    const { number } = await fixture.network.contract.currentEpoch();
    expect(fixture.gateway.views.asked.at(-1)?.epoch).toBe(number);
  });
});
