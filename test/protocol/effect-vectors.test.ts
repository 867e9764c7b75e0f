import { describe, expect, it } from "vitest";
import { open, seal } from "../../host/protocol/aead.ts";
import { associatedData } from "../../host/protocol/associated-data.ts";
import { type Effect, effectHash, effectsHash } from "../../host/protocol/effect.ts";
import { areEquivocal, equivocator } from "../../host/protocol/equivocation.ts";
import { isEnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { fromHex, toHex } from "../../host/protocol/hex.ts";
import { inputHash } from "../../host/protocol/input-hash.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import {
  openPrivateEvent,
  privateEventLog,
  privateEventOf,
  sealPrivateEvent,
} from "../../host/protocol/private-event.ts";
import { receiptFromJson } from "../../host/protocol/receipt.ts";
import { isResultCallback, resultCallbackCalldata } from "../../host/protocol/result-callback.ts";
import { contractSessionKeys, userKeyPair, userSessionKeys } from "../../host/protocol/session-keys.ts";
import { areTouches, sortedTouches, touchesHash } from "../../host/protocol/touches.ts";
import { recoverViewAnswerSigner, viewAnswerDigest, viewAnswerHash } from "../../host/protocol/view-answer.ts";
import { recoverViewPermitSigner, viewPermitDigest, viewPermitHash } from "../../host/protocol/view-permit.ts";
import {
  recoverRegistrationSigner,
  workerRegistrationDigest,
  workerRegistrationHash,
} from "../../host/protocol/worker-registration.ts";
import { type VectorCase, vectors } from "./vector-files.ts";

const domainOf = (c: VectorCase) => ({ chainId: BigInt(c.chainId), enigma: c.enigma });

function each(file: string, check: (c: VectorCase) => void): void {
  describe(file, () => {
    it.each(vectors(file))("$name", check);
  });
}

each("effects-hash", (c) => {
  const effects = c.effects.map(effectOf);
  expect(effects.map((effect: Effect) => toHex(effectHash(effect)))).toEqual(c.expected.hashes);
  expect(effectsHash(effects)).toBe(c.expected.effectsHash);
});
each("touches-hash", (c) => {
  expect(touchesHash(c.touches)).toBe(c.expected);
  expect(touchesHash(sortedTouches(`0x${"ff".repeat(20)}` as never, [...c.touches].reverse()))).toBe(c.expected);
});
each("touches-refused", (c) => {
  expect(areTouches(c.called, c.touches)).toBe(false);
});
each("result-callback", (c) => {
  expect(toHex(resultCallbackCalldata(c.taskId, c.ending, fromHex(c.payload)))).toBe(c.expected.data);
  const record = { sender: c.sender, secretContract: c.secretContract };
  expect(isResultCallback(effectOf(c.expected), record, c.status)).toBe(true);
  expect(isResultCallback(effectOf({ ...c.expected, kind: 3 - c.status }), record, c.status)).toBe(false);
  expect(isResultCallback(effectOf({ ...c.expected, target: c.secretContract }), record, c.status)).toBe(false);
});
each("private-event", (c) => {
  const domain = domainOf(c);
  const place = { secretContract: c.secretContract, taskId: c.taskId, index: c.index };
  const recipient = userKeyPair(fromHex(c.recipientSecretKey));
  const contract = userKeyPair(fromHex(c.contractSecretKey));
  const content = { topic: c.topic, args: fromHex(c.args) };
  expect(toHex(recipient.publicKey)).toBe(c.expected.recipientKey);
  const key = contractSessionKeys(contract, recipient.publicKey).output;
  const ciphertext = sealPrivateEvent(domain, key, place, content);
  expect(toHex(ciphertext)).toBe(c.expected.ciphertext);
  const log = { topics: c.expected.topics, data: fromHex(c.expected.data) };
  const event = { taskId: c.taskId, recipient: c.recipient, epoch: BigInt(c.epoch), ciphertext };
  expect(privateEventLog(event)).toEqual(log);
  expect(privateEventOf(log)).toEqual(event);
  const { output } = userSessionKeys(recipient, contract.publicKey);
  expect(openPrivateEvent(domain, output, place, ciphertext)).toEqual(content);
  const elsewhere = { ...place, index: place.index + 1 };
  expect(codeOf(() => openPrivateEvent(domain, output, elsewhere, ciphertext))).toBe("bad-ciphertext");
});
each("view-encryption", (c) => {
  const domain = domainOf(c);
  const place = { secretContract: c.secretContract, taskId: c.requestId };
  const contract = userKeyPair(fromHex(c.contractSecretKey));
  const user = userKeyPair(fromHex(c.responseSecretKey));
  const keys = userSessionKeys(user, contract.publicKey);
  const input = seal(keys.input, associatedData(domain, { tag: "viewInput", ...place }), fromHex(c.calldata));
  expect([toHex(user.publicKey), toHex(input)]).toEqual([c.expected.responseKey, c.expected.input]);
  expect(inputHash(input, user.publicKey)).toBe(c.expected.inputHash);
  const output = fromHex(c.expected.output);
  expect(keccak(output)).toBe(c.expected.outputHash);
  expect(toHex(open(keys.output, associatedData(domain, { tag: "viewOutput", ...place }), output))).toBe(c.answer);
});
each("view-permit", (c) => {
  const permit = { ...c.permit, epoch: BigInt(c.permit.epoch), expiryBlock: BigInt(c.permit.expiryBlock) };
  expect(viewPermitHash(permit)).toBe(c.expected.hash);
  expect(viewPermitDigest(domainOf(c), permit)).toBe(c.expected.digest);
  expect(recoverViewPermitSigner(domainOf(c), permit, fromHex(c.expected.signature))).toBe(c.expected.signer);
});
each("view-answer", (c) => {
  const answer = { ...c.answer, blockNumber: BigInt(c.answer.blockNumber) };
  expect(viewAnswerHash(answer)).toBe(c.expected.hash);
  expect(viewAnswerDigest(domainOf(c), answer)).toBe(c.expected.digest);
  expect(recoverViewAnswerSigner(domainOf(c), answer, fromHex(c.expected.signature))).toBe(c.expected.signer);
});
each("worker-registration", (c) => {
  const registration = { ...c.registration, encryptionKey: fromHex(c.registration.encryptionKey) };
  expect(workerRegistrationHash(registration)).toBe(c.expected.hash);
  expect(workerRegistrationDigest(domainOf(c), registration)).toBe(c.expected.digest);
  expect(recoverRegistrationSigner(domainOf(c), registration, fromHex(c.expected.signature))).toBe(c.expected.signer);
});
each("equivocation", (c) => {
  const first = { receipt: receiptFromJson(c.first), signature: fromHex(c.firstSignature) };
  const second = { receipt: receiptFromJson(c.second), signature: fromHex(c.secondSignature) };
  const convicted = c.expected ? c.signer : undefined;
  expect(equivocator(domainOf(c), first, second)).toBe(convicted);
  expect(equivocator(domainOf(c), second, first)).toBe(convicted);
  expect(areEquivocal(first.receipt, second.receipt)).toBe(c.expected || c.name.includes("by another enclave"));
});

function effectOf(json: Omit<VectorCase, "name">): Effect {
  const { kind, source, target, value, data } = json;
  return { kind, source, target, value: BigInt(value), data: fromHex(data) };
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return isEnigmaError(error) ? error.code : String(error);
  }
}
