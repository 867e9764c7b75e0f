/**
 * Checks of what an enclave answers. The host trusts its enclave no more than it must: an answer that is not of the
 * expected shape is an error, not a surprise later on.
 */

/** Says whether a value has the shape. */
export type Shape<T> = (value: unknown) => value is T;

type Shaped<S> = S extends Shape<infer T> ? T : never;
type Shapes = Readonly<Record<string, Shape<unknown>>>;
type Optional<S extends Shapes> = { [K in keyof S]: undefined extends Shaped<S[K]> ? K : never }[keyof S];
type RecordOf<S extends Shapes> = { readonly [K in Exclude<keyof S, Optional<S>>]: Shaped<S[K]> } & {
  readonly [K in Optional<S>]?: Exclude<Shaped<S[K]>, undefined>;
};

const MAX_UINT = 2n ** 64n - 1n;

/** A byte string, of exactly `length` bytes where one is given. */
export function bytes(length?: number): Shape<Uint8Array> {
  return (value): value is Uint8Array =>
    value instanceof Uint8Array && (length === undefined || value.length === length);
}

/** An unsigned integer of at most 64 bits; CBOR gives small ones as numbers. */
export function uint(value: unknown): value is number | bigint {
  if (typeof value === "bigint") return value >= 0n && value <= MAX_UINT;
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

export function text(value: unknown): value is string {
  return typeof value === "string";
}

export function boolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}

/** The field may be left out. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value): value is T | undefined => value === undefined || shape(value);
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value): value is T | null => value === null || shape(value);
}

export function list<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(shape);
}

/** A map with these fields and no others. */
export function record<S extends Shapes>(shapes: S): Shape<RecordOf<S>> {
  return (value): value is RecordOf<S> => {
    if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Uint8Array)
      return false;
    const fields = value as Readonly<Record<string, unknown>>;
    const known = Object.entries(shapes).every(([name, shape]) => shape(fields[name]));
    return known && Object.keys(fields).every((name) => Object.hasOwn(shapes, name));
  };
}

/** Either of two shapes. */
export function either<A, B>(first: Shape<A>, second: Shape<B>): Shape<A | B> {
  return (value): value is A | B => first(value) || second(value);
}
