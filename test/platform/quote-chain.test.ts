/** The chain from a quote to the simulation's root, checked with Node's own cryptography. */
import { createHash, createPublicKey, type KeyObject, verify, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { decode } from "cborg";
import { describe, expect, it } from "vitest";
import { launch, temporaryFolder } from "./enclave-package.ts";

const ROOT_FILE = new URL("../../enclave-wasm/attestation/src/simulation_root.der", import.meta.url);
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g;

const certificates = (pem: string) => [...pem.matchAll(CERTIFICATE)].map(([text]) => new X509Certificate(text));

const signs = (key: KeyObject, message: Uint8Array, signature: Uint8Array) =>
  verify("sha256", message, { key, dsaEncoding: "ieee-p1363" }, signature);

function p256Key(point: Uint8Array): KeyObject {
  const [x, y] = [point.subarray(0, 32), point.subarray(32)].map((part) => Buffer.from(part).toString("base64url"));
  if (x === undefined || y === undefined) throw new Error("a point has two coordinates");
  return createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
}

function collateralOf(bytes: Uint8Array) {
  return decode(bytes) as Record<string, string> & { tcbInfoSignature: Uint8Array; qeIdentitySignature: Uint8Array };
}

describe("a quote of the simulated machine", () => {
  const hardware = () => launch(temporaryFolder(), {}, { seed: new Uint8Array(32).fill(9) });

  it("is certified up to the simulation's root", () => {
    const quote = hardware().quote(new Uint8Array(64));
    const chain = certificates(Buffer.from(quote.subarray(1052)).toString("ascii"));
    expect(chain).toHaveLength(3);
    const [pck, pckCa, root] = chain as [X509Certificate, X509Certificate, X509Certificate];
    expect(new Uint8Array(root.raw)).toEqual(new Uint8Array(readFileSync(ROOT_FILE)));
    expect([pck.ca, pckCa.ca, root.ca]).toEqual([false, true, true]);
    expect(pck.checkIssued(pckCa) && pck.verify(pckCa.publicKey)).toBe(true);
    expect(pckCa.checkIssued(root) && pckCa.verify(root.publicKey)).toBe(true);
    expect(root.checkIssued(root) && root.verify(root.publicKey)).toBe(true);
    expect(pck.subject).toContain("Enigma Simulated");
  });

  it("is signed by a key that its quoting enclave vouches for, and that one by the processor", () => {
    const quote = hardware().quote(new Uint8Array(64).fill(3));
    const [pck] = certificates(Buffer.from(quote.subarray(1052)).toString("ascii"));
    if (pck === undefined) throw new Error("the quote has certificates");
    const attestationKey = quote.subarray(500, 564);
    const qeReport = quote.subarray(564, 948);
    expect(signs(p256Key(attestationKey), quote.subarray(0, 432), quote.subarray(436, 500))).toBe(true);
    expect(signs(pck.publicKey, qeReport, quote.subarray(948, 1012))).toBe(true);
    const binding = createHash("sha256").update(attestationKey).update(quote.subarray(1014, 1046)).digest();
    expect(qeReport.subarray(320, 352)).toEqual(new Uint8Array(binding));
    expect(qeReport.subarray(352)).toEqual(new Uint8Array(32));
  });

  it("comes with collateral that the same root signed", () => {
    const collateral = collateralOf(hardware().collateral());
    const [signer, root] = certificates(collateral.tcbInfoIssuerChain ?? "");
    if (signer === undefined || root === undefined) throw new Error("the collateral has certificates");
    expect(new Uint8Array(root.raw)).toEqual(new Uint8Array(readFileSync(ROOT_FILE)));
    expect(signer.verify(root.publicKey)).toBe(true);
    const { tcbInfo = "", qeIdentity = "" } = collateral;
    expect(signs(signer.publicKey, Buffer.from(tcbInfo), collateral.tcbInfoSignature)).toBe(true);
    expect(signs(signer.publicKey, Buffer.from(qeIdentity), collateral.qeIdentitySignature)).toBe(true);
    expect(JSON.parse(tcbInfo)).toMatchObject({ id: "SGX", version: 3, tcbType: 0 });
    expect(JSON.parse(qeIdentity)).toMatchObject({ id: "QE", version: 2 });
  });
});
