/**
 * Addresses of peers, kept in a file so that a node that restarts finds the others again without any of them being a
 * bootstrap node that is up. Nothing in it is secret, and nothing is lost with it but time.
 */

import { readFileSync, renameSync, writeFileSync } from "node:fs";

const MAX_PEERS = 256;

export class KnownPeers {
  private readonly file: string;
  private readonly addresses: Map<string, string>;

  constructor(file: string) {
    this.file = file;
    this.addresses = new Map(readPeers(file));
  }

  /** All known addresses. */
  all(): string[] {
    return [...this.addresses.values()];
  }

  /** Remembers the address at which a peer was reached. */
  remember(peerId: string, address: string): void {
    if (this.addresses.get(peerId) === address) return;
    this.addresses.delete(peerId);
    this.addresses.set(peerId, address);
    const oldest = this.addresses.keys().next().value;
    if (this.addresses.size > MAX_PEERS && oldest !== undefined) this.addresses.delete(oldest);
    const unfinished = `${this.file}.new`;
    writeFileSync(unfinished, JSON.stringify([...this.addresses]));
    renameSync(unfinished, this.file);
  }
}

function readPeers(file: string): [string, string][] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return []; // first start
  }
  const value = parsed(text);
  if (!Array.isArray(value)) return [];
  return value.filter(
    (pair): pair is [string, string] =>
      Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === "string"),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // cut short with the machine's power: peers are found again
  }
}
