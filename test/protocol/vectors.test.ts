import { createCipheriv } from "node:crypto";
import { readFileSync } from "node:fs";
import { chacha20 } from "@noble/ciphers/chacha.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, it } from "vitest";
import { AEAD_OVERHEAD, open, seal } from "../../host/protocol/aead.ts";
import { associatedData } from "../../host/protocol/associated-data.ts";
import { contractAddress } from "../../host/protocol/contract-address.ts";
import { contractKeyDigest, contractKeyHash, recoverContractKeySigner } from "../../host/protocol/contract-key.ts";
import { DOMAIN_TAG_LABELS, domainTag } from "../../host/protocol/domain-tag.ts";
import { decodeEnding, encodeEnding } from "../../host/protocol/ending.ts";
import { epochDigest, epochHash, recoverEpochSigner, snapshotHash } from "../../host/protocol/epoch.ts";
import { isEnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { fromHex, toHex } from "../../host/protocol/hex.ts";
import { inputHash } from "../../host/protocol/input-hash.ts";
import { entryHash, nextStateHash } from "../../host/protocol/log-entry.ts";
import { outcomeSlot } from "../../host/protocol/outcome.ts";
import { pad, unpad } from "../../host/protocol/padding.ts";
import {
  decodeReceipt,
  encodeReceipt,
  receiptDigest,
  receiptFromJson,
  receiptHash,
  receiptToJson,
  recoverReceiptSigner,
} from "../../host/protocol/receipt.ts";
import { recoverSigner } from "../../host/protocol/recover-signer.ts";
import { selectWorker } from "../../host/protocol/selection.ts";
import { contractSessionKeys, userKeyPair, userSessionKeys } from "../../host/protocol/session-keys.ts";
import { sodium } from "../../host/protocol/sodium.ts";
import { taskId } from "../../host/protocol/task-id.ts";
import {
  decodeTaskRecord,
  encodeTaskRecord,
  recordHash,
  taskRecordFromJson,
  taskRecordToJson,
} from "../../host/protocol/task-record.ts";
import { allVectors, vectorText } from "../../scripts/vectors/all-vectors.ts";
import { type VectorCase, vectors } from "./vector-files.ts";

const domainOf = (c: VectorCase) => ({ chainId: BigInt(c.chainId), enigma: c.enigma });
const codeOf = (action: () => unknown): string | undefined => {
  try {
    action();
    return undefined;
  } catch (error) {
    return isEnigmaError(error) ? error.code : String(error);
  }
};

function each(file: string, check: (c: VectorCase) => void): void {
  describe(file, () => {
    it.each(vectors(file))("$name", check);
  });
}

describe("test/vectors", () => {
  it.each(Object.entries(allVectors()))("%s is what its independent generator makes", (name, made) => {
    const stored = readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8");
    expect(stored).toBe(vectorText(made));
  });
});

each("domain-tag", (c) => {
  expect(DOMAIN_TAG_LABELS[c.name as keyof typeof DOMAIN_TAG_LABELS]).toBe(c.label);
  expect(toHex(domainTag(c.name as keyof typeof DOMAIN_TAG_LABELS))).toBe(c.expected);
});
each("task-id", (c) => {
  expect(taskId(domainOf(c), c.sender, BigInt(c.nonce))).toBe(c.expected);
});
each("contract-address", (c) => {
  expect(contractAddress(c.enigma, c.accountImplementation, c.taskId)).toBe(c.expected);
});
each("input-hash", (c) => {
  expect(inputHash(fromHex(c.encryptedInput), fromHex(c.userKey))).toBe(c.expected);
});
each("task-record", (c) => {
  const record = taskRecordFromJson(c.record);
  expect(toHex(encodeTaskRecord(record))).toBe(c.expected.encoded);
  expect(recordHash(record)).toBe(c.expected.hash);
  expect(decodeTaskRecord(fromHex(c.expected.encoded))).toEqual(record);
  expect(taskRecordToJson(record)).toEqual(c.record);
});
each("outcome-slot", (c) => {
  expect(outcomeSlot(c.outcome, c.receiptHash)).toBe(c.expected);
});
each("receipt", (c) => {
  const receipt = receiptFromJson(c.receipt);
  expect(toHex(encodeReceipt(receipt))).toBe(c.expected.encoded);
  expect(decodeReceipt(fromHex(c.expected.encoded))).toEqual(receipt);
  expect(receiptToJson(receipt)).toEqual(c.receipt);
  expect(receiptHash(receipt)).toBe(c.expected.hash);
  expect(receiptDigest(domainOf(c), receipt)).toBe(c.expected.digest);
  expect(recoverReceiptSigner(domainOf(c), receipt, fromHex(c.expected.signature))).toBe(c.expected.signer);
});
each("epoch", (c) => {
  const { number, snapshotBlock, firstBlock, ...hashes } = c.epoch;
  const numbers = { number: BigInt(number), snapshotBlock: BigInt(snapshotBlock), firstBlock: BigInt(firstBlock) };
  const epoch = { ...hashes, ...numbers };
  expect(epochHash(epoch)).toBe(c.expected.hash);
  expect(epochDigest(domainOf(c), epoch)).toBe(c.expected.digest);
  expect(recoverEpochSigner(domainOf(c), epoch, fromHex(c.expected.signature))).toBe(c.expected.signer);
});
each("snapshot", (c) => {
  expect(snapshotHash(workersOf(c))).toBe(c.expected);
});
each("selection", (c) => {
  expect(selectWorker(c.seed, c.group, workersOf(c))).toBe(c.expected);
});
each("contract-key-certificate", (c) => {
  const key = { ...c.contractKey, epoch: BigInt(c.contractKey.epoch), publicKey: fromHex(c.contractKey.publicKey) };
  expect(contractKeyHash(key)).toBe(c.expected.hash);
  expect(contractKeyDigest(domainOf(c), key)).toBe(c.expected.digest);
  expect(recoverContractKeySigner(domainOf(c), key, fromHex(c.expected.signature))).toBe(c.expected.signer);
});
each("recover-signer", (c) => {
  expect(recoverSigner(c.digest, fromHex(c.signature))).toBe(c.expected);
});
each("signature-refused", (c) => {
  expect(codeOf(() => recoverSigner(c.digest, fromHex(c.signature)))).toBe(c.error);
});
each("log-entry", (c) => {
  const ciphertext = fromHex(c.ciphertext);
  const entry = { index: BigInt(c.index), kind: c.kind, taskId: c.taskId, epoch: BigInt(c.epoch), ciphertext };
  expect(entryHash(entry)).toBe(c.expected.entryHash);
  expect(nextStateHash(c.stateBefore, entry)).toBe(c.expected.stateHash);
});
each("padding", (c) => {
  expect(toHex(pad(fromHex(c.plaintext)))).toBe(c.expected);
  expect(toHex(unpad(fromHex(c.expected)))).toBe(c.plaintext);
});
each("padding-refused", (c) => {
  expect(codeOf(() => unpad(fromHex(c.padded)))).toBe(c.error);
});
each("associated-data", (c) => {
  const item = { tag: c.tag, secretContract: c.secretContract, taskId: c.taskId, index: c.index };
  expect(toHex(associatedData(domainOf(c), item))).toBe(c.expected);
});
each("aead", (c) => {
  const sealed = seal(fromHex(c.key), fromHex(c.associatedData), fromHex(c.plaintext));
  expect(toHex(sealed)).toBe(c.expected.sealed);
  expect(toHex(sealed.subarray(0, AEAD_OVERHEAD - 16))).toBe(c.expected.nonce);
  expect(toHex(open(fromHex(c.key), fromHex(c.associatedData), sealed))).toBe(c.plaintext);
});
each("aead-refused", (c) => {
  expect(codeOf(() => open(fromHex(c.key), fromHex(c.associatedData), fromHex(c.sealed)))).toBe(c.error);
});
each("xchacha20poly1305", (c) => {
  const [key, nonce, data, plaintext] = [c.key, c.nonce, c.associatedData, c.plaintext].map((text) => fromHex(text));
  const encrypt = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt;
  expect(
    toHex(encrypt(plaintext as Uint8Array, data as Uint8Array, null, nonce as Uint8Array, key as Uint8Array)),
  ).toBe(c.expected);
});
each("x25519", (c) => {
  expect(toHex(sodium.crypto_scalarmult(fromHex(c.secretKey), fromHex(c.point)))).toBe(c.expected);
});
each("session-keys", (c) => {
  const user = userKeyPair(fromHex(c.userSecretKey));
  const contract = userKeyPair(fromHex(c.contractSecretKey));
  expect([toHex(user.publicKey), toHex(contract.publicKey)]).toEqual([c.expected.userKey, c.expected.contractKey]);
  const ofUser = userSessionKeys(user, contract.publicKey);
  expect([toHex(ofUser.input), toHex(ofUser.output)]).toEqual([c.expected.input, c.expected.output]);
  expect(contractSessionKeys(contract, user.publicKey)).toEqual(ofUser);
});
each("session-keys-refused", (c) => {
  const contract = userKeyPair(fromHex(c.contractSecretKey));
  expect(codeOf(() => contractSessionKeys(contract, fromHex(c.userKey)))).toBe(c.error);
  expect(codeOf(() => userSessionKeys(contract, fromHex(c.userKey)))).toBe(c.error);
});
each("ending", (c) => {
  const bytes = ["result", "data"].filter((field) => field in c.ending);
  const ending = { ...c.ending, ...Object.fromEntries(bytes.map((field) => [field, fromHex(c.ending[field])])) };
  expect(toHex(encodeEnding(ending))).toBe(c.expected);
  // Only contracts that call others are answered so; as a task's output it is malformed.
  if (c.ending.name === "call-refused")
    expect(codeOf(() => decodeEnding(fromHex(c.expected)))).toBe("encoding-malformed");
  else expect(decodeEnding(fromHex(c.expected))).toEqual(ending);
});

// What only enclaves compute is checked here with a third implementation, so that a slip of the generator shows.
each("hkdf", (c) => {
  expect(toHex(hkdf(sha256, fromHex(c.secret), fromHex(c.salt), fromHex(c.info), c.length))).toBe(c.expected);
});
each("chacha20", (c) => {
  const length = c.expected.length / 2 - 1;
  const stream = createCipheriv("chacha20", fromHex(c.key), new Uint8Array(16)).update(new Uint8Array(length));
  expect(toHex(stream)).toBe(c.expected);
});
each("contract-key", (c) => {
  const info = [toHex(domainTag("contractKey")), c.secretContract, c.codeHash, c.group];
  info.push(uint64(c.epoch), `0x0${c.purpose}`);
  expect(toHex(hkdf(sha256, fromHex(c.masterSecret), saltOf(c), fromHex(join(info)), 32))).toBe(c.expected);
});
each("epoch-seed", (c) => {
  const info = [toHex(domainTag("epochSeed")), uint64(c.number), c.blockHash];
  expect(toHex(hkdf(sha256, fromHex(c.masterSecret), saltOf(c), fromHex(join(info)), 32))).toBe(c.expected);
});
each("random-stream", (c) => {
  const tag = domainTag(c.requestId === undefined ? "random" : "viewRandom");
  const info = fromHex(join([toHex(tag), c.requestId ?? c.recordHash]));
  const key = hkdf(sha256, fromHex(c.randomnessKey), new Uint8Array(), info, 32);
  expect(toHex(chacha20(key, new Uint8Array(12), new Uint8Array(c.length)))).toBe(c.expected);
});
each("delta", (c) => {
  expect(readDelta(fromHex(c.expected))).toEqual(c.changes);
});

function workersOf(c: VectorCase) {
  return c.workers.map((worker: VectorCase) => ({
    address: worker.address,
    cumulativeStake: BigInt(worker.cumulativeStake),
  }));
}

function join(parts: readonly string[]): string {
  return `0x${parts.map((part) => part.slice(2)).join("")}`;
}

function uint64(decimal: string): string {
  return `0x${BigInt(decimal).toString(16).padStart(16, "0")}`;
}

function saltOf(c: VectorCase): Uint8Array {
  return fromHex(join([`0x${BigInt(c.chainId).toString(16).padStart(64, "0")}`, c.enigma]));
}

function readDelta(bytes: Uint8Array): { key: string; value: string | null }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let at = 4;
  const sized = (): string => {
    const start = at + 4;
    at = start + view.getUint32(at);
    return toHex(bytes.slice(start, at));
  };
  const changes = Array.from({ length: view.getUint32(0) }, () => {
    const key = sized();
    at += 1;
    return { key, value: bytes[at - 1] === 0 ? null : sized() };
  });
  expect(at).toBe(bytes.length);
  return changes;
}
