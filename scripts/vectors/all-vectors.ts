import { contractKeyVectors, epochSeedVectors, randomStreamVectors } from "./derivation-vectors.ts";
import * as effects from "./effect-vectors.ts";
import * as encryption from "./encryption-vectors.ts";
import * as hashes from "./hash-vectors.ts";
import { privateEventVectors, viewEncryptionVectors } from "./message-vectors.ts";
import { deltaVectors, endingVectors } from "./plaintext-vectors.ts";
import * as published from "./published-vectors.ts";
import type { Vector } from "./sample-values.ts";
import * as signed from "./signed-message-vectors.ts";
import * as typedData from "./typed-data-vectors.ts";

/** Every vector file of test/vectors, by name. Pure: the same content in every run. */
export function allVectors(): Readonly<Record<string, readonly Vector[]>> {
  return {
    aead: encryption.aeadVectors(),
    "aead-refused": encryption.aeadRefusedVectors(),
    "associated-data": encryption.associatedDataVectors(),
    chacha20: published.chacha20Vectors(),
    "contract-address": hashes.contractAddressVectors(),
    "contract-key": contractKeyVectors(),
    "contract-key-certificate": typedData.contractKeyCertificateVectors(),
    delta: deltaVectors(),
    "domain-tag": hashes.domainTagVectors(),
    "effects-hash": effects.effectsHashVectors(),
    ending: endingVectors(),
    epoch: typedData.epochVectors(),
    "epoch-seed": epochSeedVectors(),
    equivocation: signed.equivocationVectors(),
    hkdf: published.hkdfVectors(),
    "input-hash": hashes.inputHashVectors(),
    "log-entry": hashes.logEntryVectors(),
    "outcome-slot": hashes.outcomeSlotVectors(),
    padding: encryption.paddingVectors(),
    "padding-refused": encryption.paddingRefusedVectors(),
    "private-event": privateEventVectors(),
    "random-stream": randomStreamVectors(),
    receipt: typedData.receiptVectors(),
    "recover-signer": published.recoverSignerVectors(),
    "result-callback": effects.resultCallbackVectors(),
    selection: hashes.selectionVectors(),
    "session-keys": encryption.sessionKeyVectors(),
    "session-keys-refused": encryption.sessionKeyRefusedVectors(),
    "signature-refused": typedData.signatureRefusedVectors(),
    snapshot: hashes.snapshotVectors(),
    "task-id": hashes.taskIdVectors(),
    "task-record": hashes.taskRecordVectors(),
    "touches-hash": effects.touchesHashVectors(),
    "touches-refused": effects.touchesRefusedVectors(),
    "view-answer": signed.viewAnswerVectors(),
    "view-encryption": viewEncryptionVectors(),
    "view-permit": signed.viewPermitVectors(),
    "worker-registration": signed.workerRegistrationVectors(),
    x25519: published.x25519Vectors(),
    xchacha20poly1305: published.xchachaVectors(),
  };
}

/** A vector file's text. */
export function vectorText(vectors: readonly Vector[]): string {
  return `${JSON.stringify(vectors, null, 2)}\n`;
}
