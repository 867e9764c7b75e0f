/** Vectors of keys, seeds and random streams that enclaves derive, made with OpenSSL through node:crypto. */
import { createCipheriv, hkdfSync } from "node:crypto";
import { tagOf } from "./hash-vectors.ts";
import { bigEndian, bytesOf, DEPLOYMENTS, hexOf, MAX_UINT64, sampleHex, type Vector } from "./sample-values.ts";

const KEY_BYTES = 32;

function hkdf(secret: Uint8Array, salt: Uint8Array, info: Uint8Array): string {
  return hexOf(new Uint8Array(hkdfSync("sha256", secret, salt, info, KEY_BYTES)));
}

const PURPOSES = { state: 1, "input/output": 2, randomness: 3 } as const;

export function contractKeyVectors(): Vector[] {
  return DEPLOYMENTS.flatMap(({ name, chainId, enigma }) =>
    Object.entries(PURPOSES).map(([label, purpose]) => {
      const masterSecret = sampleHex(`master/${name}`, 32);
      const secretContract = sampleHex(`derived/contract/${label}`, 20);
      const codeHash = sampleHex(`derived/code/${label}`, 32);
      // A contract of its own group, and one that joined another's.
      const group = purpose === 1 ? secretContract : sampleHex(`derived/group/${label}`, 20);
      const epoch = purpose === 3 ? MAX_UINT64 : BigInt(purpose);
      const names = [secretContract, codeHash, group].map(bytesOf);
      const info = Buffer.concat([
        bytesOf(tagOf("contractKey")),
        ...names,
        bigEndian(epoch, 8),
        Uint8Array.of(purpose),
      ]);
      const expected = hkdf(bytesOf(masterSecret), saltOf(chainId, enigma), info);
      const place = { chainId: `${chainId}`, enigma, secretContract, codeHash, group, epoch: `${epoch}`, purpose };
      return { name: `${label}, ${name}`, masterSecret, ...place, expected };
    }),
  );
}

export function epochSeedVectors(): Vector[] {
  return DEPLOYMENTS.flatMap(({ name, chainId, enigma }) =>
    [1n, 2n, MAX_UINT64].map((number) => {
      const masterSecret = sampleHex(`master/${name}`, 32);
      const blockHash = sampleHex(`epoch-seed/block/${number}`, 32);
      const info = Buffer.concat([bytesOf(tagOf("epochSeed")), bigEndian(number, 8), bytesOf(blockHash)]);
      const expected = hkdf(bytesOf(masterSecret), saltOf(chainId, enigma), info);
      return {
        name: `epoch ${number}, ${name}`,
        masterSecret,
        chainId: `${chainId}`,
        enigma,
        number: `${number}`,
        blockHash,
        expected,
      };
    }),
  );
}

export function randomStreamVectors(): Vector[] {
  return [1, 32, 64, 200].flatMap((length) => {
    const randomnessKey = sampleHex(`random/key/${length}`, 32);
    const recordHash = sampleHex(`random/record/${length}`, 32);
    const [ofTask, ofView] = (["random", "viewRandom"] as const).map((tag) =>
      randomStream(randomnessKey, tag, recordHash, length),
    );
    return [
      { name: `${length} bytes`, randomnessKey, recordHash, length, expected: ofTask },
      { name: `${length} bytes of a view`, randomnessKey, requestId: recordHash, length, expected: ofView },
    ];
  });
}

function randomStream(randomnessKey: string, tag: "random" | "viewRandom", drawnFor: string, length: number): string {
  const info = Buffer.concat([bytesOf(tagOf(tag)), bytesOf(drawnFor)]);
  const key = bytesOf(hkdf(bytesOf(randomnessKey), new Uint8Array(), info));
  // OpenSSL's 16-byte iv is the 32-bit counter followed by the 96-bit nonce of RFC 8439.
  return hexOf(createCipheriv("chacha20", key, new Uint8Array(16)).update(new Uint8Array(length)));
}

function saltOf(chainId: bigint, enigma: string): Buffer {
  return Buffer.concat([bigEndian(chainId, 32), bytesOf(enigma)]);
}
