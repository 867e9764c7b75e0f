/** Vectors of padding, associated data, authenticated encryption and session keys, made without libsodium. */
import { createHash, createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from "node:crypto";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { tagOf } from "./hash-vectors.ts";
import { bigEndian, bytesOf, DEPLOYMENTS, hexOf, sampleBytes, sampleHex, type Vector } from "./sample-values.ts";

const LENGTHS = [0, 1, 63, 64, 65, 127, 128, 129, 255, 256] as const;

function padded(plaintext: Uint8Array): Buffer {
  const bucket = 2 ** Math.max(6, Math.ceil(Math.log2(plaintext.length + 1)));
  return Buffer.concat([plaintext, Uint8Array.of(0x80), new Uint8Array(bucket - plaintext.length - 1)]);
}

export function paddingVectors(): Vector[] {
  const samples = LENGTHS.map((length) => [`${length} bytes`, sampleBytes(`padding/${length}`, length)] as const);
  const special = [
    ["ends in the padding's own bytes", Uint8Array.of(1, 0x80, 0, 0)],
    ["only zeros", new Uint8Array(64)],
    ["only 0x80", new Uint8Array(63).fill(0x80)],
  ] as const;
  return [...samples, ...special].map(([name, plaintext]) => ({
    name,
    plaintext: hexOf(plaintext),
    expected: hexOf(padded(plaintext)),
  }));
}

export function paddingRefusedVectors(): Vector[] {
  const bucket = (length: number, marker: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    if (marker >= 0) bytes[marker] = 0x80;
    return bytes;
  };
  const cases = {
    empty: new Uint8Array(),
    "no marker": bucket(64, -1),
    "another marker": bucket(64, -1).fill(1, 10, 11),
    "63 bytes": bucket(63, 5),
    "96 bytes, no bucket": bucket(96, 70),
    "a larger bucket than needed": bucket(128, 63),
  };
  return Object.entries(cases).map(([name, bytes]) => ({ name, padded: hexOf(bytes), error: "bad-ciphertext" }));
}

interface Place {
  readonly tag: Parameters<typeof tagOf>[0];
  readonly index: number;
}

const PLACES: readonly Place[] = [
  { tag: "input", index: 0 },
  { tag: "output", index: 0 },
  { tag: "delta", index: 0 },
  { tag: "event", index: 2 ** 32 - 1 },
  { tag: "checkpoint", index: 3 },
  { tag: "viewInput", index: 0 },
  { tag: "viewOutput", index: 0 },
];

export function associatedDataVectors(): Vector[] {
  return DEPLOYMENTS.flatMap(({ name, chainId, enigma }) =>
    PLACES.map(({ tag, index }) => {
      const secretContract = sampleHex(`aad/contract/${tag}`, 20);
      const taskId = sampleHex(`aad/task/${tag}`, 32);
      const expected = hexOf(
        Buffer.concat([
          bytesOf(tagOf(tag)),
          bigEndian(chainId, 32),
          bytesOf(enigma),
          bytesOf(secretContract),
          bytesOf(taskId),
          bigEndian(BigInt(index), 4),
        ]),
      );
      return { name: `${tag}, ${name}`, tag, chainId: `${chainId}`, enigma, secretContract, taskId, index, expected };
    }),
  );
}

export function seal(
  key: Uint8Array,
  associatedData: Uint8Array,
  plaintext: Uint8Array,
): { nonce: string; sealed: string } {
  const message = padded(plaintext);
  const nonce = blake2b(Buffer.concat([associatedData, message]), { key, dkLen: 24 });
  const ciphertext = xchacha20poly1305(key, nonce, associatedData).encrypt(message);
  return { nonce: hexOf(nonce), sealed: hexOf(Buffer.concat([nonce, ciphertext])) };
}

export function aeadVectors(): Vector[] {
  return LENGTHS.map((length) => {
    const key = sampleBytes(`aead/key/${length}`, 32);
    const associatedData = sampleBytes(`aead/aad/${length}`, 140);
    const plaintext = sampleBytes(`aead/plaintext/${length}`, length);
    const inputs = { key: hexOf(key), associatedData: hexOf(associatedData), plaintext: hexOf(plaintext) };
    return { name: `${length} bytes`, ...inputs, expected: seal(key, associatedData, plaintext) };
  });
}

/** Ciphertexts that must not open: each differs from a good one in one thing. */
export function aeadRefusedVectors(): Vector[] {
  const key = sampleBytes("aead-refused/key", 32);
  const associatedData = sampleBytes("aead-refused/aad", 140);
  const good = bytesOf(seal(key, associatedData, sampleBytes("aead-refused/plaintext", 20)).sealed);
  const flipped = (at: number): Uint8Array => Uint8Array.from(good, (byte, index) => (index === at ? byte ^ 1 : byte));
  const nonce = sampleBytes("aead-refused/nonce", 24);
  const badPadding = Buffer.concat([nonce, xchacha20poly1305(key, nonce, associatedData).encrypt(new Uint8Array(64))]);
  const other = Uint8Array.from(associatedData, (byte, index) => (index === 139 ? byte ^ 1 : byte));
  const refused = (name: string, sealed: Uint8Array, data = associatedData): Vector => ({
    name,
    key: hexOf(key),
    associatedData: hexOf(data),
    sealed: hexOf(sealed),
    error: "bad-ciphertext",
  });
  return [
    refused("a bit of the nonce", flipped(0)),
    refused("a bit of the ciphertext", flipped(24)),
    refused("a bit of the tag", flipped(good.length - 1)),
    refused("one byte short", good.subarray(0, -1)),
    refused("shorter than nonce and tag", good.subarray(0, 39)),
    refused("empty", new Uint8Array()),
    refused("another item", good, other),
    refused("authentic, padding without marker", badPadding),
  ];
}

const PKCS8_X25519 = Buffer.from("302e020100300506032b656e04220420", "hex");
const SPKI_X25519 = Buffer.from("302a300506032b656e032100", "hex");

function secretKeyObject(secretKey: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_X25519, secretKey]), format: "der", type: "pkcs8" });
}

