import { formatUnits } from "ethers";
import type { LocalNetwork } from "../../network/local-network.ts";
import { ENDINGS } from "../../protocol/ending.ts";
import type { ObservedEvent } from "../../protocol/node-event.ts";
import type { SampleTask } from "./sample-task.ts";
import { header, line, short } from "./step-lines.ts";

type EventOf<K extends ObservedEvent["kind"]> = Extract<ObservedEvent, { kind: K }>;

/** Bytes of a ciphertext that are shown. */
const SHOWN = 12;

/**
 * Tells a task by the five steps of its way, and for each party what it saw: plaintext where it may, elsewhere ciphertext,
 * sizes, hashes, gas and transactions. What hosts and the p2p network saw comes from the nodes' own events.
 */
export class FiveSteps {
  readonly #events: readonly ObservedEvent[];

  /** @param events what the nodes report, which may grow */
  constructor(events: readonly ObservedEvent[]) {
    this.#events = events;
  }

  async describe(sample: SampleTask, network: LocalNetwork, number: number): Promise<string> {
    const { task, receipt, who, call, answer, milliseconds } = sample;
    const received = this.#first("task-received", task.id);
    const gossiped = this.#first("task-gossiped", task.id);
    const executed = this.#first("task-executed", task.id);
    const returned = this.#first("result-gossiped", task.id);
    const { record } = task;
    const [move] = receipt.moves;
    const inside = await this.#inside(sample, network);
    const lines = [
      header(`Task ${number}`, short(task.id), milliseconds),
      line(1, "user", `${who} ${short(record.sender)} calls ${call}   [plaintext]`),
      line(
        2,
        "client",
        `encrypts it for contract ${short(record.secretContract)}: ${received?.inputBytes ?? "?"} bytes   [ciphertext]`,
      ),
      line(3, "Ethereum", `record: input hash ${short(record.inputHash)}, gas limit ${record.gasLimit}`),
      line("", "", `transaction ${short(task.transactionHash)}, ${task.ethereumGas} gas`),
      line("", "worker host", `receives ${received?.inputBytes ?? "?"} bytes of ciphertext as gateway`),
      line(
        4,
        "p2p network",
        `carries ${gossiped?.messageBytes ?? "?"} bytes; selected worker ${short(receipt.worker ?? "?")}`,
      ),
      line(5, "enclave", `${inside}`),
      line("", "", `${receipt.gasUsed} gas, signs the receipt`),
      line(
        "",
        "worker host",
        `sees output ${receipt.output.length} bytes ${preview(receipt.output)}, delta ${executed?.entryBytes ?? 0} bytes   [ciphertext]`,
      ),
      line("", "Ethereum", `receipt: output hash ${short(receipt.outputHash)}`),
      line("", "", `state ${short(move?.stateBefore ?? "")} -> ${short(move?.stateAfter ?? "")}`),
      line(
        "",
        "",
        `transaction ${short(receipt.transactionHash)}, ${sample.receiptGas} gas; worker paid ${formatUnits(receipt.gasUsed * record.gasPrice)} ENG`,
      ),
      line("", "p2p network", `carries the encrypted result: ${returned?.messageBytes ?? "?"} bytes`),
      line("", "user", `checks hash and receipt on Ethereum, decrypts: ${answer}   [plaintext]`),
    ];
    return `${lines.join("\n")}\n`;
  }

  /** What the debug enclave saw inside, which the release package would not tell. */
  async #inside({ task, call, receipt }: SampleTask, network: LocalNetwork): Promise<string> {
    const worker = network.workers.find(({ address }) => address === receipt.worker);
    const enclave = await worker?.enclave();
    const inspection = await enclave?.inspect({ taskId: task.id });
    if (inspection === undefined) return "executes the task";
    const { input, ending, payload } = inspection;
    const [seen, result] = [input, payload].map((bytes) =>
      bytes.length === 0 ? "" : ` ${short(`0x${Buffer.from(bytes).toString("hex")}`)}`,
    );
    return `decrypts ${input.length} bytes${seen} and executes ${call}: ${ENDINGS[ending]}${result}   [plaintext]`;
  }

  #first<K extends ObservedEvent["kind"]>(kind: K, taskId: string): EventOf<K> | undefined {
    const isIt = (event: ObservedEvent): event is EventOf<K> =>
      event.kind === kind && "taskId" in event && event.taskId === taskId;
    return this.#events.find(isIt);
  }
}

function preview(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.subarray(0, SHOWN)).toString("hex")}${bytes.length > SHOWN ? "…" : ""}`;
}
