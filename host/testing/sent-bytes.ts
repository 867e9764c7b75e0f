import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

const CHANNELS = ["net.client.socket", "net.server.socket"] as const;

/**
 * Records what this process writes to its TCP sockets: JSON-RPC in both directions, server-sent events, what goes to
 * Ethereum, and the encrypted bytes between peers.
 */
export class SentBytes {
  readonly #chunks: Buffer[] = [];
  readonly #onSocket = (message: unknown): void => this.#record((message as { socket: Socket }).socket);

  /** Records from now on, on sockets that are opened from now on. */
  constructor() {
    for (const channel of CHANNELS) subscribe(channel, this.#onSocket);
  }

  /** All of it, in the order of writing. */
  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** Records no further sockets. */
  stop(): void {
    for (const channel of CHANNELS) unsubscribe(channel, this.#onSocket);
  }

  #record(socket: Socket): void {
    const { write, end } = socket;
    socket.write = (...args: unknown[]) => {
      this.#keep(args[0], args[1]);
      return Reflect.apply(write, socket, args) as boolean;
    };
    socket.end = (...args: unknown[]) => {
      this.#keep(args[0], args[1]);
      return Reflect.apply(end, socket, args) as Socket;
    };
  }

  #keep(chunk: unknown, encoding: unknown): void {
    if (typeof chunk === "string") {
      this.#chunks.push(Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8"));
    } else if (chunk instanceof Uint8Array) {
      this.#chunks.push(Buffer.from(chunk));
    }
  }
}
