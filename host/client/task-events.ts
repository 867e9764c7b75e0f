/**
 * News of the client's tasks: one connection of server-sent events for all of them.
 *
 * The connection is opened when a task is watched and closed soon after the last one is settled, so that it keeps no
 * program alive. Whatever happened while it was not open is asked for when it opens: every watched task's status is
 * read once, so that no settled task is waited for and no event must be replayed by the gateway.
 */
import { createParser, type EventSourceParser } from "eventsource-parser";
import { isEnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Hash } from "../protocol/hex.ts";
import { parseTaskUpdate } from "../protocol/rpc-types.ts";
import { isFinalStatus, type TaskUpdate } from "../protocol/task-status.ts";
import type { Gateway } from "./gateway.ts";
import { growingPauses, pause } from "./pause.ts";

export interface TaskObserver {
  onUpdate(update: TaskUpdate): void;
  /** The client was closed: there will be no more updates. */
  onClose(): void;
}

/** How long the connection stays when nothing is watched, in milliseconds: the next task may come at once. */
const LINGER_MS = 250;
/** Three of the gateway's heartbeats, in milliseconds. */
const SILENCE_MS = 45_000;

export class TaskEvents {
  readonly #gateway: Gateway;
  readonly #url: string;
  readonly #watched = new Map<Hash, TaskObserver>();
  #connection: AbortController | undefined;
  #linger: ReturnType<typeof setTimeout> | undefined;

  /** @param which the query that selects the tasks, such as `sender=0x…` */
  constructor(gateway: Gateway, which: string) {
    this.#gateway = gateway;
    this.#url = new URL(`events?${which}`, gateway.url.endsWith("/") ? gateway.url : `${gateway.url}/`).href;
  }

  /** Tells `observer` every update until one is final, or until the returned function is called. */
  watch(taskId: Hash, observer: TaskObserver): () => void {
    this.#watched.set(taskId, observer);
    clearTimeout(this.#linger);
    if (this.#connection === undefined) {
      this.#connection = new AbortController();
      void this.#listen(this.#connection.signal);
    }
    return () => this.#forget(taskId);
  }

  /** Ends the connection. */
  close(): void {
    clearTimeout(this.#linger);
    for (const observer of this.#watched.values()) observer.onClose();
    this.#watched.clear();
    this.#connection?.abort();
    this.#connection = undefined;
  }

  async #listen(signal: AbortSignal): Promise<void> {
    let pauses = growingPauses(50, 2_000);
    while (!signal.aborted) {
      try {
        await this.#readEvents(signal, () => {
          pauses = growingPauses(50, 2_000);
        });
      } catch {
        // The gateway is away or the connection broke; either way the remedy is the same, and `wait` has the timeout.
      }
      if (!signal.aborted) await pause(pauses.next().value);
    }
  }

  async #readEvents(signal: AbortSignal, onOpen: () => void): Promise<void> {
    const response = await this.#gateway.fetch(this.#url, { headers: { accept: "text/event-stream" }, signal });
    if (!response.ok || response.body === null) return;
    onOpen();
    for (const taskId of this.#watched.keys()) void this.#askStatus(taskId);
    await this.#feed(response.body.getReader());
  }

  /** Reads until the stream ends, or is silent for so long that nobody can be at its other end. */
  async #feed(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const parser = this.#parser();
    const decoder = new TextDecoder();
    const expectNews = () => setTimeout(() => void reader.cancel(), SILENCE_MS);
    let watchdog = expectNews();
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        clearTimeout(watchdog);
        watchdog = expectNews();
        parser.feed(decoder.decode(part.value, { stream: true }));
      }
    } finally {
      clearTimeout(watchdog);
    }
  }

  #parser(): EventSourceParser {
    return createParser({
      onEvent: ({ event, data }) => {
        if (event === "task") this.#notify(parseTaskUpdate(JSON.parse(data)));
      },
    });
  }

  async #askStatus(taskId: Hash): Promise<void> {
    try {
      this.#notify(await this.#gateway.taskStatus(taskId));
    } catch (error) {
      // A task that is recorded but not yet sent is unknown to the gateway: its events come later.
      if (!isEnigmaError(error)) throw error;
    }
  }

  #notify(update: TaskUpdate): void {
    const observer = this.#watched.get(update.taskId);
    if (isFinalStatus(update.status)) this.#forget(update.taskId);
    observer?.onUpdate(update);
  }

  #forget(taskId: Hash): void {
    this.#watched.delete(taskId);
    if (this.#watched.size > 0) return;
    clearTimeout(this.#linger);
    this.#linger = setTimeout(() => this.close(), LINGER_MS);
  }
}
