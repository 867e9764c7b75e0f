import { networkInterfaces } from "node:os";
import type { RpcBinding } from "../rpc/rpc-server.ts";

/** Addresses that mean all of a machine's. */
const EVERYWHERE: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/**
 * Where a node's JSON-RPC listens: on loopback alone, or at `host`, an IP address of this machine or one that means all.
 * Then clients may name the node by those addresses, and by `names`. (Who names it by an address has not been led there by a
 * name that resolves to something new; that is what other names are refused for.)
 */
export function rpcBinding(host: string | undefined, port: number, names: readonly string[] = []): RpcBinding {
  if (host === undefined) return { port, hosts: names };
  const addresses = EVERYWHERE.has(host) ? ownAddresses() : [host];
  return { host, port, hosts: [...addresses.map(inUrl), ...names] };
}

/** The multiaddr at which a node listens for its peers; port 0 takes a free one. */
export function peerListener(host: string | undefined, port = 0): string {
  const at = host ?? "127.0.0.1";
  return `/${at.includes(":") ? "ip6" : "ip4"}/${at}/tcp/${port}`;
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
}

function inUrl(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}
