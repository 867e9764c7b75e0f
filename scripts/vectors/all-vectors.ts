import { contractKeyVectors, epochSeedVectors, randomStreamVectors } from "./derivation-vectors.ts";
import * as encryption from "./encryption-vectors.ts";
import * as hashes from "./hash-vectors.ts";
import { deltaVectors, endingVectors } from "./plaintext-vectors.ts";
import * as published from "./published-vectors.ts";
import type { Vector } from "./sample-values.ts";
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
    ending: endingVectors(),
    epoch: typedData.epochVectors(),
    "epoch-seed": epochSeedVectors(),
    hkdf: published.hkdfVectors(),
    "input-hash": hashes.inputHashVectors(),
    "log-entry": hashes.logEntryVectors(),
    "outcome-slot": hashes.outcomeSlotVectors(),
    padding: encryption.paddingVectors(),
    "padding-refused": encryption.paddingRefusedVectors(),
    "random-stream": randomStreamVectors(),
    receipt: typedData.receiptVectors(),
    "recover-signer": published.recoverSignerVectors(),
    selection: hashes.selectionVectors(),
    "session-keys": encryption.sessionKeyVectors(),
    "session-keys-refused": encryption.sessionKeyRefusedVectors(),
    "signature-refused": typedData.signatureRefusedVectors(),
    snapshot: hashes.snapshotVectors(),
    "task-id": hashes.taskIdVectors(),
    "task-record": hashes.taskRecordVectors(),
    x25519: published.x25519Vectors(),
    xchacha20poly1305: published.xchachaVectors(),
  };
}

/** A vector file's text. */
export function vectorText(vectors: readonly Vector[]): string {
  return `${JSON.stringify(vectors, null, 2)}\n`;
}
