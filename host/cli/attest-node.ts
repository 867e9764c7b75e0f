/** `enigma attest`: what a node shows of its enclave, and whether it is to be believed. */
import { packageIdentity } from "../enclave/package-identity.ts";
import { type CollateralDates, type QuoteFields, readCollateral, readQuote } from "../enclave/quote-fields.ts";
import { type QuotePins, verifyAttestation } from "../enclave/quote-verification.ts";
import { type AttestationResult, parseAttestationResult } from "../protocol/attestation-rpc-types.ts";
import { EnigmaError, isEnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Hash, toHex } from "../protocol/hex.ts";
import { RpcClient } from "../rpc/rpc-client.ts";
import { attestationText } from "./attestation-report.ts";
import type { CommandResult } from "./command.ts";
import type { Output } from "./output.ts";

export interface AttestRequest {
  readonly url: string;
  readonly mrEnclave: Hash | undefined;
  readonly mrSigner: Hash | undefined;
  readonly allowDebug: boolean;
}

export interface Attestation {
  readonly url: string;
  readonly role: string;
  readonly signer: string;
  readonly encryptionKey: string;
  /** Null where the bytes are no quote, or no collateral. */
  readonly quote: QuoteFields | null;
  readonly collateral: CollateralDates | null;
  readonly pinned: QuotePins;
  readonly accepted: boolean;
  readonly refusal: EnigmaError | null;
}

/** @throws EnigmaError `gateway-unreachable`, `attestation-unavailable` */
export async function attestNode(request: AttestRequest, out: Output): Promise<CommandResult> {
  const shown = await out.during("asking the node for a quote", () => askNode(request.url));
  const attestation = judge(request, shown);
  return { json: attestation, text: attestationText(attestation, out.style), failed: !attestation.accepted };
}

function judge(request: AttestRequest, shown: AttestationResult): Attestation {
  const { url } = request;
  const { role, signer, encryptionKey } = shown;
  const quote = readQuote(shown.quote) ?? null;
  const collateral = readCollateral(shown.collateral) ?? null;
  const pinned = pinsOf(request, quote);
  const refusal = refusalOf(shown, pinned);
  const keys = { role, signer, encryptionKey: toHex(encryptionKey) };
  return { url, ...keys, quote, collateral, pinned, accepted: refusal === null, refusal };
}

/** The installed package's, but for what the user names. Debug is what the quote says, where the user allows that. */
function pinsOf({ mrEnclave, mrSigner, allowDebug }: AttestRequest, quote: QuoteFields | null): QuotePins {
  const debug = allowDebug && quote?.debug === true;
  const installed = packageIdentity(debug ? "debug" : "release");
  return {
    ...{ mrEnclave: mrEnclave ?? installed.mrEnclave, mrSigner: mrSigner ?? installed.mrSigner },
    ...{ isvProdId: installed.isvProdId, minIsvSvn: installed.isvSvn, debug },
  };
}

function refusalOf(shown: AttestationResult, pins: QuotePins): EnigmaError | null {
  try {
    verifyAttestation(shown, pins, BigInt(Math.floor(Date.now() / 1000)));
    return null;
  } catch (error) {
    if (isEnigmaError(error)) return error;
    throw error;
  }
}

/** A worker answers by one name, a principal by another. */
async function askNode(url: string): Promise<AttestationResult> {
  const node = new RpcClient(url, "gateway-unreachable");
  let cause: unknown;
  for (const method of ["enigma_getAttestation", "principal_getAttestation"]) {
    try {
      return parseAttestationResult(await node.call(method, {}));
    } catch (error) {
      if (!isForeign(error)) throw error;
      cause = error;
    }
  }
  throw new EnigmaError("attestation-unavailable", { data: { url }, cause });
}

/** Whether something else than a node of this version answered. */
const isForeign = (error: unknown): boolean =>
  (["unknown-method", "invalid-request", "invalid-params"] as const).some((code) => isEnigmaError(error, code));
