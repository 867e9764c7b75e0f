import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { decode } from "cborg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PrincipalEnclave } from "../../host/enclave/enclave-client.ts";
import { startEnclaveProcess } from "../../host/enclave/enclave-process.ts";
import { packageFolder } from "../../host/enclave/package-folder.ts";
import { SealedBlobFile } from "../../host/enclave/sealed-blob-file.ts";
import { type EnclaveOptions, startEnclave } from "../../host/enclave/start-enclave.ts";
import { address, addressFromBytes, fromHex } from "../../host/protocol/hex.ts";
import { places } from "./enclave-network.ts";

type PrincipalOptions = EnclaveOptions & { readonly role: "principal" };

let folder: string;
let options: PrincipalOptions;

/** Starts, looks and ends. */
async function identityOf(change: Partial<EnclaveOptions> = {}): Promise<PrincipalEnclave["identity"]> {
  const enclave = await startEnclave({ ...options, ...change } as PrincipalOptions);
  await enclave.close();
  return enclave.identity;
}

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "enigma-sealed-"));
  options = { ...places(folder, "principal"), role: "principal" };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("sealed keys", () => {
  it("are made once and opened by every later start", async () => {
    const first = await identityOf();
    expect(first.created).toBe(true);
    const blob = readFileSync(options.sealedFile);
    for (let start = 0; start < 3; start++) expect(await identityOf()).toEqual({ ...first, created: false });
    expect(readFileSync(options.sealedFile)).toEqual(blob);
  });

  it("survive an end of the host between storing them and moving the counter", async () => {
    const { role: _, ...rest } = options;
    mkdirSync(rest.platformFolder, { recursive: true });
    const channel = startEnclaveProcess({ packageFolder: packageFolder("debug"), platformFolder: rest.platformFolder });
    const body = { role: 1, chainId: rest.chainId, enigma: fromHex(rest.enigma), sealed: null, principalSigner: null };
    const answer = decode(await channel.call("initialize", body)) as { sealed: Uint8Array; signer: Uint8Array };
    await expect(channel.call("quote", {})).rejects.toMatchObject({ code: "seal-not-confirmed" });
    await new SealedBlobFile(rest.sealedFile).write(answer.sealed);
    await channel.close();
    expect(await identityOf()).toMatchObject({ created: false, signer: addressFromBytes(answer.signer) });
    expect(await identityOf()).toMatchObject({ created: false, signer: addressFromBytes(answer.signer) });
  });
});

describe("sealed keys are refused and not replaced", () => {
  const altered = (position: number) => () => {
    const blob = readFileSync(options.sealedFile);
    blob[position] = (blob[position] as number) ^ 1;
    writeFileSync(options.sealedFile, blob);
  };
  const cases: [string, () => void | Promise<void>, Partial<EnclaveOptions>, string][] = [
    ["with a bit of the header flipped", altered(3), {}, "sealed-blob-altered"],
    ["with a bit of the key check flipped", altered(160), {}, "sealed-blob-altered"],
    ["with a bit of the ciphertext flipped", altered(200), {}, "sealed-blob-altered"],
    ["when empty", () => writeFileSync(options.sealedFile, ""), {}, "sealed-blob-altered"],
    ["when missing", () => rmSync(options.sealedFile), {}, "sealed-blob-missing"],
    ["on another network", () => {}, { chainId: 1n }, "sealed-blob-other-network"],
    [
      "under another Enigma contract",
      () => {},
      { enigma: address(`0x${"ee".repeat(20)}`) },
      "sealed-blob-other-network",
    ],
    ["in another role", () => {}, { role: "worker" }, "sealed-blob-other-role"],
    ["by the other package", () => {}, { package: "release" }, "sealed-blob-other-enclave"],
  ];

  it.each(cases)("%s", async (_, change, other, code) => {
    await identityOf();
    await change();
    const blob = existsSync(options.sealedFile) ? readFileSync(options.sealedFile) : undefined;
    await expect(identityOf(other)).rejects.toMatchObject({ code });
    expect(existsSync(options.sealedFile) ? readFileSync(options.sealedFile) : undefined).toEqual(blob);
  });

  it("on another platform", async () => {
    await identityOf();
    const other = places(folder, "other");
    await identityOf(other);
    copyFileSync(options.sealedFile, other.sealedFile);
    await expect(identityOf(other)).rejects.toMatchObject({ code: "sealed-blob-other-platform" });
  });
});

describe("the first start", () => {
  it("ends without keys when it is aborted, and the next one makes them", async () => {
    const abort = new AbortController();
    const starting = startEnclave({ ...options, signal: abort.signal });
    abort.abort();
    await expect(starting).rejects.toMatchObject({ code: "enclave-gone" });
    expect((await identityOf()).created).toBe(true);
  });

  it("with the same seed gives the same keys, and with another seed others", async () => {
    const seeded = (name: string, byte: number) =>
      identityOf({ ...places(folder, name), seed: new Uint8Array(32).fill(byte) });
    const [first, again, other] = [await seeded("a", 1), await seeded("b", 1), await seeded("c", 2)];
    expect(again.signer).toBe(first.signer);
    expect(again.encryptionKey).toEqual(first.encryptionKey);
    expect(other.signer).not.toBe(first.signer);
  });
});
