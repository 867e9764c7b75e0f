import type { ObservedEvent } from "../../host/protocol/node-event.ts";
import { now } from "./milliseconds.ts";
import type { NetworkNews } from "./network-news.ts";

const TASK_EVENTS: ReadonlySet<ObservedEvent["kind"]> = new Set([
  "task-received",
  "task-started",
  "task-executed",
  "task-settled",
]);

/** Keeps what benchmarks look at of nodes' events until it is asked for. */
export class KeptNews {
  #news: NetworkNews = { tasks: [], handOvers: [], views: [] };

  /** The nodes' own time has a resolution of a millisecond; this one has more. */
  readonly observe = (event: ObservedEvent): void => {
    const { kind, node } = event;
    const { tasks, handOvers, views } = this.#news;
    if (TASK_EVENTS.has(kind) && "taskId" in event) tasks.push({ kind, taskId: event.taskId, node, at: now() });
    if (kind === "hand-over-prepared" || kind === "hand-over-done") handOvers.push({ ...event, at: now() });
    if (kind === "view-answered") views.push({ node, milliseconds: event.milliseconds });
  };

  /** What came since the last time. */
  take(): NetworkNews {
    const news = this.#news;
    this.#news = { tasks: [], handOvers: [], views: [] };
    return news;
  }
}
