/**
 * One `eth_subscribe` on one WebSocket that carries nothing else: anvil delays notifications by 40 ms on a socket that
 * also carries calls.
 */
import { EnigmaError } from "../protocol/errors/enigma-error.ts";

export interface SubscriptionHandlers<T> {
  /** Called for each item, in order. */
  onItem(item: T): void;
  /** Called once when the socket closes, unless `close` was called. */
  onClose(): void;
}

export interface Subscription {
  close(): void;
}

interface Message {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: { readonly result: unknown };
}

/**
 * Subscribes to `topic` ("newHeads", "newPendingTransactions", …); resolves when the endpoint has confirmed.
 * @throws `chain-unreachable` if the socket does not open or the endpoint refuses
 */
export function openSubscription<T>(
  webSocketUrl: string,
  topic: string,
  handlers: SubscriptionHandlers<T>,
): Promise<Subscription> {
  const socket = new WebSocket(webSocketUrl);
  let closed = false;
  const close = () => {
    closed = true;
    socket.close();
  };
  return new Promise((resolve, reject) => {
    const fail = (detail: string) => {
      reject(new EnigmaError("chain-unreachable", { data: { url: webSocketUrl }, detail }));
      if (!closed) close();
    };
    socket.onopen = () =>
      socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_subscribe", params: [topic] }));
    socket.onerror = () => fail("The WebSocket failed.");
    socket.onclose = () => {
      if (closed) return;
      closed = true;
      fail("The WebSocket was closed.");
      handlers.onClose();
    };
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(String(data)) as Message;
      if (message.error !== undefined) fail(message.error.message);
      else if (message.id === 1) resolve({ close });
      else if (message.method === "eth_subscription" && !closed) handlers.onItem(message.params?.result as T);
    };
  });
}
