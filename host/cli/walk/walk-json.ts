import type { NetworkSummary } from "../../network/network-summary.ts";
import { networkJson } from "../network-json.ts";
import type { EthereumCall } from "./ethereum-call.ts";
import type { HandOver, NoHandOver } from "./hand-over.ts";
import type { SampleTask } from "./sample-task.ts";
import type { SecretView } from "./secret-view.ts";

/** Times in milliseconds. */
export interface StartTimings {
  readonly readyAfter: number;
}

/** What a start has shown. */
export interface Shown {
  readonly tasks: readonly SampleTask[];
  readonly handOver: HandOver | NoHandOver;
  readonly ethereumCall: EthereumCall;
  readonly view: SecretView;
}

/** The one JSON object of a start that shows the walk. */
export function walkJson(network: NetworkSummary, shown: Shown, timings: StartTimings): object {
  const { tasks, handOver, ethereumCall, view } = shown;
  const deployment = tasks.find(({ kind }) => kind === "deploy");
  return {
    network: networkJson(network),
    contract: deployment && {
      address: deployment.task.record.secretContract,
      codeHash: deployment.task.record.codeHash,
    },
    tasks: tasks.map(taskJson),
    handOver,
    ethereumCall: callJson(ethereumCall),
    view,
    timings: { ready: round(timings.readyAfter), tasks: tasks.map(({ milliseconds }) => round(milliseconds)) },
  };
}

/** Names and addresses of what was deployed. */
export function walkContracts({ tasks, ethereumCall }: Shown): [name: string, address: string][] {
  return [
    ["millionaires", tasks[0]?.task.record.secretContract ?? ""],
    ["voting", ethereumCall.secretContract],
  ];
}

function callJson({ task: settled, ...call }: EthereumCall) {
  const { task, receipt, receiptGas, milliseconds } = settled;
  const { id: taskId } = task;
  return { ...call, taskId, transactionHash: receipt.transactionHash, ethereumGas: receiptGas, milliseconds };
}

function taskJson({ kind, task, receipt, receiptGas }: SampleTask) {
  const [move] = receipt.moves;
  return {
    taskId: task.id,
    kind,
    worker: receipt.worker,
    status: receipt.status,
    gasUsed: receipt.gasUsed,
    inputHash: receipt.inputHash,
    outputHash: receipt.outputHash,
    onChainOutcome: receipt.outcomeSlot,
    stateBefore: move?.stateBefore,
    stateAfter: move?.stateAfter,
    ethereumGas: { record: task.ethereumGas, receipt: receiptGas },
    output: receipt.result === undefined ? null : receipt.result,
  };
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
