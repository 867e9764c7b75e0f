/**
 * Messages that wait for the chain, bounded in number: a peer may send what never comes true. When there are too many, the
 * oldest is dropped.
 */
export class BoundedWait {
  private readonly most: number;
  private readonly drops = new Set<() => void>();

  /** @param most messages that wait at the same time */
  constructor(most: number) {
    this.most = most;
  }

  /** The number of messages that wait now. */
  get size(): number {
    return this.drops.size;
  }

  /** What `wait` resolves to, or undefined as soon as this is the oldest of too many. */
  async hold<T>(wait: () => Promise<T>): Promise<T | undefined> {
    const { promise: dropped, resolve: drop } = Promise.withResolvers<undefined>();
    const leave = (): void => drop(undefined);
    this.drops.add(leave);
    for (const oldest of this.drops) {
      if (this.drops.size <= this.most) break;
      this.drops.delete(oldest);
      oldest();
    }
    try {
      return await Promise.race([wait(), dropped]);
    } finally {
      this.drops.delete(leave);
    }
  }
}
