/**
 * Gathers what is gossiped in one turn of the event loop into one message: each message costs a signature here and its
 * verification, decryption and system calls at every peer, whether it carries one task or fifty. A message that stands alone
 * does not wait: the turn ends at once.
 */

import { EnigmaError } from "../protocol/errors/enigma-error.ts";

interface Waiting<T> {
  readonly item: T;
  readonly bytes: number;
  readonly resolve: (bytes: number) => void;
  readonly reject: (error: unknown) => void;
}

export interface GossipOutboxOptions<T> {
  /** An upper bound of the bytes that an item takes in a message. */
  readonly sizeOf: (item: T) => number;
  /** Sends one message. */
  readonly send: (items: readonly T[]) => Promise<void>;
  readonly maxBytes: number;
  readonly maxItems: number;
}

export class GossipOutbox<T> {
  private readonly options: GossipOutboxOptions<T>;
  private waiting: Waiting<T>[] = [];

  constructor(options: GossipOutboxOptions<T>) {
    this.options = options;
  }

  /**
   * Resolves, when the item is on its way, to the bytes that it takes. @throws EnigmaError `gossip-too-large`
   */
  add(item: T): Promise<number> {
    const { sizeOf, maxBytes } = this.options;
    const bytes = sizeOf(item);
    if (bytes > maxBytes) return Promise.reject(new EnigmaError("gossip-too-large", { data: { bytes } }));
    if (this.waiting.length === 0) setImmediate(() => this.flush());
    return new Promise((resolve, reject) => this.waiting.push({ item, bytes, resolve, reject }));
  }

  private flush(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const message of this.split(waiting)) {
      this.options.send(message.map(({ item }) => item)).then(
        () => {
          for (const { resolve, bytes } of message) resolve(bytes);
        },
        (error: unknown) => {
          for (const { reject } of message) reject(error);
        },
      );
    }
  }

  /** Cuts what waits into messages within the bounds, in order. */
  private *split(waiting: readonly Waiting<T>[]): Generator<readonly Waiting<T>[]> {
    const { maxBytes, maxItems } = this.options;
    let start = 0;
    let bytes = 0;
    for (const [index, each] of waiting.entries()) {
      if (index > start && (bytes + each.bytes > maxBytes || index - start === maxItems)) {
        yield waiting.slice(start, index);
        start = index;
        bytes = 0;
      }
      bytes += each.bytes;
    }
    yield waiting.slice(start);
  }
}
