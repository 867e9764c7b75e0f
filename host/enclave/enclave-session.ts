/** An enclave with its keys: what `start-enclave` builds all roles on. */
import type { Shape } from "./answer-shape.ts";
import { bytes, record } from "./answer-shape.ts";
import { decodeShape } from "./ecall-frame.ts";
import type { EnclaveChannel } from "./enclave-channel.ts";
import type { Enclave, EnclaveIdentity, Quote } from "./enclave-client.ts";

const quoteShape = record({ quote: bytes(), collateral: bytes() });

/** Sends an ecall and checks its answer. @throws what the enclave refuses with; `enclave-answer-malformed` */
export async function ecall<T>(channel: EnclaveChannel, name: string, body: unknown, shape: Shape<T>): Promise<T> {
  return decodeShape(await channel.call(name, body), shape);
}

export class EnclaveSession implements Enclave {
  readonly identity: EnclaveIdentity;
  readonly pid: number | undefined;
  protected readonly channel: EnclaveChannel;

  constructor(channel: EnclaveChannel, identity: EnclaveIdentity) {
    this.channel = channel;
    this.identity = identity;
    this.pid = channel.pid;
  }

  get closed(): Promise<Error | undefined> {
    return this.channel.closed;
  }

  quote(): Promise<Quote> {
    return this.ecall("quote", {}, quoteShape);
  }

  close(): Promise<void> {
    return this.channel.close();
  }

  protected ecall<T>(name: string, body: unknown, shape: Shape<T>): Promise<T> {
    return ecall(this.channel, name, body, shape);
  }
}
