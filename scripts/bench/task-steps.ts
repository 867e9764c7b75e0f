import type { Requests } from "./bench-user.ts";
import type { TaskNews } from "./network-news.ts";

/** A finished task: times in milliseconds as `now` gives them. */
export interface FinishedTask {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly requests: Requests;
  /** Whether the gateway was the selected worker too, so that nothing had to be gossiped. */
  readonly local: boolean;
}

/** The steps of a task, in order. */
export const STEPS = ["encrypt", "record", "gossip", "enclave", "receipt", "return", "decrypt"] as const;
export type Step = (typeof STEPS)[number];

/** What each step is. */
export const STEP_MEANINGS: Readonly<Record<Step, string>> = {
  encrypt: "encode, draw and agree keys, pad, encrypt, sign the record's transaction",
  record: "the record's transaction on Ethereum",
  gossip: "to the gateway, checked against Ethereum, to the selected worker, into its queue",
  enclave: "decrypt, execute, encrypt, sign the receipt",
  receipt: "the receipt's transaction on Ethereum, seen by the selected worker",
  return: "output released, gossiped to the gateway, announced, fetched, compared with Ethereum",
  decrypt: "decrypt and decode",
};

/** Milliseconds of each step, or undefined where a step was not seen. */
export function stepsOf(task: FinishedTask, news: readonly TaskNews[]): Record<Step, number> | undefined {
  const record = task.requests.get("eth_sendRawTransactionSync");
  const answers = ["enigma_getTaskResult", "eth_call"].map((method) => task.requests.get(method)?.end ?? 0);
  const compared = Math.max(...answers);
  const started = at(news, "task-started");
  const executed = at(news, "task-executed");
  const worker = news.find(({ kind }) => kind === "task-executed")?.node;
  const settled = news.find(({ kind, node }) => kind === "task-settled" && node === worker)?.at;
  if (record === undefined || started === undefined || executed === undefined || settled === undefined)
    return undefined;
  const times = [task.start, record.start, record.end, started, executed, settled, compared, task.end];
  const lengths = STEPS.map((step, index) => [step, (times[index + 1] as number) - (times[index] as number)]);
  return Object.fromEntries(lengths) as Record<Step, number>;
}

function at(news: readonly TaskNews[], kind: string): number | undefined {
  return news.find((item) => item.kind === kind)?.at;
}
