/**
 * The signer's Ethereum endpoint, spoken to directly.
 *
 * An ethers provider holds every call back for 10 ms to gather batches, and polls; on the path of a task that would be
 * most of the time. Where the provider names an HTTP URL, calls go there at once, with the provider's own headers.
 * Every other provider, such as a browser's wallet, is used through its `send`.
 */
import { JsonRpcProvider, type Provider } from "ethers";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, address, type Hash, type Hex } from "../protocol/hex.ts";

/** A JSON-RPC method answered with an error. */
export class EthereumRpcError extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** The parts of a transaction's receipt that the client reads. */
export interface EthereumReceipt {
  readonly transactionHash: Hash;
  readonly status: Hex;
  readonly blockNumber: Hex;
  readonly gasUsed: Hex;
  readonly logs: readonly EthereumLog[];
}

export interface EthereumLog {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly transactionHash: Hash;
  readonly blockNumber: Hex;
}

/** Which logs are asked for. */
export interface LogFilter {
  readonly address: Address;
  /** Null stands for any topic. */
  readonly topics: readonly (Hash | null)[];
  readonly fromBlock: bigint;
  /** The latest block by default. */
  readonly toBlock?: bigint | undefined;
}

export interface CallPlace {
  readonly from?: Address | undefined;
  /** The latest block by default. */
  readonly blockNumber?: bigint | undefined;
}

type Send = (method: string, params: readonly unknown[]) => Promise<unknown>;

export class EthereumEndpoint {
  readonly #send: Send;

  /** @throws `signer-without-provider` if the provider does not speak JSON-RPC */
  constructor(provider: Provider | null, fetch: typeof globalThis.fetch) {
    const send = provider instanceof JsonRpcProvider ? overHttp(provider, fetch) : throughProvider(provider);
    if (send === undefined) throw new EnigmaError("signer-without-provider");
    this.#send = send;
  }

  /** Calls a method. @throws EthereumRpcError if it answers with an error */
  request<T>(method: string, params: readonly unknown[] = []): Promise<T> {
    return this.#send(method, params) as Promise<T>;
  }

  /** A contract's answer. @throws EthereumRpcError with the revert data */
  call(to: Address, data: string, { from, blockNumber }: CallPlace = {}): Promise<Hex> {
    return this.request<Hex>("eth_call", [
      from === undefined ? { to, data } : { from, to, data },
      blockTag(blockNumber),
    ]);
  }

  /** The logs that fit, in the order of the chain. */
  logs({ address, topics, fromBlock, toBlock }: LogFilter): Promise<EthereumLog[]> {
    const range = { fromBlock: blockTag(fromBlock), toBlock: blockTag(toBlock) };
    return this.request<EthereumLog[]>("eth_getLogs", [{ address, topics, ...range }]);
  }

  async chainId(): Promise<bigint> {
    return BigInt(await this.request<Hex>("eth_chainId"));
  }
}

function blockTag(blockNumber: bigint | undefined): string {
  return blockNumber === undefined ? "latest" : `0x${blockNumber.toString(16)}`;
}

/** The revert data that an error of a call carries, wherever the endpoint puts it. */
export function revertDataOf(error: unknown): Hex | undefined {
  if (!(error instanceof EthereumRpcError)) return undefined;
  const data = error.data;
  const inner = typeof data === "object" && data !== null && "data" in data ? data.data : data;
  return typeof inner === "string" && inner.startsWith("0x") ? (inner as Hex) : undefined;
}

function overHttp(provider: JsonRpcProvider, fetch: typeof globalThis.fetch): Send | undefined {
  const connection = provider._getConnection();
  if (!/^https?:/.test(connection.url)) return throughProvider(provider);
  const headers = { ...connection.headers, "content-type": "application/json" };
  let id = 0;
  return async (method, params) => {
    id += 1;
    const body = JSON.stringify({ jsonrpc: "2.0", id, method, params });
    const answer = await post(fetch, connection.url, headers, body);
    if (answer.error === undefined) return answer.result;
    throw new EthereumRpcError(answer.error.code, answer.error.message, answer.error.data);
  };
}

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

async function post(
  fetch: typeof globalThis.fetch,
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<Answer> {
  try {
    const response = await fetch(url, { method: "POST", headers, body });
    return (await response.json()) as Answer;
  } catch (cause) {
    throw new EnigmaError("chain-unreachable", { data: { url }, cause });
  }
}

function throughProvider(provider: Provider | null): Send | undefined {
  const candidate = provider as { send?: Send } | null;
  if (typeof candidate?.send !== "function") return undefined;
  return async (method, params) => {
    try {
      return await candidate.send?.(method, [...params]);
    } catch (error) {
      throw rpcErrorOf(error) ?? error;
    }
  };
}

/** ethers wraps an endpoint's error in its own, once or twice. */
function rpcErrorOf(error: unknown): EthereumRpcError | undefined {
  const seen = error as { error?: unknown; info?: { error?: unknown } } | null;
  const inner = (seen?.error ?? seen?.info?.error) as { code?: unknown; message?: unknown; data?: unknown } | undefined;
  if (typeof inner?.code !== "number") return undefined;
  return new EthereumRpcError(inner.code, String(inner.message), inner.data);
}

/** An address in an answer. */
export function addressOf(value: unknown): Address {
  return address(String(value));
}
