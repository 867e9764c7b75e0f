/** What a simulation answers for a call, from its bytes (`enclave-wasm/core/src/simulation/report.rs`). */
import { type Effect, effectFromCbor } from "../../protocol/effect.ts";
import { decodeEnding, type TaskEnding } from "../../protocol/ending.ts";
import type { Observed, OpenedEvent } from "../contract/executor.ts";

export interface Report {
  readonly ending: TaskEnding;
  readonly observed: Observed;
  readonly opened: readonly OpenedEvent[];
  /** Whether a value is another than before. */
  readonly changed: boolean;
}

const NO_EFFECTS: readonly Effect[] = [];
const NOTHING_OPENED: readonly OpenedEvent[] = [];

/** Reads a report. @throws EnigmaError `encoding-malformed`, which the enclave gives no cause for */
export function decodeReport(bytes: Uint8Array): Report {
  const reader = new Reader(bytes);
  const gasUsed = reader.u64();
  const outputBytes = reader.u32();
  const changed = reader.u8() === 1;
  const deltaBytes: number[] = [];
  const checkpointBytes: number[] = [];
  for (let left = reader.u8(); left > 0; left -= 1) {
    deltaBytes.push(reader.u32());
    checkpointBytes.push(reader.u32());
  }
  const effects = reader.list(NO_EFFECTS, () => reader.effect());
  const opened = reader.list(NOTHING_OPENED, () => ({ index: reader.u8(), plaintext: reader.bytes(reader.u32()) }));
  const ending = decodeEnding(reader.rest());
  const committed = ending.name === "returned";
  return {
    ...{ ending, opened, changed },
    observed: {
      ...{ status: committed ? "committed" : "failed", gasUsed, outputBytes, deltaBytes, checkpointBytes },
      // A view returns and appends nothing.
      stateChanged: deltaBytes.length > 0,
      effects,
    },
  };
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  u32(): number {
    return this.#view.getUint32(this.#skip(4));
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#skip(8));
  }

  bytes(length: number): Uint8Array {
    const start = this.#skip(length);
    return this.#bytes.slice(start, start + length);
  }

  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  list<T>(none: readonly T[], item: () => T): readonly T[] {
    const count = this.u8();
    return count === 0 ? none : Array.from({ length: count }, item);
  }

  effect(): Effect {
    const kind = this.u8();
    const [source, target, value] = [this.bytes(20), this.bytes(20), this.bytes(32)];
    return effectFromCbor({ kind, source, target, value, data: this.bytes(this.u32()) });
  }

  #skip(length: number): number {
    const start = this.#at;
    this.#at += length;
    return start;
  }
}