export function publicKeyOf(secretKey: Uint8Array): Buffer {
  return createPublicKey(secretKeyObject(secretKey)).export({ format: "der", type: "spki" }).subarray(-32);
}

export function sharedSecret(secretKey: Uint8Array, publicKey: Uint8Array): Buffer {
  const other = createPublicKey({ key: Buffer.concat([SPKI_X25519, publicKey]), format: "der", type: "spki" });
  return diffieHellman({ privateKey: secretKeyObject(secretKey), publicKey: other });
}

export function sessionKeyVectors(): Vector[] {
  return [0, 1, 2].map((round) => {
    const userSecretKey = sampleBytes(`kx/user/${round}`, 32);
    const contractSecretKey = sampleBytes(`kx/contract/${round}`, 32);
    const userKey = publicKeyOf(userSecretKey);
    const contractKey = publicKeyOf(contractSecretKey);
    const shared = sharedSecret(userSecretKey, contractKey);
    const keys = createHash("blake2b512").update(shared).update(userKey).update(contractKey).digest();
    return {
      name: `pair ${round}`,
      userSecretKey: hexOf(userSecretKey),
      contractSecretKey: hexOf(contractSecretKey),
      expected: {
        userKey: hexOf(userKey),
        contractKey: hexOf(contractKey),
        input: hexOf(keys.subarray(32)),
        output: hexOf(keys.subarray(0, 32)),
      },
    };
  });
}

/** Points of low order on Curve25519 and its twist (RFC 7748, section 6.1): the shared secret is zero. */
export function sessionKeyRefusedVectors(): Vector[] {
  const points = {
    "order 4, u = 0": `00${"00".repeat(31)}`,
    "order 1, u = 1": `01${"00".repeat(31)}`,
    "order 8": "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "order 8, the other": "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "u = p - 1": `ec${"ff".repeat(30)}7f`,
    "u = p": `ed${"ff".repeat(30)}7f`,
    "u = p + 1": `ee${"ff".repeat(30)}7f`,
  };
  const contractSecretKey = sampleHex("kx/contract/0", 32);
  return Object.entries(points).map(([name, point]) => ({
    name,
    contractSecretKey,
    userKey: `0x${point}`,
    error: "unusable-key",
  }));
}
