import type { ObservedEvent } from "../protocol/node-event.ts";

type Kind = ObservedEvent["kind"];
type EventOf<K extends Kind> = Extract<ObservedEvent, { kind: K }>;

/** What the nodes of a network reported, in order. */
export class KeptEvents {
  readonly all: ObservedEvent[] = [];
  readonly #waiting = new Set<(event: ObservedEvent) => void>();

  /** Takes an event; to be given to a network as its observer. */
  readonly observe = (event: ObservedEvent): void => {
    this.all.push(event);
    for (const take of this.#waiting) take(event);
  };

  /** The events of a kind so far. */
  of<K extends Kind>(kind: K): EventOf<K>[] {
    return this.all.filter((event): event is EventOf<K> => event.kind === kind);
  }

  /** The next event of a kind, from now on, that fits. */
  next<K extends Kind>(kind: K, fits: (event: EventOf<K>) => boolean = () => true): Promise<EventOf<K>> {
    return new Promise((resolve) => {
      const take = (event: ObservedEvent): void => {
        if (event.kind !== kind || !fits(event as EventOf<K>)) return;
        this.#waiting.delete(take);
        resolve(event as EventOf<K>);
      };
      this.#waiting.add(take);
    });
  }
}
