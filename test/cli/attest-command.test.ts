/** `enigma attest` against real nodes, and against some that do not tell the truth. */
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageIdentity } from "../../host/enclave/package-identity.ts";
import {
  type AttestationResult,
  attestationToJson,
  parseAttestationResult,
} from "../../host/protocol/attestation-rpc-types.ts";
import { systemClock } from "../../host/protocol/clock.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import { attestationMethod } from "../../host/rpc/attestation-method.ts";
import { RpcClient } from "../../host/rpc/rpc-client.ts";
import { RpcServer } from "../../host/rpc/rpc-server.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { runCaptured } from "./captured-terminal.ts";
import { expectGolden } from "./golden.ts";

let network: TestNetwork;
let shown: AttestationResult;

beforeAll(async () => {
  network = await startTestNetwork();
  shown = parseAttestationResult(await new RpcClient(worker()).call("enigma_getAttestation", {}));
});
afterAll(() => network?.stop());

const worker = () => network.worker(0).url;

async function attest(...argv: readonly string[]) {
  const { status, stdout } = await runCaptured("attest", ...argv, "--json");
  return { status, value: JSON.parse(stdout) };
}

/** What is said of a node that shows this. */
async function attestLiar(changed: Partial<AttestationResult>): Promise<unknown> {
  const server = await RpcServer.start({
    ...{ binding: { port: 0 }, info: { title: "Liar", version: "0.1.0", description: "A node that lies." } },
    ...{ methods: [attestationMethod("enigma", { attestation: async () => ({ ...shown, ...changed }) })] },
    ...{ clock: systemClock, log: silentLogger },
  });
  try {
    const { status, value } = await attest(server.url, "--allow-debug");
    return [status, value.accepted, value.refusal?.code];
  } finally {
    await server.stop();
  }
}

/** The bytes with one bit flipped. */
const flipped = (bytes: Uint8Array, at: number) => bytes.with(at, (bytes[at] ?? 0) ^ 1);

describe("an enclave of the installed package", () => {
  it.each([
    ["worker", worker],
    ["principal", () => network.local.principal.url],
  ])("is accepted in a %s, with every field of its quote", async (role, url) => {
    const { status, value } = await attest(url(), "--allow-debug");
    const { mrEnclave, mrSigner, isvProdId, isvSvn } = packageIdentity("debug");
    expect(status).toBe(0);
    expect(value).toMatchObject({
      ...{ accepted: true, refusal: null, role, signer: expect.stringMatching(/^0x[0-9a-f]{40}$/) },
      quote: { version: 3, attestationKeyType: 2, mrEnclave, mrSigner, isvProdId, isvSvn, debug: true },
      collateral: { tcbInfo: { issueDate: expect.any(String) }, qeIdentity: { nextUpdate: expect.any(String) } },
    });
    expect(value.quote.certificates).toHaveLength(3);
  });

  it("is told in words", async () => {
    const { status, stdout } = await runCaptured("attest", worker(), "--allow-debug");
    expect(status).toBe(0);
    expectGolden("attest", stdout, CHANGING);
  });
});

describe("a quote is refused", () => {
  it("of a debug enclave where nobody allows that", async () => {
    const { status, stdout } = await runCaptured("attest", worker());
    expect(status).toBe(1);
    expectGolden("attest-refused", stdout, CHANGING);
    expect((await attest(worker())).value).toMatchObject({ accepted: false, refusal: { code: "quote-debug" } });
  });

  it.each([
    ["--mr-enclave", "quote-mr-enclave"],
    ["--mr-signer", "quote-mr-signer"],
  ])("of another enclave than %s names", async (option, code) => {
    const { status, value } = await attest(worker(), "--allow-debug", option, `0x${"12".repeat(32)}`);
    expect([status, value.refusal.code]).toEqual([1, code]);
  });

  it("that is altered, cut off or none", async () => {
    expect(await attestLiar({})).toEqual([0, true, undefined]);
    expect(await attestLiar({ quote: flipped(shown.quote, 120) })).toEqual([1, false, "quote-signature"]);
    expect(await attestLiar({ quote: shown.quote.slice(0, -1) })).toEqual([1, false, "quote-malformed"]);
    expect(await attestLiar({ quote: new Uint8Array(0) })).toEqual([1, false, "quote-malformed"]);
    expect(await attestLiar({ collateral: new Uint8Array(3) })).toEqual([1, false, "quote-collateral-malformed"]);
  });

  it("that binds other keys or another role", async () => {
    const refused = [1, false, "quote-report-data"];
    expect(await attestLiar({ role: "principal" })).toEqual(refused);
    expect(await attestLiar({ encryptionKey: flipped(shown.encryptionKey, 0) })).toEqual(refused);
    expect(await attestLiar({ signer: network.local.principal.signer })).toEqual(refused);
  });
});

it("takes the pins of another build from options", async () => {
  const { mrEnclave, mrSigner } = packageIdentity("debug");
  const pins = ["--mr-enclave", mrEnclave, "--mr-signer", mrSigner];
  expect((await attest(worker(), "--allow-debug", ...pins)).status).toBe(0);
  expect((await attest(worker(), ...pins)).value.refusal.code).toBe("quote-debug");
});

describe("what is no node", () => {
  it("that speaks JSON-RPC is told from one", async () => {
    const { status, value } = await attest(network.local.chain.url);
    expect([status, value.error.code]).toEqual([1, "attestation-unavailable"]);
  });

  it("and answers with something else is told from one", async () => {
    const server = createServer((_, response) => response.end("{}"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    expect((await attest(`http://127.0.0.1:${port}`)).value.error.code).toBe("attestation-unavailable");
    server.close();
  });

  it("does not answer", async () => {
    expect((await attest("http://127.0.0.1:9")).value.error.code).toBe("gateway-unreachable");
  });

  it.each([["ftp://127.0.0.1"], ["worker"], ["http://127.0.0.1:9", "--mr-enclave", "0x12"]])(
    "nor a command line: %s",
    async (...argv) => {
      const { status, value } = await attest(...argv);
      expect([status, value.error.code]).toEqual([2, "cli-usage"]);
    },
  );
});

it("reads back what it writes, and refuses fields that are not", () => {
  expect(parseAttestationResult(attestationToJson(shown))).toEqual(shown);
  for (const changed of [{ role: "auditor" }, { more: 1 }, { quote: "0x1" }])
    expect(() => parseAttestationResult({ ...attestationToJson(shown), ...changed })).toThrow();
});

/** Keys and dates of the machine. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/0x[0-9a-f]{128}/g, "0xREPORT_DATA"],
  [/(?<=id )0x[0-9a-f]{32}/g, "0xQE_ID"],
  [/\d{4}-\d\d-\d\d/g, "DATE"],
];
