/** How the OpenRPC document tells of `GET /events`, which is no JSON-RPC method: as an extension of the document. */

import { ADDRESS, HASH, type Schema, TASK_UPDATE } from "./schema.ts";

/** Tasks that one subscriber may name. */
export const MAX_TASK_IDS = 100;

/** A stream of server-sent events: its path, the query parameters that choose (one of them), and what an event holds. */
export interface EventDescription {
  readonly path: string;
  readonly summary: string;
  readonly contentType: string;
  /** Exactly one of these is given. */
  readonly query: readonly { readonly name: string; readonly description: string; readonly schema: Schema }[];
  readonly events: readonly { readonly name: string; readonly data: Schema }[];
}

export const TASK_EVENTS: EventDescription = {
  path: "/events",
  summary: "The present status of each chosen task, then every change, in order.",
  contentType: "text/event-stream",
  query: [
    {
      name: "taskIds",
      description: `Up to ${MAX_TASK_IDS} task ids, with commas between them.`,
      schema: {
        title: "taskIds",
        type: "string",
        pattern: `^${pattern(HASH)}(,${pattern(HASH)}){0,${MAX_TASK_IDS - 1}}$`,
      },
    },
    { name: "sender", description: "All tasks of this account.", schema: ADDRESS },
  ],
  events: [{ name: "task", data: TASK_UPDATE }],
};

/** The schema's pattern without its anchors. */
function pattern(schema: Schema): string {
  return String(schema.pattern).slice(1, -1);
}
