import { createHash, hkdfSync, randomBytes } from "node:crypto";

/** A source of random bytes: `length` fresh bytes for every call. */
export type RandomBytes = (length: number) => Uint8Array;

/**
 * Everything that a network draws, from one seed or from the operating system.
 *
 * Each part of the network draws from a stream of its own, named by a label, so that what one part draws does not shift what
 * another gets: two runs with the same seed are equal even when their parts start in another order.
 */
export interface NetworkRandomness {
  /** Whether the network is to repeat itself byte for byte. */
  readonly seeded: boolean;
  /** 32 bytes for the named part, or undefined where nothing is to be repeated. */
  seedFor(label: string): Uint8Array | undefined;
  /** The named part's own stream. */
  streamFor(label: string): RandomBytes;
}

/** Randomness of a network; `seed` makes it repeatable. */
export function networkRandomness(seed: Uint8Array | undefined): NetworkRandomness {
  if (seed === undefined) {
    return {
      seeded: false,
      seedFor: () => undefined,
      streamFor: () => (length) => new Uint8Array(randomBytes(length)),
    };
  }
  const seedFor = (label: string) => derive(seed, label, 32);
  return { seeded: true, seedFor, streamFor: (label) => stream(seedFor(label)) };
}

function stream(seed: Uint8Array): RandomBytes {
  const { take } = new SeededStream(seed);
  return take;
}

/** A stream that can be taken up again where it was. */
export class SeededStream {
  /** Draws so far. */
  position: number;
  readonly #seed: Uint8Array;

  constructor(seed: Uint8Array, position = 0) {
    this.#seed = seed;
    this.position = position;
  }

  readonly take: RandomBytes = (length) => derive(this.#seed, `call ${this.position++}`, length);
}

/** HKDF-SHA256 (RFC 5869) without salt. */
function derive(key: Uint8Array, label: string, length: number): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", key, new Uint8Array(), `enigma/v1/network ${label}`, length));
}

/** Tells networks with different seeds apart without showing the seed; null without one. */
export function seedFingerprint(seed: Uint8Array | undefined): string | null {
  return seed === undefined ? null : `0x${createHash("sha256").update("enigma/v1/seed").update(seed).digest("hex")}`;
}
