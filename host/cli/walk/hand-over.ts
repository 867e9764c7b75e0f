/** Shows a secret contract going from one worker to another at an epoch's turn. */
import type { UntypedSecretContract } from "../../client/index.ts";
import { abortable } from "../../network/abortable.ts";
import type { LocalNetwork } from "../../network/local-network.ts";
import { systemClock } from "../../protocol/clock.ts";
import { isEnigmaError } from "../../protocol/errors/enigma-error.ts";
import type { Address, Hash } from "../../protocol/hex.ts";
import type { ObservedEvent } from "../../protocol/node-event.ts";
import { pause } from "../../protocol/retry.ts";
import { CALL_GAS } from "./millionaires.ts";
import { type SampleStage, settle } from "./sample-task.ts";
import { nameOf, PEOPLE } from "./sample-users.ts";
import { header, line, short } from "./step-lines.ts";

/** A hand-over that was seen. */
export interface HandOver {
  readonly secretContract: Address;
  readonly before: { readonly epoch: bigint; readonly worker: Address };
  readonly after: { readonly epoch: bigint; readonly worker: Address };
  /** Entries of the contract's log. */
  readonly logEntries: bigint;
  /** What the next worker loaded before the turn, for all contracts that came to it; undefined if it was not seen. */
  readonly prepared:
    | { readonly contracts: number; readonly entries: number; readonly milliseconds: number }
    | undefined;
  /** Milliseconds from the epoch's turn until the next worker was ready. */
  readonly readyAfter: number | undefined;
  /** State hash on Ethereum when the epoch turned, and the one that the first task of the new worker continued. */
  readonly state: { readonly left: Hash; readonly continued: Hash };
  readonly answer: string;
  /** Milliseconds of that first task. */
  readonly milliseconds: number;
}

/** Why there is none to be seen. */
export interface NoHandOver {
  readonly reason: string;
}

/** With two workers each turn gives the contract away with even odds. */
const MAX_TURNS = 24;
/** Closing more blocks than this for one epoch would take too long. */
const MAX_BLOCKS = 2_000n;
/** Enough to load what one worker has. */
const PREPARATION_MS = 2_000;
const LOOK_MS = 2;

export async function runHandOver(
  stage: SampleStage,
  contract: UntypedSecretContract,
  events: readonly ObservedEvent[],
): Promise<HandOver | NoHandOver> {
  const { network, signal } = stage;
  if (network.workers.length === 1) return { reason: "there is only one worker" };
  if (await areEpochsLong(network)) return { reason: "this network's epochs have too many blocks" };
  const before = await serving(network, contract.address);
  const left = await network.view.contract.tip(contract.address);
  const enclave = await network.workers.find(({ address }) => address === before.worker)?.enclave();
  const logEntries = (await enclave?.contractState({ secretContract: contract.address }))?.length ?? 0n;
  let after = before;
  const prepared = (epoch: bigint) => preparation(stage, events, contract.address, { before, epoch });
  try {
    for (let turns = 0; after.worker === before.worker && turns < MAX_TURNS; turns += 1) {
      await abortable(network.advanceEpoch(prepared), signal);
      after = await serving(network, contract.address);
    }
  } catch (error) {
    if (isEnigmaError(error) && error.code === "chain-rpc-error")
      return { reason: "this blockchain closes blocks when it likes to" };
    throw error;
  }
  if (after.worker === before.worker) return { reason: `the same worker was selected ${MAX_TURNS} times in a row` };
  const { receipt, milliseconds } = await settle(stage, {
    ...{ kind: "call", who: PEOPLE[0].name, call: "richest()" },
    order: () => contract.getFunction("richest")({ gasLimit: CALL_GAS }),
  });
  const [move] = receipt.moves;
  return {
    ...{ secretContract: contract.address, before, after, logEntries, milliseconds },
    prepared: ofWorker(events, "hand-over-prepared", after),
    readyAfter: ofWorker(events, "hand-over-done", after)?.milliseconds,
    state: { left, continued: move?.stateBefore ?? left },
    answer: nameOf(network, String(receipt.result)),
  };
}

export function describeHandOver(handOver: HandOver | NoHandOver): string {
  if ("reason" in handOver) return `Hand-over: none to be seen, ${handOver.reason}.\n`;
  const { before, after, logEntries, prepared, readyAfter, state } = handOver;
  const lines = [
    header(`Hand-over to epoch ${after.epoch}`, `contract ${short(handOver.secretContract)}`),
    line(
      "",
      "before",
      `epoch ${before.epoch}, worker ${short(before.worker)}, ${logEntries} log entries, state ${short(state.left)}`,
    ),
    line("", "next worker", `${short(after.worker)}${prepared === undefined ? "" : `: ${loaded(prepared)}`}`),
    ...(readyAfter === undefined
      ? []
      : [line("", "", `ready ${readyAfter.toFixed(1)} ms after the first block of epoch ${after.epoch}`)]),
    line("", "user", "asks richest() again   [plaintext]"),
    line("", "next worker", `continues from state ${short(state.continued)}`),
    line("", "user", `decrypts after ${handOver.milliseconds.toFixed(1)} ms: ${handOver.answer}   [plaintext]`),
  ];
  return `${lines.join("\n")}\n`;
}

/** Keys, code and entries of all contracts that come to a worker are loaded together. */
function loaded({ contracts, entries, milliseconds }: NonNullable<HandOver["prepared"]>): string {
  const logs = contracts === 1 ? "its log" : `the logs of ${contracts} contracts`;
  return `loaded ${entries} entries of ${logs} in ${milliseconds.toFixed(1)} ms, ahead of the turn`;
}

async function serving(network: LocalNetwork, contract: Address): Promise<HandOver["before"]> {
  const { number: epoch } = await network.view.contract.currentEpoch();
  const worker = await network.view.contract.selectedWorker(epoch, contract);
  return { epoch, worker: worker as Address };
}

/** Waits until the worker that is next has loaded what it needs; on other chains there are minutes for that. */
async function preparation(
  { network, signal }: SampleStage,
  events: readonly ObservedEvent[],
  contract: Address,
  { before, epoch }: { readonly before: HandOver["before"]; readonly epoch: bigint },
): Promise<void> {
  const next = (await network.view.contract.selectedWorker(epoch, contract)) as Address;
  if (next === before.worker) return;
  const enough = AbortSignal.any([signal, AbortSignal.timeout(PREPARATION_MS)]);
  const isPrepared = () => ofWorker(events, "hand-over-prepared", { epoch, worker: next }) !== undefined;
  while (!isPrepared() && !enough.aborted) await pause(systemClock, LOOK_MS, enough);
}

async function areEpochsLong({ view }: LocalNetwork): Promise<boolean> {
  const scheduled = (await view.contract.scheduledSnapshotBlock()) ?? 0n;
  return scheduled > (await view.head()).number + MAX_BLOCKS;
}

function ofWorker<K extends "hand-over-prepared" | "hand-over-done">(
  events: readonly ObservedEvent[],
  kind: K,
  { epoch, worker }: HandOver["after"],
): Extract<ObservedEvent, { kind: K }> | undefined {
  return events.find(
    (event): event is Extract<ObservedEvent, { kind: K }> =>
      event.kind === kind && event.node === worker && "epoch" in event && event.epoch === epoch,
  );
}
