// How a host function takes its arguments from the guest and hands over its answer, by the shape of its signature.

import type { Guest } from "./canonical-abi.ts";
import { hostArgument } from "./canonical-abi.ts";
import { answerOf } from "./host-answer.ts";
import type { HostFunctions, HostParameter, HostPrice } from "./host-functions.ts";

/** A lowered host function. */
export type Import = (...words: (number | bigint)[]) => number | bigint | undefined;
export type Bytes = Uint8Array;
/** Hands a host function's answer to the guest; `area` is the return pointer where there is one. */
type Lower<T> = (answer: T, area: number) => number | bigint | undefined;

/** A guest that has no instance yet when its imports are made. */
export interface GuestSlot {
  guest: Guest;
}

/** What imports are bound to beside the guest: the host of the run that is under way. */
export interface RunSlot extends GuestSlot {
  host: HostFunctions;
}

/** Imports by the shape of their parameters. */
export function shapes({ base, byteIn, params }: HostPrice, slot: GuestSlot) {
  const [first, second, third, fourth] = params as readonly [
    HostParameter,
    HostParameter,
    HostParameter,
    HostParameter,
  ];
  return {
    none:
      <T>(ask: () => T, lower: Lower<T>): Import =>
      (area) => {
        const { guest } = slot;
        guest.enterHost();
        guest.charge(base);
        return lower(answerOf(ask), area as number);
      },
    one:
      <T>(ask: (a: Bytes) => T, lower: Lower<T>): Import =>
      (pointer, length, area) => {
        const { guest } = slot;
        guest.enterHost();
        const a = guest.read(pointer as number, length as number);
        check(a.length, first);
        guest.charge(base + byteIn * a.length);
        return lower(
          answerOf(() => ask(a)),
          area as number,
        );
      },
    two:
      <T>(ask: (a: Bytes, b: Bytes) => T, lower: Lower<T>): Import =>
      (p1, l1, p2, l2, area) => {
        const { guest } = slot;
        guest.enterHost();
        const a = guest.read(p1 as number, l1 as number);
        const b = guest.read(p2 as number, l2 as number);
        check(a.length, first);
        check(b.length, second);
        guest.charge(base + byteIn * (a.length + b.length));
        return lower(
          answerOf(() => ask(a, b)),
          area as number,
        );
      },
    three:
      <T>(ask: (a: Bytes, b: Bytes, c: Bytes) => T, lower: Lower<T>): Import =>
      (p1, l1, p2, l2, p3, l3, area) => {
        const { guest } = slot;
        guest.enterHost();
        const a = guest.read(p1 as number, l1 as number);
        const b = guest.read(p2 as number, l2 as number);
        const c = guest.read(p3 as number, l3 as number);
        check(a.length, first);
        check(b.length, second);
        check(c.length, third);
        guest.charge(base + byteIn * (a.length + b.length + c.length));
        return lower(
          answerOf(() => ask(a, b, c)),
          area as number,
        );
      },
    twoAndNumber:
      <T>(ask: (a: Bytes, b: Bytes, number: number | bigint) => T, lower: Lower<T>): Import =>
      (p1, l1, p2, l2, number, area) => {
        const { guest } = slot;
        guest.enterHost();
        const a = guest.read(p1 as number, l1 as number);
        const b = guest.read(p2 as number, l2 as number);
        check(a.length, first);
        check(b.length, second);
        guest.charge(base + byteIn * (a.length + b.length));
        return lower(
          answerOf(() => ask(a, b, number as number | bigint)),
          area as number,
        );
      },
    numberAndThree:
      <T>(ask: (number: number | bigint, a: Bytes, b: Bytes, c: Bytes) => T, lower: Lower<T>): Import =>
      (number, p1, l1, p2, l2, p3, l3, area) => {
        const { guest } = slot;
        guest.enterHost();
        const a = guest.read(p1 as number, l1 as number);
        const b = guest.read(p2 as number, l2 as number);
        const c = guest.read(p3 as number, l3 as number);
        check(a.length, second);
        check(b.length, third);
        check(c.length, fourth);
        guest.charge(base + byteIn * (a.length + b.length + c.length));
        return lower(
          answerOf(() => ask(number as number | bigint, a, b, c)),
          area as number,
        );
      },
    count:
      <T>(ask: (count: number) => T, lower: Lower<T>): Import =>
      (word, area) => {
        const { guest } = slot;
        guest.enterHost();
        const count = (word as number) >>> 0;
        check(count, first);
        guest.charge(base + byteIn * count);
        return lower(
          answerOf(() => ask(count)),
          area as number,
        );
      },
  };
}

/** What to do with an answer. Its bytes are charged before they are handed over. */
export function lowerings({ byteOut }: HostPrice, slot: GuestSlot) {
  return {
    nothing: () => undefined,
    integer: (value: number | bigint) => value,
    bytes: (list: Bytes, area: number) => {
      slot.guest.charge(byteOut * list.length);
      slot.guest.lowerResult(list, area);
      return undefined;
    },
    option: (list: Bytes | undefined, area: number) => {
      if (list !== undefined) slot.guest.charge(byteOut * list.length);
      slot.guest.lowerOption(list, area);
      return undefined;
    },
  };
}

/** Traps where an argument has another length than the interface says. */
export function check(length: number, param: HostParameter): void {
  if (param.kind === "u32" || param.kind === "u64") return;
  if (length < param.least || length > param.most || length % param.unit !== 0) throw hostArgument();
}
