/**
 * `GET /events`: task updates as server-sent events (WHATWG HTML, section 9.2).
 *
 * A subscriber gets the present status of its tasks first, so one that reconnects misses nothing that matters. The
 * number of subscribers is bounded, and one that does not read what it is sent is disconnected.
 */

import type { Request, Response } from "express";
import type { Clock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { address, hash } from "../protocol/hex.ts";
import type { TaskUpdate } from "../protocol/task-status.ts";
import { MAX_TASK_IDS } from "./event-description.ts";
import { refuse } from "./request-guard.ts";
import type { TaskFeed, TaskFilter } from "./task-feed.ts";

const HEARTBEAT_MS = 15_000;
const MAX_SUBSCRIBERS = 1_000;
/** Unread bytes after which a subscriber is disconnected. */
const MAX_UNREAD_BYTES = 1024 * 1024;

export class EventStream {
  private readonly feed: TaskFeed;
  private readonly clock: Clock;
  private readonly open = new Set<Response>();

  constructor(feed: TaskFeed, clock: Clock) {
    this.feed = feed;
    this.clock = clock;
  }

  /** Handles one request; the response stays open until the client or `close` ends it. */
  handle(request: Request, response: Response): void {
    let filter: TaskFilter;
    try {
      filter = readFilter(request.query);
    } catch (error) {
      refuse(response, 400, error as EnigmaError);
      return;
    }
    if (this.open.size >= MAX_SUBSCRIBERS) {
      refuse(response, 503, new EnigmaError("too-many-subscribers", { data: { most: MAX_SUBSCRIBERS } }));
      return;
    }
    this.serve(filter, response);
  }

  /** Ends all streams. */
  close(): void {
    for (const response of this.open) response.end();
  }

  private serve(filter: TaskFilter, response: Response): void {
    this.open.add(response);
    response.set({ "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });
    response.flushHeaders();
    const send = collecting((text) => {
      if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
      else if (!response.writableEnded) response.write(text);
    });
    let cancelHeartbeat = (): void => {};
    const heartbeat = (): void => {
      cancelHeartbeat = this.clock.after(HEARTBEAT_MS, () => {
        send(": still here\n\n");
        heartbeat();
      });
    };
    const unsubscribe = this.feed.subscribe(filter, (update) => send(eventOf(update)));
    heartbeat();
    response.on("close", () => {
      cancelHeartbeat();
      unsubscribe();
      this.open.delete(response);
    });
  }
}

/** Joins what is sent in one turn of the event loop: a batch of tasks changes together, and each write costs a system call. */
function collecting(write: (text: string) => void): (text: string) => void {
  let collected = "";
  const flush = (): void => {
    const text = collected;
    collected = "";
    write(text);
  };
  return (text) => {
    if (collected === "") setImmediate(flush);
    collected += text;
  };
}

function eventOf(update: TaskUpdate): string {
  return `event: task\ndata: ${JSON.stringify(update)}\n\n`;
}

/** @throws EnigmaError `invalid-params` */
function readFilter(query: Request["query"]): TaskFilter {
  const { taskIds, sender, ...others } = query;
  const problem = (text: string): EnigmaError =>
    new EnigmaError("invalid-params", { data: { field: "query", problem: text } });
  if (Object.keys(others).length > 0) throw problem("it has other fields than taskIds and sender");
  if (typeof sender === "string" && taskIds === undefined) return { sender: address(sender, "sender") };
  if (typeof taskIds !== "string" || sender !== undefined) throw problem("it needs either taskIds or sender");
  const ids = taskIds.split(",");
  if (ids.length > MAX_TASK_IDS) throw problem(`it names more than ${MAX_TASK_IDS} tasks`);
  return { taskIds: ids.map((id) => hash(id, "taskIds")) };
}
