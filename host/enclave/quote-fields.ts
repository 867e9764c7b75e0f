/** The fields of an SGX DCAP quote, version 3, for people. Reading believes nothing: `quote-verification.ts` decides. */
import { X509Certificate } from "node:crypto";
import { decode } from "cborg";
import { type Hash, type Hex, hashFromBytes, toHex } from "../protocol/hex.ts";

/** Places of the layout (Intel SGX ECDSA QuoteLibReference), in bytes. */
const AT = {
  ...{ version: 0, keyType: 2, teeType: 4, qeSvn: 8, pceSvn: 10, qeVendor: 12, qeId: 28 },
  ...{ cpuSvn: 48, attributes: 96, mrEnclave: 112, mrSigner: 176, isvProdId: 304, isvSvn: 306, reportData: 368 },
  ...{ qeMrEnclave: 628, qeMrSigner: 692, qeIsvProdId: 820, qeIsvSvn: 822, qeAuthLength: 1012, qeAuth: 1014 },
} as const;
/** Type and length of the certification data. */
const CERTIFICATION_HEADER = 6;
/** Bits of the first byte of the attributes. */
const DEBUG = 0x02;
const FLAGS = { initialised: 0x01, debug: DEBUG, "64-bit": 0x04 } as const;
const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

export interface QuoteCertificate {
  readonly subject: string;
  readonly issuer: string;
  readonly validFrom: string;
  readonly validTo: string;
}

export interface QuoteFields {
  readonly version: number;
  readonly attestationKeyType: number;
  readonly teeType: number;
  readonly quotingEnclave: {
    readonly vendor: Hex;
    readonly id: Hex;
    readonly svn: number;
    readonly pceSvn: number;
    readonly mrEnclave: Hash;
    readonly mrSigner: Hash;
    readonly isvProdId: number;
    readonly isvSvn: number;
  };
  readonly cpuSvn: Hex;
  readonly attributes: Hex;
  /** Attributes by name: "initialised", "debug", "64-bit". */
  readonly flags: readonly string[];
  readonly debug: boolean;
  readonly mrEnclave: Hash;
  readonly mrSigner: Hash;
  readonly isvProdId: number;
  readonly isvSvn: number;
  readonly reportData: Hex;
  /** From the processor's certificate to the root. */
  readonly certificates: readonly QuoteCertificate[];
}

/** Undefined where the bytes are no such quote. */
export function readQuote(quote: Uint8Array): QuoteFields | undefined {
  if (quote.length < AT.qeAuth + CERTIFICATION_HEADER) return undefined;
  const view = new DataView(quote.buffer, quote.byteOffset, quote.byteLength);
  const u16 = (at: number) => view.getUint16(at, true);
  const hex = (at: number, length: number) => toHex(quote.subarray(at, at + length));
  const hash = (at: number) => hashFromBytes(quote.subarray(at, at + 32));
  const certificates = readCertificates(quote.subarray(AT.qeAuth + u16(AT.qeAuthLength) + CERTIFICATION_HEADER));
  if (certificates === undefined) return undefined;
  return {
    ...{ version: u16(AT.version), attestationKeyType: u16(AT.keyType), teeType: view.getUint32(AT.teeType, true) },
    quotingEnclave: {
      ...{ vendor: hex(AT.qeVendor, 16), id: hex(AT.qeId, 16), svn: u16(AT.qeSvn), pceSvn: u16(AT.pceSvn) },
      ...{ mrEnclave: hash(AT.qeMrEnclave), mrSigner: hash(AT.qeMrSigner) },
      ...{ isvProdId: u16(AT.qeIsvProdId), isvSvn: u16(AT.qeIsvSvn) },
    },
    ...{ cpuSvn: hex(AT.cpuSvn, 16), attributes: hex(AT.attributes, 16) },
    flags: Object.entries(FLAGS).flatMap(([name, bit]) => (view.getUint8(AT.attributes) & bit ? [name] : [])),
    debug: (view.getUint8(AT.attributes) & DEBUG) !== 0,
    ...{ mrEnclave: hash(AT.mrEnclave), mrSigner: hash(AT.mrSigner) },
    ...{ isvProdId: u16(AT.isvProdId), isvSvn: u16(AT.isvSvn), reportData: hex(AT.reportData, 64) },
    certificates,
  };
}

function readCertificates(pem: Uint8Array): QuoteCertificate[] | undefined {
  try {
    return [...Buffer.from(pem).toString("latin1").matchAll(PEM)].map(([text]) => {
      const { subject, issuer, validFromDate, validToDate } = new X509Certificate(text);
      return {
        ...{ subject: oneLine(subject), issuer: oneLine(issuer) },
        ...{ validFrom: validFromDate.toISOString(), validTo: validToDate.toISOString() },
      };
    });
  } catch {
    return undefined;
  }
}

/** Names are the node's word: nothing in them may steer a terminal. */
const oneLine = (name: string): string => name.replaceAll("\n", ", ").replace(/\p{C}/gu, "?");

/** From when to when statements of the collateral hold. */
export interface CollateralDates {
  readonly tcbInfo: { readonly issueDate: string; readonly nextUpdate: string };
  readonly qeIdentity: { readonly issueDate: string; readonly nextUpdate: string };
}

/** Undefined where the bytes are no collateral. */
export function readCollateral(collateral: Uint8Array): CollateralDates | undefined {
  try {
    const { tcbInfo, qeIdentity } = decode(collateral) as Record<string, string>;
    return { tcbInfo: dates(tcbInfo), qeIdentity: dates(qeIdentity) };
  } catch {
    return undefined;
  }
}

function dates(json: string | undefined): { issueDate: string; nextUpdate: string } {
  const { issueDate, nextUpdate } = JSON.parse(json ?? "") as Record<string, unknown>;
  return { issueDate: isoDate(issueDate), nextUpdate: isoDate(nextUpdate) };
}

/** @throws RangeError where it is no date */
const isoDate = (value: unknown): string => new Date(String(value)).toISOString();
