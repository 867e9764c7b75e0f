import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

const CHANNELS = ["net.client.socket", "net.server.socket"] as const;

const FETCH_HEADERS = "undici:client:sendHeaders";
const FETCH_BODY = "undici:request:bodyChunkSent";
/** What nodes say to their peers, before it is encrypted to them. */
const PEERS = "enigma.p2p.said";

/**
 * Records what this process writes to its TCP sockets: JSON-RPC in both directions, server-sent events, what goes to
 * Ethereum, and the encrypted bytes between peers; and apart from it, what these peers say to each other.
 */
export class SentBytes {
  readonly #chunks: Buffer[] = [];
  readonly #onSocket = (message: unknown): void => this.#record((message as { socket: Socket }).socket);

  /** What `fetch` sends goes around the sockets' own methods. */
  readonly #onHeaders = (message: unknown): void => this.#keep((message as { headers: string }).headers, "latin1");
  readonly #onBody = (message: unknown): void => this.#keep((message as { chunk: unknown }).chunk, undefined);
  readonly #said: Buffer[] = [];
  readonly #onSaid = (message: unknown): void => void this.#said.push(Buffer.from(message as Uint8Array));

  /** Records from now on, on sockets that are opened from now on. */
  constructor() {
    subscribe(PEERS, this.#onSaid);
    subscribe(FETCH_HEADERS, this.#onHeaders);
    subscribe(FETCH_BODY, this.#onBody);
    for (const channel of CHANNELS) subscribe(channel, this.#onSocket);
  }

  /** All of it, in the order of writing. */
  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** What nodes of this process have said to their peers. */
  get toPeers(): Buffer {
    return Buffer.concat(this.#said);
  }

  /** Records no further sockets. */
  stop(): void {
    unsubscribe(PEERS, this.#onSaid);
    unsubscribe(FETCH_HEADERS, this.#onHeaders);
    unsubscribe(FETCH_BODY, this.#onBody);
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
