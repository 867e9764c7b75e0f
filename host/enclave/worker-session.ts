import { type Address, addressFromBytes, fromHex, type Hash, hashFromBytes } from "../protocol/hex.ts";
import { SIGNATURE_BYTES } from "../protocol/limits.ts";
import type { LogEntry } from "../protocol/log-entry.ts";
import { logEntryFromCbor, logEntryToCbor } from "../protocol/log-entry-cbor.ts";
import { decodeReceipt } from "../protocol/receipt.ts";
import { bytes, either, list, nullable, record, text, uint } from "./answer-shape.ts";
import { errorShape, receivedError } from "./ecall-frame.ts";
import type { EnclaveTask, Inspection, TaskExecution, WantedContract, WorkerEnclave } from "./enclave-client.ts";
import { EnclaveSession } from "./enclave-session.ts";

const entryShape = record({ index: uint, kind: uint, taskId: bytes(32), epoch: uint, ciphertext: bytes() });
const executedShape = record({
  taskId: bytes(32),
  receipt: bytes(),
  signature: bytes(SIGNATURE_BYTES),
  entry: nullable(entryShape),
  sealedOutput: bytes(),
});
const refusedShape = record({ taskId: bytes(32), error: errorShape });
const resultsShape = record({ results: list(either(executedShape, refusedShape)) });
const requestShape = record({ request: bytes() });
const acceptedShape = record({ accepted: list(record({ secretContract: bytes(20), epoch: uint })) });
const codeHashShape = record({ codeHash: bytes(32) });
const logShape = record({ tip: bytes(32), length: uint });
const settledShape = record({ tip: bytes(32) });
const outputShape = record({ output: bytes() });
const stateShape = record({ tip: bytes(32), length: uint, pending: uint });
const inspectionShape = record({ logs: list(text), input: bytes(), ending: uint, payload: bytes() });

const NO_PROOF = new Uint8Array();

/** The ecalls of a worker over a channel. */
export class WorkerSession extends EnclaveSession implements WorkerEnclave {
  requestContractKeys({ epoch, contracts }: { epoch: bigint; contracts: readonly WantedContract[] }) {
    const wanted = contracts.map(({ secretContract, codeHash, group }) => ({
      secretContract: fromHex(secretContract, 20),
      codeHash: fromHex(codeHash, 32),
      group: fromHex(group, 20),
    }));
    return this.ecall("requestContractKeys", { epoch, contracts: wanted }, requestShape);
  }

  async acceptContractKeys({ grant, now }: { grant: Uint8Array; now: bigint }) {
    const { accepted } = await this.ecall("acceptContractKeys", { grant, now }, acceptedShape);
    return {
      accepted: accepted.map(({ secretContract, epoch }) => ({
        secretContract: addressFromBytes(secretContract),
        epoch: BigInt(epoch),
      })),
    };
  }

  async loadModule({ module, rules }: { module: Uint8Array; rules: number }) {
    const { codeHash } = await this.ecall("loadModule", { module, rules }, codeHashShape);
    return { codeHash: hashFromBytes(codeHash) };
  }

  async loadLog(log: { secretContract: Address; codeHash: Hash; entries: readonly LogEntry[]; expectedTip: Hash }) {
    const body = {
      secretContract: fromHex(log.secretContract, 20),
      codeHash: fromHex(log.codeHash, 32),
      entries: log.entries.map(logEntryToCbor),
      expectedTip: fromHex(log.expectedTip, 32),
    };
    const { tip, length } = await this.ecall("loadLog", body, logShape);
    return { tip: hashFromBytes(tip), length: BigInt(length) };
  }

  async executeTasks({ epoch, tasks }: { epoch: bigint; tasks: readonly EnclaveTask[] }): Promise<TaskExecution[]> {
    const body = {
      epoch,
      tasks: tasks.map(({ record, input, userKey, group }) => ({ record, input, userKey, group: fromHex(group, 20) })),
    };
    const { results } = await this.ecall("executeTasks", body, resultsShape);
    return results.map((result) => {
      const taskId = hashFromBytes(result.taskId);
      if ("error" in result) return { taskId, error: receivedError(result.error) };
      const { signature, sealedOutput } = result;
      const entry =
        result.entry === null ? null : logEntryFromCbor({ ...result.entry, kind: Number(result.entry.kind) });
      return { taskId, receipt: decodeReceipt(result.receipt), signature, entry, sealedOutput };
    });
  }

  async settle({ secretContract, taskId, committed }: { secretContract: Address; taskId: Hash; committed: boolean }) {
    const body = { secretContract: fromHex(secretContract, 20), taskId: fromHex(taskId, 32), committed };
    const { tip } = await this.ecall("settle", body, settledShape);
    return { tip: hashFromBytes(tip) };
  }

  releaseOutput({ sealedOutput, outcome, proof }: { sealedOutput: Uint8Array; outcome: number; proof?: Uint8Array }) {
    return this.ecall("releaseOutput", { sealedOutput, outcome, proof: proof ?? NO_PROOF }, outputShape);
  }

  async contractState({ secretContract }: { secretContract: Address }) {
    const body = { secretContract: fromHex(secretContract, 20) };
    const { tip, length, pending } = await this.ecall("contractState", body, stateShape);
    return { tip: hashFromBytes(tip), length: BigInt(length), pending: BigInt(pending) };
  }

  async inspect({ taskId }: { taskId: Hash }): Promise<Inspection> {
    const seen = await this.ecall("inspect", { taskId: fromHex(taskId, 32) }, inspectionShape);
    return { ...seen, ending: Number(seen.ending) };
  }
}
