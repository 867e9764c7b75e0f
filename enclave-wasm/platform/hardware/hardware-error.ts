/** Codes of the error registry that the simulated hardware throws. */
export type HardwareErrorCode =
  | "platform-altered"
  | "platform-version"
  | "platform-seed"
  | "platform-read-failed"
  | "platform-write-failed"
  | "platform-svn"
  | "platform-argument"
  | "platform-exhausted"
  | "platform-not-seeded"
  | "platform-internal"
  | "enclave-signature"
  | "enclave-measurement";

const CODES: ReadonlySet<string> = new Set<HardwareErrorCode>([
  "platform-altered",
  "platform-version",
  "platform-seed",
  "platform-read-failed",
  "platform-write-failed",
  "platform-svn",
  "platform-argument",
  "platform-exhausted",
  "platform-not-seeded",
  "platform-internal",
  "enclave-signature",
  "enclave-measurement",
]);

/**
 * A refusal or fault of the simulated hardware. It is not the host's `EnigmaError`: the hardware stands below the host and
 * imports nothing of it. Sentence and hint of `code` are in the host's registry. It never carries a secret.
 */
export class HardwareError extends Error {
  override readonly name: string = "HardwareError";
  readonly code: HardwareErrorCode;

  constructor(code: HardwareErrorCode, options: { detail?: string; cause?: unknown } = {}) {
    super(options.detail === undefined ? code : `${code}: ${options.detail}`, { cause: options.cause });
    this.code = code;
  }

  /** What the platform's WASM threw: an `Error` whose message is the code. Anything else is a fault of the simulator. */
  static fromPlatform(thrown: unknown): HardwareError {
    const message = thrown instanceof Error ? thrown.message : "";
    return CODES.has(message)
      ? new HardwareError(message as HardwareErrorCode)
      : new HardwareError("platform-internal", { cause: thrown });
  }
}
