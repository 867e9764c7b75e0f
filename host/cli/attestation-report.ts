/** A node's attestation in words. */
import type { CollateralDates, QuoteCertificate, QuoteFields } from "../enclave/quote-fields.ts";
import type { QuotePins } from "../enclave/quote-verification.ts";
import type { Attestation } from "./attest-node.ts";
import type { Style } from "./style.ts";

type Line = readonly [name: string, value: string];

const NAME_WIDTH = 22;

export function attestationText(attestation: Attestation, style: Style): string {
  const { quote, collateral, role, signer, encryptionKey } = attestation;
  const lines: Line[] = [
    ["node", attestation.url],
    ["role", role],
    ["signing key", signer],
    ["encryption key", encryptionKey],
    ...(quote === null ? [["quote", "not readable: no SGX DCAP quote of version 3"] as const] : quoteLines(quote)),
    ["what it binds", bindingOf(attestation)],
    ["TCB status", tcbOf(attestation)],
    ...(collateral === null ? [["collateral", "not readable"] as const] : collateralLines(collateral)),
  ];
  const shown = lines.map(([name, value]) => `  ${style.dim(name.padEnd(NAME_WIDTH))} ${value}`);
  return [...shown, ...verdictLines(attestation, style)].join("\n");
}

function quoteLines(quote: QuoteFields): Line[] {
  const { quotingEnclave: qe } = quote;
  return [
    ["quote version", `${quote.version}`],
    [
      "attestation key type",
      quote.attestationKeyType === 2 ? "2, ECDSA P-256" : `${quote.attestationKeyType}, unknown`,
    ],
    ["trusted environment", quote.teeType === 0 ? "0, SGX" : `${quote.teeType}, not SGX`],
    ["quoting enclave", `id ${qe.id}, vendor ${qe.vendor}, SVN ${qe.svn}, PCE SVN ${qe.pceSvn}`],
    ["  its MRENCLAVE", qe.mrEnclave],
    ["  its MRSIGNER", `${qe.mrSigner}, product ${qe.isvProdId}, SVN ${qe.isvSvn}`],
    ["CPU SVN", quote.cpuSvn],
    ["attributes", `${quote.attributes}: ${quote.flags.join(", ")}`],
    ["debug", quote.debug ? "yes: its host can read its memory" : "no"],
    ["MRENCLAVE", quote.mrEnclave],
    ["MRSIGNER", quote.mrSigner],
    ["product id", `${quote.isvProdId}`],
    ["security version", `${quote.isvSvn}`],
    ["report data", quote.reportData],
    ...quote.certificates.map(certificateLine),
  ];
}

function certificateLine({ subject, validFrom, validTo }: QuoteCertificate, index: number): Line {
  return [`certificate ${index + 1}`, `${subject}, ${day(validFrom)} to ${day(validTo)}`];
}

function collateralLines({ tcbInfo, qeIdentity }: CollateralDates): Line[] {
  return [
    ["TCB information", `${day(tcbInfo.issueDate)} to ${day(tcbInfo.nextUpdate)}`],
    ["QE identity", `${day(qeIdentity.issueDate)} to ${day(qeIdentity.nextUpdate)}`],
  ];
}

function bindingOf({ accepted, refusal, role }: Attestation): string {
  if (accepted) return `both keys above, and the role ${role}`;
  return refusal?.code === "quote-report-data" ? "other keys or another role than the node says" : "not believed";
}

function tcbOf({ accepted, refusal }: Attestation): string {
  if (accepted) return "up to date: processor and quoting enclave";
  return refusal?.code === "quote-tcb-out-of-date" ? "out of date" : "not believed";
}

function verdictLines({ refusal, pinned, quote }: Attestation, style: Style): string[] {
  if (refusal !== null) {
    const { code, message, hint } = refusal;
    const permission = "  Local networks run debug enclaves: --allow-debug believes them.";
    const more = code === "quote-debug" && quote?.debug === true ? [style.dim(permission)] : [];
    return [
      `${style.red("refused")}: ${code}: ${message}`,
      style.dim(`  ${hint}`),
      ...more,
      ...pinLines(pinned, style),
    ];
  }
  const { mrEnclave, isvProdId, minIsvSvn, debug } = pinned;
  const flavour = debug ? "debug" : "release";
  return [
    `${style.green("accepted")}: the certificates lead to the root of the simulated processors, every signature holds, nothing is`,
    `  revoked or out of date, and it is the pinned ${flavour} enclave ${mrEnclave} of the pinned author,`,
    `  product ${isvProdId}, security version ${minIsvSvn} or later`,
    style.dim("  The processor is simulated: this shows how attestation works, and protects nothing."),
  ];
}

/** What was asked for, to compare with. */
function pinLines({ mrEnclave, mrSigner, isvProdId, minIsvSvn, debug }: QuotePins, style: Style): string[] {
  const lines: Line[] = [
    ["pinned MRENCLAVE", mrEnclave],
    ["pinned MRSIGNER", `${mrSigner}, product ${isvProdId}, SVN ${minIsvSvn} or later`],
    ["pinned debug", debug ? "yes" : "no"],
  ];
  return lines.map(([name, value]) => `  ${style.dim(name.padEnd(NAME_WIDTH))} ${value}`);
}

const day = (date: string): string => date.slice(0, 10);
