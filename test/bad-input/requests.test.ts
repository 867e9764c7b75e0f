/** Requests that no client of ours sends, at the nodes of a running network: both answer with data, and live on. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import registry from "../../host/protocol/errors/registry.json" with { type: "json" };
import { ZERO_HASH } from "../../host/protocol/hex.ts";
import { RpcClient } from "../../host/rpc/rpc-client.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";

let network: TestNetwork;
beforeAll(async () => {
  network = await startTestNetwork({ epochBlocks: 20 });
});
afterAll(() => network?.stop());

interface Refusal {
  readonly status: number;
  readonly number: number;
  readonly code: string;
}

async function refusal(url: string, body: string | Uint8Array<ArrayBuffer>): Promise<Refusal> {
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const { error } = (await response.json()) as {
    error: { code: number; data: { code: keyof typeof registry; hint: string } };
  };
  expect(error.data.hint).toBe(registry[error.data.code].hint);
  return { status: response.status, number: error.code, code: error.data.code };
}

const request = (method: string, params: unknown) => JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });

describe.each(["worker", "principal"] as const)("a %s", (node) => {
  const url = () => (node === "worker" ? network.worker(0).url : network.local.principal.url);

  it.each<[string, () => string | Uint8Array<ArrayBuffer>, Refusal]>([
    ["JSON that ends too early", () => '{"jsonrpc":"2.0",', { status: 200, number: -32700, code: "malformed-json" }],
    [
      "bytes that are no text",
      () => Uint8Array.of(0xff, 0, 0xfe),
      { status: 200, number: -32700, code: "malformed-json" },
    ],
    ["JSON that is no request", () => '{"id":1}', { status: 200, number: -32600, code: "invalid-request" }],
    [
      "an unknown method",
      () => request("eth_sendTransaction", []),
      { status: 200, number: -32601, code: "unknown-method" },
    ],
    [
      "an unknown method with a name of an object's own",
      () => request("__proto__", {}),
      { status: 200, number: -32601, code: "unknown-method" },
    ],
    [
      "parameters by position",
      () => request(`${node === "worker" ? "enigma" : "principal"}_getContractKey`, ["0x"]),
      { status: 200, number: -32602, code: "invalid-params" },
    ],
    ["a body of 20 MB", () => "1".repeat(20_000_000), { status: 413, number: -32000, code: "body-too-large" }],
  ])("refuses %s", async (_, body, expected) => {
    expect(await refusal(url(), body())).toEqual(expected);
    const info = new RpcClient(url()).call(`${node === "worker" ? "enigma" : "principal"}_getInfo`, {});
    await expect(info).resolves.toBeTypeOf("object");
  });

  it("certifies no contract key of an epoch that has not begun", async () => {
    const contract = { secretContract: `0x${"ab".repeat(20)}`, codeHash: ZERO_HASH };
    const rpc = new RpcClient(url());
    const method = `${node === "worker" ? "enigma" : "principal"}_getContractKey`;
    for (const epoch of ["18446744073709551615", "1000", "0"]) {
      expect(await codeOf(rpc.call(method, { ...contract, epoch }))).toBe("epoch-not-current");
    }
    expect(await codeOf(rpc.call(method, { secretContract: contract.secretContract }))).toBe("contract-not-deployed");
  });
});

describe("a contract key of an epoch that is over", () => {
  it("is certified by both nodes, since private events of its time need it", async () => {
    const { principal } = network.local;
    const codeHash = ZERO_HASH;
    const secretContract = `0x${"ab".repeat(20)}`;
    const { number } = await network.local.view.contract.currentEpoch();
    await network.advanceEpoch();
    const request = { secretContract, codeHash, epoch: number.toString() };
    const key = await new RpcClient(principal.url).call("principal_getContractKey", request);
    expect(key).toMatchObject({ epoch: number.toString(), publicKey: expect.stringMatching(/^0x[0-9a-f]{64}$/) });
    expect(await new RpcClient(network.worker(0).url).call("enigma_getContractKey", request)).toEqual(key);
  });
});

describe("the principal", () => {
  it("admits nobody without a quote, and grants nothing to whom it did not admit", async () => {
    const rpc = new RpcClient(network.local.principal.url);
    const [signer, encryptionKey] = [`0x${"12".repeat(20)}`, `0x${"34".repeat(32)}`];
    const garbage = { signer, encryptionKey, quote: "0x0300", collateral: "0xa0" };
    expect(await codeOf(rpc.call("principal_register", garbage))).toBe("quote-collateral-malformed");
    expect(await codeOf(rpc.call("principal_grantContractKeys", { request: "0x00" }))).toBe("key-request-malformed");
  });
});

async function codeOf(action: Promise<unknown>): Promise<string> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EnigmaError);
  return (error as EnigmaError).code;
}
