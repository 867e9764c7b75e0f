/** Contracts run in this process by the enclave's own core, engine and metering: a simulation, with its debug logs and its traces. */
import { EnigmaError, type ErrorCode } from "../../protocol/errors/enigma-error.ts";
import { type Address, addressFromBytes } from "../../protocol/hex.ts";
import { MAX_TOUCHES } from "../../protocol/limits.ts";
import {
  type DebugPackage,
  type Deployment,
  type HostFunctions,
  loadDebugPackage,
  type ModuleCache,
  type RawCall,
  type RawSimulation,
} from "./debug-package.ts";
import { decodeReport, type Report } from "./report.ts";
import { type RecordedRun, Tracer } from "./tracer.ts";

/** A line that a contract logged. */
export interface LogLine {
  readonly contract: Address;
  readonly text: string;
}

/** When something ran, to run it again. */
export interface Moment {
  readonly position: bigint;
  readonly epoch: bigint;
  readonly number: bigint;
  readonly timestamp: bigint;
}

/** What a run gave, with what it logged. */
export interface Ran extends Report {
  readonly lines: readonly LogLine[];
  /** The report as the enclave wrote it. */
  readonly report: Uint8Array;
}

const NO_LINES: readonly LogLine[] = [];

/** Calls and deployments by plain bytes. */
export class Simulation {
  readonly #raw: RawSimulation;
  readonly #package: DebugPackage;
  readonly #tracer: Tracer;
  readonly #lines: LogLine[];

  private constructor(raw: RawSimulation, debug: DebugPackage, tracer: Tracer, lines: LogLine[]) {
    this.#raw = raw;
    this.#package = debug;
    this.#tracer = tracer;
    this.#lines = lines;
  }

  /**
   * Starts a simulation without contracts.
   *
   * @param seed 32 bytes
   * @param enigma address of the Enigma contract that it stands beside, 20 bytes
   */
  static async start(seed: Uint8Array, chainId: bigint, enigma: Uint8Array): Promise<Simulation> {
    const debug = await loadDebugPackage();
    const { glue, memory, enclaveHost, v8Engine } = debug;
    const lines: LogLine[] = [];
    const prices = (rules: number): unknown => JSON.parse(glue.hostPrices(rules) ?? "null");
    const host = (cache: () => ModuleCache): HostFunctions =>
      enclaveHost(glue, memory, (...called) => cache().runCalled(...called));
    const plain: ModuleCache = new debug.ModuleCache(
      logging(
        host(() => plain),
        lines,
      ),
      prices,
      v8Engine,
    );
    const tracer = new Tracer();
    const traced: ModuleCache = new debug.ModuleCache(tracer.host(host(() => traced)), prices, (known) =>
      tracer.engine((options) => v8Engine(known, options)),
    );
    return new Simulation(new glue.Simulation(seed, chainId, enigma, plain, traced), debug, tracer, lines);
  }

  /** Loads a module; its code hash. */
  load(module: Uint8Array): Uint8Array {
    return answered(() => this.#raw.load(module));
  }

  /** Names of a loaded module's functions. */
  functionNames(codeHash: Uint8Array): readonly string[] {
    return answered(() => this.#raw.functionNames(codeHash));
  }

  /** The block of what is run from now on. */
  setBlock(epoch: bigint, number: bigint, timestamp: bigint): void {
    this.#raw.setBlock(epoch, number, timestamp);
  }

  get position(): bigint {
    return this.#raw.position();
  }

  /** @throws EnigmaError `contract-not-deployed`, `touches-invalid`, `engine-fault` */
  deploy(...deployment: Deployment): Ran {
    return this.#ran(() => this.#raw.deploy(...deployment));
  }

  /** @throws as `deploy` */
  call(...call: RawCall): Ran {
    return this.#ran(() => this.#raw.call(...call));
  }

  /** Runs a call again. @throws EnigmaError `trace-unavailable` */
  traceCall(call: RawCall, moment: Moment): RecordedRun {
    return this.#tracer.record(() => answered(() => this.#raw.traceCall(...call, this.#place(moment))));
  }

  /** Runs a deployment again. @throws EnigmaError `trace-unavailable` */
  traceDeployment(deployment: Deployment, moment: Moment): RecordedRun {
    return this.#tracer.record(() => answered(() => this.#raw.traceDeployment(...deployment, this.#place(moment))));
  }

  snapshot(number: number): void {
    this.#raw.snapshot(number);
  }

  /** @throws EnigmaError `snapshot-unknown` */
  revert(number: number): void {
    answered(() => this.#raw.revert(number));
  }

  /** Gives back the memory. */
  close(): void {
    this.#raw.free();
  }

  #ran(run: () => Uint8Array): Ran {
    this.#lines.length = 0;
    const report = answered(run);
    return { ...decodeReport(report), report, lines: this.#lines.length === 0 ? NO_LINES : this.#lines.splice(0) };
  }

  #place({ position, epoch, number, timestamp }: Moment): object {
    return new this.#package.glue.TracePlace(position, epoch, number, timestamp);
  }
}

/** Host functions that also keep what contracts log. */
function logging(host: HostFunctions, lines: LogLine[]): HostFunctions {
  const decoder = new TextDecoder();
  return {
    ...host,
    debugLog(message) {
      host.debugLog(message);
      lines.push({ contract: addressFromBytes(host.selfAddress()), text: decoder.decode(message) });
    },
  };
}

/** Codes that the enclave's package puts before the colon of its errors. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  "contract-unknown": "contract-unknown",
  "contract-exists": "contract-exists",
  "touches-invalid": "touches-invalid",
  "history-gone": "trace-unavailable",
  "snapshot-unknown": "snapshot-unknown",
  "engine-fault": "engine-fault",
};

function answered<T>(ask: () => T): T {
  try {
    return ask();
  } catch (cause) {
    const [code = "", detail = ""] = cause instanceof Error ? cause.message.split(": ", 2) : [];
    const known = CODES[code];
    if (known === undefined) throw cause;
    throw new EnigmaError(known, { data: { reason: detail, most: MAX_TOUCHES }, cause });
  }
}
