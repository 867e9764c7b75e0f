/** `enigma replay` and `enigma audit`: what was compared, in lines and as JSON. */
import { Auditor } from "../auditor/auditor.ts";
import type { Audit, Replay, ReplayDifference, ReplayedTask } from "../auditor/replay-result.ts";
import { readAliases } from "../project/aliases.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Hash } from "../protocol/hex.ts";
import type { ReplayChoices } from "./audit-options.ts";
import type { CommandResult } from "./command.ts";
import { contractAddress } from "./contract-lookup.ts";
import { grouped } from "./grouped.ts";
import { findNetwork, type NetworkPlace, reached } from "./network-session.ts";
import type { Output } from "./output.ts";
import type { Style } from "./style.ts";

interface Surroundings extends ReplayChoices {
  readonly cwd: string;
  readonly stop: AbortSignal;
}

const V8_FLAGS = { liftoff: ["--liftoff-only"], turbofan: ["--no-liftoff"] } as const;
const FIELD_WIDTH = 12;

/** `enigma replay`. */
export async function replayTask(
  request: Surroundings & { readonly taskId: Hash },
  out: Output,
): Promise<CommandResult> {
  const place = await findNetwork(request.cwd, request.network);
  const replay = await out.during("starting an auditor's enclave", async (say) => {
    await using auditor = await reached(place, startAuditor(place, request));
    say("replaying the task");
    return await auditor.replay(request.taskId);
  });
  return { json: replay, text: replayText(replay, out.style), failed: replay.verdict === "different" };
}

/** `enigma audit`. */
export async function auditContract(
  request: Surroundings & { readonly contract: string },
  out: Output,
): Promise<CommandResult> {
  const place = await findNetwork(request.cwd, request.network);
  const secretContract = contractAddress(
    { place, aliases: readAliases(place.project.root, place.network) },
    request.contract,
  );
  const audit = await out.during("starting an auditor's enclave", async (say) => {
    await using auditor = await reached(place, startAuditor(place, request));
    say("reading the contract's history");
    return await auditor.audit(secretContract, ({ done, total, task }) => {
      say(`replaying: ${done} of ${total} tasks`);
      if (!out.json) out.print(taskLine(task, out.style));
    });
  });
  return { json: audit, text: auditText(audit, out.style), failed: audit.verdict === "different" };
}

function startAuditor(place: NetworkPlace, { compiler, stop }: Surroundings): Promise<Auditor> {
  const { rpc } = place;
  const ethereum = configured(place, "ethereum");
  const principal = configured(place, "principal");
  const v8Flags = compiler && V8_FLAGS[compiler];
  return Auditor.start({ rpc, ethereum, principal, v8Flags, signal: stop });
}

function configured(place: NetworkPlace, field: "ethereum" | "principal"): string {
  const url = place[field];
  if (url !== undefined) return url;
  const { network } = place;
  throw new EnigmaError("network-incomplete", { data: { network, field: `networks.${network}.${field}` } });
}

function replayText(replay: Replay, style: Style): string {
  const { verdict, taskId } = replay;
  if (verdict === "task-refunded")
    return `task ${taskId} was refunded: nobody executed it, so there is nothing to replay`;
  const { secretContract, outcome, blockNumber, epoch, transactionHash, compared, difference } = replay;
  return [
    `task ${taskId}`,
    style.dim(`  ${outcome} in block ${blockNumber}, executed in epoch ${epoch}, transaction ${transactionHash}`),
    style.dim(`  contract ${secretContract}`),
    ...compared.map(({ field, value }) => `  ${style.green("=")} ${field.padEnd(FIELD_WIDTH)} ${value}`),
    ...differenceLines(difference, style),
    difference === null ? style.green("equal") : style.red("different"),
  ].join("\n");
}

function auditText(audit: Audit, style: Style): string {
  const { contracts, tasks, outcomes, gasUsed, tip, blockNumber, difference } = audit;
  const ended = Object.entries(outcomes).filter(([, count]) => count > 0);
  const counts = ended.map(([outcome, count]) => `${count} ${outcome}`).join(", ");
  return [
    `${tasks} tasks replayed (${counts || "none"}) up to block ${blockNumber}, ${grouped(gasUsed)} gas`,
    ...contracts.map((contract) => style.dim(`  contract ${contract}`)),
    ...(difference?.taskId ? [`  first difference in task ${difference.taskId}`] : []),
    ...differenceLines(difference, style),
    difference === null
      ? `${style.green("equal")}: the replayed state is that on Ethereum, ${tip}`
      : style.red("different"),
  ].join("\n");
}

function taskLine({ verdict, taskId, outcome, gasUsed }: ReplayedTask, style: Style): string {
  const sign = verdict === "equal" ? style.green("=") : style.red("≠");
  return `${sign} ${taskId} ${outcome}, ${grouped(gasUsed)} gas`;
}

function differenceLines(difference: ReplayDifference | null, style: Style): string[] {
  if (difference === null) return [];
  const { field, expected, actual } = difference;
  return [
    `  ${style.red("≠")} ${field.padEnd(FIELD_WIDTH)} expected ${expected}`,
    `    ${"".padEnd(FIELD_WIDTH)} actual   ${actual}`,
  ];
}
