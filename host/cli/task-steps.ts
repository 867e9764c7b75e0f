import { formatUnits } from "ethers";
import { TASK_KIND } from "../protocol/task-record.ts";
import { grouped } from "./grouped.ts";
import type { TaskFacts } from "./show-tasks.ts";
import type { Style } from "./style.ts";
import { KIND_NAMES, statusOf } from "./task-history.ts";
import { header, line, short } from "./walk/step-lines.ts";

/** A task by the five steps of its way, each with what the party saw. */
export function fiveSteps(facts: TaskFacts, style: Style): string {
  const { created } = facts.task;
  const status = statusOf(facts.task);
  const colour = status === "committed" ? style.green : status === "open" ? style.yellow : style.red;
  return [
    header(style.bold(`Task ${facts.task.taskId}`), `${KIND_NAMES[created.record.kind]}, ${colour(status)}`),
    ...ordered(facts),
    ...executed(facts),
    "",
    ...costs(facts, style),
  ].join("\n");
}

function named({ names }: TaskFacts, at: string): string {
  const name = names.get(at.toLowerCase());
  return name === undefined ? short(at) : `${name} ${short(at)}`;
}

function ordered(facts: TaskFacts): string[] {
  const { task, record: transaction, selected } = facts;
  const { created, posted } = task;
  const { record } = created;
  const isDeployment = record.kind === TASK_KIND.deploy;
  const what = isDeployment
    ? `deploys ${named(facts, created.secretContract)}`
    : `calls ${named(facts, created.secretContract)}`;
  return [
    line(1, "user", `${named(facts, created.sender)} ${what}; what exactly, only the user knows   [plaintext]`),
    line(2, "client", `encrypts it for the contract's key of epoch ${record.epoch}   [ciphertext]`),
    line(
      3,
      "Ethereum",
      `record in block ${created.blockNumber}: input hash ${short(record.inputHash)}, gas limit ${grouped(record.gasLimit)}`,
    ),
    line("", "", `transaction ${short(created.transactionHash)}, ${grouped(transaction.gasUsed)} gas`),
    posted === undefined
      ? line("", "worker host", "receives the encrypted input as gateway   [ciphertext]")
      : line("", "worker host", `reads ${posted.input.length} bytes of encrypted input from Ethereum   [ciphertext]`),
    line(
      4,
      "p2p network",
      `carries it to the worker ${selected === undefined ? "" : short(selected)} that epoch ${record.epoch} selects   [ciphertext]`,
    ),
  ];
}

function executed(facts: TaskFacts): string[] {
  const { task, settlement, result } = facts;
  const { settled, refunded, failedCalls, callGas } = task;
  if (refunded !== undefined)
    return [
      line("", "Ethereum", `nobody settled it in time: ${formatUnits(refunded.amount)} ENG went back to the user`),
    ];
  if (settled === undefined) return [line(5, "enclave", "has not answered yet")];
  const output = result?.output;
  const seen = output == null ? "the encrypted output" : `output ${output.length} bytes`;
  const moves = result?.receipt?.moves ?? [];
  return [
    line(5, "enclave", `decrypts the input, executes the task, signs the receipt: ${grouped(settled.gasUsed)} gas`),
    line("", "worker host", `sees ${seen} and the encrypted change of the state   [ciphertext]`),
    line("", "Ethereum", `receipt in block ${settled.blockNumber}: output hash ${short(settled.outputHash)}`),
    ...(moves.length === 0
      ? [line("", "", `state ${short(settled.stateAfter)}`)]
      : moves.map((move) =>
          line(
            "",
            "",
            `state of ${named(facts, move.secretContract)}: ${short(move.stateBefore)} -> ${short(move.stateAfter)}`,
          ),
        )),
    ...failedCalls.map(({ index, reason }) => line("", "", `its call ${index} failed: ${reason}`)),
    ...(callGas === undefined
      ? []
      : [line("", "", `its calls used ${grouped(callGas.gasUsed)} Ethereum gas of the task's escrow`)]),
    line(
      "",
      "",
      `transaction ${short(settled.transactionHash)}, ${grouped(settlement?.gasUsed ?? 0n)} gas${together(facts)}`,
    ),
    line("", "p2p network", "carries the encrypted result   [ciphertext]"),
    line("", "user", "checks hash and receipt on Ethereum, decrypts the result   [plaintext]"),
  ];
}

function together({ settlement }: TaskFacts): string {
  const count = settlement?.settledTasks ?? 1;
  return count > 1 ? ` for ${count} tasks` : "";
}

function costs({ task, record, settlement, callGasPrice }: TaskFacts, style: Style): string[] {
  const { created, settled, callGas } = task;
  const { gasPrice, gasLimit, callGasLimit } = created.record;
  const row = (title: string, gas: string, price: string) => `  ${title.padEnd(22)} ${gas.padStart(22)}  ${price}`;
  const eng = (amount: bigint) => `${formatUnits(amount)} ENG`;
  const used = settled?.gasUsed;
  return [
    style.dim(row("GAS", "USED OF LIMIT", "PAID")),
    row(
      "execution",
      `${used === undefined ? "?" : grouped(used)} of ${grouped(gasLimit)}`,
      used === undefined ? "" : `${eng(used * gasPrice)} to the worker`,
    ),
    row(
      "calls on Ethereum",
      `${grouped(callGas?.gasUsed ?? 0n)} of ${grouped(callGasLimit)}`,
      eng((callGas?.gasUsed ?? 0n) * callGasPrice),
    ),
    row("record on Ethereum", grouped(record.gasUsed), "by the user, in ETH"),
    row("receipt on Ethereum", settlement === undefined ? "?" : grouped(settlement.gasUsed), "by the worker, in ETH"),
  ];
}
