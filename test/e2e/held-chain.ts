/** A dev chain behind a door at which receipts can be held up on their way to Ethereum. */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { buffer } from "node:stream/consumers";
import { Interface, Transaction } from "ethers";
import { startDevChain } from "../../host/ethereum/dev-chain.ts";
import { enigmaAbi } from "../../host/ethereum/generated/enigma-abi.ts";
import type { Hex } from "../../host/protocol/hex.ts";

const COMMIT = new Interface(enigmaAbi).getFunction("commitReceipts")?.selector.slice(2) ?? "";

export class HeldChain {
  /** JSON-RPC, and WebSocket at the same port. */
  readonly url: string;
  /** JSON-RPC past the door. */
  readonly directUrl: string;
  readonly #close: () => Promise<void>;
  #holding = false;
  /** Transactions that wait at the door, in order. */
  readonly #held: { readonly calldata: Hex; readonly release: () => void }[] = [];
  #arrival = Promise.withResolvers<void>();

  private constructor(url: string, directUrl: string, close: () => Promise<void>) {
    this.url = url;
    this.directUrl = directUrl;
    this.#close = close;
  }

  static async start(): Promise<HeldChain> {
    const chain = await startDevChain();
    const server = createServer((incoming, answer) => void held.#pass(chain.port, incoming, answer));
    server.on("upgrade", (incoming: IncomingMessage, socket, head) => {
      const upstream = connect(chain.port, "127.0.0.1");
      const headers = incoming.rawHeaders.flatMap((name, at, all) => (at % 2 === 0 ? [`${name}: ${all[at + 1]}`] : []));
      upstream.write(`${[`GET ${incoming.url} HTTP/1.1`, ...headers].join("\r\n")}\r\n\r\n`);
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
      for (const end of [upstream, socket]) end.on("error", () => upstream.destroy() && socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const held = new HeldChain(`http://127.0.0.1:${port}`, chain.url, async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await chain.close();
    });
    return held;
  }

  /** From now on receipts wait at the door. */
  hold(): void {
    this.#holding = true;
  }

  /** Resolves when so many transactions with receipts wait. */
  async waiting(count: number): Promise<void> {
    while (this.#held.length < count) await this.#arrival.promise;
  }

  /** What the one that has waited longest calls Enigma with. */
  calldata(): Hex {
    const [first] = this.#held;
    if (first === undefined) throw new Error("nothing waits");
    return first.calldata;
  }

  /** Lets the one through that has waited longest. */
  release(): void {
    this.#held.shift()?.release();
  }

  /** Lets all through, also those that come later. */
  releaseAll(): void {
    this.#holding = false;
    for (const { release } of this.#held.splice(0)) release();
  }

  close(): Promise<void> {
    this.releaseAll();
    return this.#close();
  }

  async #pass(port: number, incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    if (this.#holding && body.includes("eth_sendRawTransaction") && body.includes(COMMIT)) await this.#turn(body);
    const { method, headers, url: path } = incoming;
    const upstream = request({ host: "127.0.0.1", port, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    upstream.on("error", () => answer.destroy());
    upstream.end(body);
  }

  #turn(body: Buffer): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const [transaction] = body.toString().match(/0x[0-9a-f]{200,}/i) ?? [];
    this.#held.push({ calldata: Transaction.from(transaction).data as Hex, release: resolve });
    const arrived = this.#arrival;
    this.#arrival = Promise.withResolvers();
    arrived.resolve();
    return promise;
  }
}
