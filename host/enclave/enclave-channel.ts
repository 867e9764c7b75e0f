/** The way to one enclave, whether it runs in a process of its own or in this one. */
export interface EnclaveChannel {
  /**
   * Sends an ecall and returns the body of its answer. Calls may be sent without waiting for earlier answers; the enclave
   * answers them in order.
   * @throws what the enclave refuses with; `enclave-gone` where it ended first
   */
  call(ecall: string, body: unknown): Promise<Uint8Array>;

  /** Ends the enclave and resolves when it is gone. Calls that wait for an answer reject with `enclave-gone`. */
  close(): Promise<void>;

  /** Resolves when the enclave is gone, with the reason where it was not closed from here. Never rejects. */
  readonly closed: Promise<Error | undefined>;

  /** The id of the enclave's process; undefined where it runs in this one. */
  readonly pid: number | undefined;
}

export type EngineName = "v8" | "jco";

/** Which of V8's compilers run a contract: the first alone, or the second at once. Both give the same results and gas. */
export type V8Flag = "--liftoff-only" | "--no-liftoff";

/** What it takes to open a way to an enclave. */
export interface ChannelOptions {
  /** A built and signed enclave package. */
  readonly packageFolder: string;
  /** Where the simulated machine keeps its state. */
  readonly platformFolder: string;
  /** 32 bytes: a machine whose keys and randomness repeat. */
  readonly seed?: Uint8Array | undefined;
  /** Which engine runs contracts; jco's, the reference, in the debug package only. */
  readonly engine?: EngineName | undefined;
  /** Flags of the enclave's process. */
  readonly v8Flags?: readonly V8Flag[] | undefined;
  /** Ends the enclave when it aborts. */
  readonly signal?: AbortSignal | undefined;
}
