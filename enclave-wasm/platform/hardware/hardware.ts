/**
 * The simulated machine that an enclave process runs on: "the CPU".
 *
 * It lives in the enclave's process, below the enclave: the loader opens it, hands it the files of an enclave package, and
 * gives the enclave the interface that comes back. The interface is bound to the identity that was measured, so an enclave
 * cannot ask for another one's keys; no message of the process carries the machine's secrets, so the host (another process)
 * cannot either. The machine's state is one file in a folder of its own, the only place that the process may write to.
 *
 * It protects nothing from whoever can read that file: it is there so that protocols can be developed and tested.
 */
import { randomFillSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { Identity, initSync, Platform } from "../../dist/platform/platform.js";
import { HardwareError } from "./hardware-error.ts";
import { type MeasuredFile, measure } from "./measure.ts";
import { NvramFile } from "./nvram-file.ts";
import { type EnclaveIdentity, readSignatureStructure } from "./signature-structure.ts";

/** Whom a sealing key is bound to: this measurement, or this product of its author in this and later versions. */
export type SealPolicy = "mrenclave" | "mrsigner";

/** What the machine does for one enclave. Every call may throw a `HardwareError`. */
export interface EnclaveHardware {
  readonly identity: EnclaveIdentity;
  /** SGX DCAP quote, version 3, over 64 bytes of the enclave's choice. */
  quote(reportData: Uint8Array): Uint8Array;
  /** What a verifier needs beside the quote: CBOR. */
  collateral(): Uint8Array;
  /** Sealing key, 32 bytes. `svn` is at most the enclave's own (`platform-svn`), `keyId` is 32 bytes. */
  sealKey(policy: SealPolicy, svn: number, keyId: Uint8Array): Uint8Array;
  /** Monotonic counter of this enclave (author, product, debug attribute): 0 before the first increment. */
  counterRead(): bigint;
  /** Adds one; the new value is on disk when it is returned. */
  counterIncrement(): bigint;
  /** 0 to 65,536 random bytes. */
  random(length: number): Uint8Array;
}

export interface HardwareOptions {
  /** 32 bytes, others for each machine: makes its keys and randomness repeatable. Without it they come from the system. */
  readonly seed?: Uint8Array | undefined;
}

const MAX_RANDOM = 65_536;
const KEY_LENGTH = 32;

let loaded = false;

/**
 * Opens the machine whose state lies in `folder`, or makes a new one there.
 * @throws {HardwareError} `platform-altered`, `platform-version`, `platform-seed`, `platform-argument`,
 *   `platform-read-failed`, `platform-write-failed`; nothing stored is replaced
 */
export function openHardware(folder: string, options: HardwareOptions = {}): Hardware {
  loadPlatform();
  const file = new NvramFile(folder);
  const stored = file.read();
  const { seed } = options;
  return guarded(() => {
    if (stored === undefined) {
      const platform = Platform.create(seed, randomFillSync(new Uint8Array(KEY_LENGTH)));
      file.write(platform.nvram());
      return new Hardware(platform, file);
    }
    const platform = Platform.open(stored);
    if (seed !== undefined && !platform.isMadeFrom(seed)) throw new HardwareError("platform-seed");
    return new Hardware(platform, file);
  });
}

/** One simulated machine. Made by `openHardware`. */
export class Hardware {
  readonly #platform: Platform;
  readonly #file: NvramFile;
  #fault: HardwareError | undefined;

  constructor(platform: Platform, file: NvramFile) {
    this.#platform = platform;
    this.#file = file;
  }

  /**
   * Measures an enclave package and gives its enclave the machine.
   * @param structure the package's signature structure
   * @throws {HardwareError} `enclave-signature`, or `enclave-measurement` where the files are not those that were signed
   */
  launch(files: readonly MeasuredFile[], structure: Uint8Array): EnclaveHardware {
    const identity = readSignatureStructure(structure);
    if (Buffer.compare(measure(files), identity.mrEnclave) !== 0) throw new HardwareError("enclave-measurement");
    return this.#bind(identity);
  }

  #bind(identity: EnclaveIdentity): EnclaveHardware {
    const platform = this.#platform;
    const { mrEnclave, mrSigner, isvProdId, isvSvn, debug } = identity;
    const bound = new Identity(mrEnclave, mrSigner, isvProdId, isvSvn, debug);
    return Object.freeze({
      identity: Object.freeze(identity),
      quote: (reportData: Uint8Array) => this.#read(() => platform.quote(bound, reportData)),
      collateral: () => this.#read(() => platform.collateral()),
      sealKey: (policy: SealPolicy, svn: number, keyId: Uint8Array) => {
        requireArgument(policy === "mrenclave" || policy === "mrsigner");
        requireArgument(Number.isInteger(svn) && svn >= 0 && svn <= 0xffff);
        return this.#read(() => platform.sealKey(bound, policy === "mrsigner", svn, keyId));
      },
      counterRead: () => this.#read(() => platform.counterRead(bound)),
      counterIncrement: () => this.#change(() => platform.counterIncrement(bound)),
      random: (length: number) => this.#random(length),
    });
  }

  #random(length: number): Uint8Array {
    requireArgument(Number.isInteger(length) && length >= 0 && length <= MAX_RANDOM);
    return this.#platform.isSeeded
      ? this.#change(() => this.#platform.random(length))
      : randomFillSync(new Uint8Array(length));
  }

  #read<T>(call: () => T): T {
    if (this.#fault !== undefined) throw this.#fault;
    return guarded(call);
  }

  /**
   * Stores the new state before the result is used. Where that fails, memory is ahead of the disk: the machine stops, as
   * answering further would promise what a restart takes back.
   */
  #change<T>(call: () => T): T {
    const result = this.#read(call);
    try {
      this.#file.write(this.#platform.nvram());
    } catch (thrown) {
      this.#fault = thrown instanceof HardwareError ? thrown : HardwareError.fromPlatform(thrown);
      throw this.#fault;
    }
    return result;
  }
}

function loadPlatform(): void {
  if (loaded) return;
  initSync({ module: readFileSync(new URL("../../dist/platform/platform_bg.wasm", import.meta.url)) });
  loaded = true;
}

function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    throw thrown instanceof HardwareError ? thrown : HardwareError.fromPlatform(thrown);
  }
}

function requireArgument(holds: boolean): void {
  if (!holds) throw new HardwareError("platform-argument");
}
