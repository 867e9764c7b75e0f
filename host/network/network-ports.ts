/** TCP ports of a local network on 127.0.0.1; 0 takes a free one. */
export interface NetworkPorts {
  readonly chain: number;
  readonly principal: number;
  /** Of the first worker; the others follow. */
  readonly firstWorker: number;
}

/** The ports that Enigma's nodes have always had. */
export const USUAL_PORTS: NetworkPorts = { chain: 9545, principal: 3040, firstWorker: 3346 };

/** Free ports, for tests and for a second network. */
export const ANY_PORTS: NetworkPorts = { chain: 0, principal: 0, firstWorker: 0 };

/** The port of worker `index`, counted from 0. */
export function workerPort(ports: NetworkPorts, index: number): number {
  return ports.firstWorker === 0 ? 0 : ports.firstWorker + index;
}
