/** Verifies quotes outside of an enclave, with the code that enclaves verify each other with. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { initSync, QuotePolicy, verifyQuote } from "../../enclave-wasm/dist/platform/platform.js";
import { WordWriter } from "../protocol/abi-words.ts";
import type { AttestationResult } from "../protocol/attestation-rpc-types.ts";
import { EnigmaError, isErrorCode } from "../protocol/errors/enigma-error.ts";
import { fromHex, type Hash, toHex } from "../protocol/hex.ts";
import { keccak } from "../protocol/keccak.ts";
import { platformPackageFolder } from "./package-folder.ts";
import { readQuote } from "./quote-fields.ts";

/** Which enclave is believed. */
export interface QuotePins {
  readonly mrEnclave: Hash;
  readonly mrSigner: Hash;
  readonly isvProdId: number;
  readonly minIsvSvn: number;
  readonly debug: boolean;
}

const LABEL = new TextEncoder().encode("enigma/v1/report-data");
const ROLE_NUMBERS = { principal: 1, worker: 2 } as const;

let loaded = false;

/**
 * Verifies a node's quote under the root of the simulated processors, and that it binds the node's keys and role.
 * @param now seconds since 1970
 * @throws EnigmaError `quote-…`, the first reason to refuse it
 */
export function verifyAttestation(shown: AttestationResult, pins: QuotePins, now: bigint): void {
  loadVerifier();
  const { mrEnclave, mrSigner, isvProdId, minIsvSvn, debug } = pins;
  const policy = new QuotePolicy(fromHex(mrEnclave), fromHex(mrSigner), isvProdId, minIsvSvn, debug);
  try {
    verifyQuote(shown.quote, shown.collateral, policy, now);
  } catch (thrown) {
    const code = thrown instanceof Error ? thrown.message : "";
    if (!isErrorCode(code)) throw thrown;
    throw new EnigmaError(code);
  } finally {
    policy.free();
  }
  if (readQuote(shown.quote)?.reportData !== reportDataOf(shown)) throw new EnigmaError("quote-report-data");
}

/** The 64 bytes by which a quote binds an enclave's keys and role. */
function reportDataOf({ signer, encryptionKey, role }: AttestationResult): string {
  const words = new WordWriter(4).hash(keccak(LABEL)).number(ROLE_NUMBERS[role], 8).address(signer).word(encryptionKey);
  return toHex(Buffer.concat([fromHex(keccak(words.bytes)), new Uint8Array(32)]));
}

function loadVerifier(): void {
  if (loaded) return;
  initSync({ module: readFileSync(path.join(platformPackageFolder(), "platform_bg.wasm")) });
  loaded = true;
}
