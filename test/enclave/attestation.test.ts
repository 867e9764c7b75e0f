import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PrincipalEnclave, WorkerEnclave } from "../../host/enclave/enclave-client.ts";
import { startEnclave } from "../../host/enclave/start-enclave.ts";
import { address, hash } from "../../host/protocol/hex.ts";
import { EnclaveNetwork, NOW, places } from "./enclave-network.ts";

const CONTRACT = address(`0x${"c0".repeat(20)}`);
const CODE = hash(`0x${"0c".repeat(32)}`);
const WANTED = [{ secretContract: CONTRACT, codeHash: CODE, group: CONTRACT }];

let network: EnclaveNetwork;
let principal: PrincipalEnclave;
let worker: WorkerEnclave;

beforeAll(async () => {
  network = await EnclaveNetwork.start();
  principal = network.principal;
  worker = await network.worker("worker");
});
afterAll(() => network?.close());

async function evidence(of: WorkerEnclave | PrincipalEnclave) {
  const { signer, encryptionKey } = of.identity;
  return { signer, encryptionKey, ...(await of.quote()), now: NOW };
}

describe("the principal's enclave admits", () => {
  it("a worker of the same measurement with the keys of its quote", async () => {
    const { signer, encryptionKey, mrEnclave } = worker.identity;
    expect(await principal.admitWorker(await evidence(worker))).toEqual({ signer, encryptionKey, mrEnclave });
  });

  it("nobody with other keys than those of the quote", async () => {
    const proof = await evidence(worker);
    const others = [
      { ...proof, signer: principal.identity.signer },
      { ...proof, encryptionKey: principal.identity.encryptionKey },
      await evidence(principal),
    ];
    for (const other of others) {
      await expect(principal.admitWorker(other)).rejects.toMatchObject({ code: "quote-report-data" });
    }
  });

  it("nobody by an altered quote, and nobody outside the validity of the collateral", async () => {
    const proof = await evidence(worker);
    const quote = proof.quote.map((byte, index) => (index === 400 ? byte ^ 1 : byte));
    await expect(principal.admitWorker({ ...proof, quote })).rejects.toMatchObject({
      code: expect.stringMatching(/^quote-/),
    });
    await expect(principal.admitWorker({ ...proof, now: 1n })).rejects.toMatchObject({
      code: "quote-collateral-expired",
    });
  });

  it("no release enclave as a debug one", async () => {
    const release = await startEnclave({
      ...places(network.folder, "release", { package: "release" }),
      role: "worker",
    });
    const proof = await evidence(release);
    await release.close();
    await expect(principal.admitWorker(proof)).rejects.toMatchObject({ code: "quote-debug" });
  });
});

describe("contract keys", () => {
  it("are refused before any epoch is signed, and to a worker that was not admitted", async () => {
    const stranger = await network.worker("stranger");
    const { request } = await stranger.requestContractKeys({ epoch: 1n, contracts: WANTED });
    await expect(principal.grantContractKeys({ request })).rejects.toMatchObject({ code: "worker-not-admitted" });
    const own = await worker.requestContractKeys({ epoch: 1n, contracts: WANTED });
    await expect(principal.grantContractKeys(own)).rejects.toMatchObject({ code: "epoch-unsigned" });
  });

  it("go to the selected worker, which believes only the principal it was started for", async () => {
    await network.select(worker, 1n);
    const request = await worker.requestContractKeys({ epoch: 1n, contracts: WANTED });
    const { grant } = await principal.grantContractKeys(request);
    const faithless = await startEnclave({
      ...places(network.folder, "faithless"),
      role: "worker",
      principalSigner: address(`0x${"01".repeat(20)}`),
    });
    await expect(faithless.acceptContractKeys({ grant, now: NOW })).rejects.toMatchObject({
      code: "key-grant-unexpected",
    });
    await faithless.close();
    expect(await worker.acceptContractKeys({ grant, now: NOW })).toEqual({
      accepted: [{ secretContract: CONTRACT, epoch: 1n }],
    });
    await expect(worker.acceptContractKeys({ grant, now: NOW })).rejects.toMatchObject({
      code: "key-grant-unexpected",
    });
  });

  it("under another group than the contract's own are other keys, which open nothing of it", async () => {
    const group = address(`0x${"c1".repeat(20)}`);
    const name = { secretContract: CONTRACT, codeHash: CODE, epoch: 1n };
    const own = await principal.certifyContractKey({ ...name, group: CONTRACT });
    expect((await principal.certifyContractKey({ ...name, group })).publicKey).not.toEqual(own.publicKey);
    expect((await principal.certifyContractKey({ ...name, group: CONTRACT })).publicKey).toEqual(own.publicKey);
  });

  it("are not opened from an altered grant, and the request stays open", async () => {
    const request = await worker.requestContractKeys({ epoch: 1n, contracts: WANTED });
    const { grant } = await principal.grantContractKeys(request);
    const altered = grant.map((byte, index) => (index === grant.length - 1 ? byte ^ 1 : byte));
    await expect(worker.acceptContractKeys({ grant: altered, now: NOW })).rejects.toMatchObject({
      code: "key-grant-malformed",
    });
    await worker.acceptContractKeys({ grant, now: NOW });
  });

  it("of an epoch go to its worker and to later ones, never from the past to the future", async () => {
    const next = await network.worker("next");
    await network.select(next, 2n);
    const newer = await worker.requestContractKeys({ epoch: 2n, contracts: WANTED });
    await expect(principal.grantContractKeys(newer)).rejects.toMatchObject({ code: "worker-not-selected" });
    for (const epoch of [1n, 2n]) await network.grantKeys(next, CONTRACT, CODE, epoch);
    await network.grantKeys(worker, CONTRACT, CODE, 1n);
    const unsigned = await next.requestContractKeys({ epoch: 3n, contracts: WANTED });
    await expect(principal.grantContractKeys(unsigned)).rejects.toMatchObject({ code: "epoch-unsigned" });
  });
});

describe("the roles", () => {
  it("have no ecalls of each other, and neither has invented ones", async () => {
    const call = (enclave: unknown, name: string) =>
      (enclave as { channel: { call(name: string, body: unknown): Promise<unknown> } }).channel.call(name, {});
    await expect(call(worker, "signEpoch")).rejects.toMatchObject({ code: "ecall-wrong-role" });
    await expect(call(principal, "executeTasks")).rejects.toMatchObject({ code: "ecall-wrong-role" });
    await expect(call(worker, "masterSecret")).rejects.toMatchObject({ code: "ecall-unknown" });
    await expect(call(worker, "settle")).rejects.toMatchObject({ code: "ecall-malformed" });
    await expect(call(worker, "initialize")).rejects.toMatchObject({ code: "ecall-malformed" });
  });
});
