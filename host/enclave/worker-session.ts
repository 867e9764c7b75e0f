/** The ecalls of a worker: values to CBOR, answers checked and read. */
import { effectFromCbor } from "../protocol/effect.ts";
import { type Address, addressFromBytes, fromHex, type Hash, hashFromBytes } from "../protocol/hex.ts";
import { SIGNATURE_BYTES } from "../protocol/limits.ts";
import { type LogEntryCbor, logEntryFromCbor } from "../protocol/log-entry-cbor.ts";
import { decodeReceipt } from "../protocol/receipt.ts";
import { bytes, either, list, record, text, uint } from "./answer-shape.ts";
import { errorShape, receivedError } from "./ecall-frame.ts";
import type {
  ContractLog,
  EnclaveTask,
  Inspection,
  TaskExecution,
  ViewRequest,
  WorkerEnclave,
} from "./enclave-client.ts";
import { SuppliedSession, taskToCbor } from "./supplied-session.ts";
import { wantedToCbor } from "./wanted-contract.ts";

const entryShape = record({ index: uint, kind: uint, taskId: bytes(32), epoch: uint, ciphertext: bytes() });
const logShape = record({ secretContract: bytes(20), entries: list(entryShape) });
const effectShape = record({ kind: uint, source: bytes(20), target: bytes(20), value: bytes(32), data: bytes() });
const executedShape = record({
  taskId: bytes(32),
  receipt: bytes(),
  signature: bytes(SIGNATURE_BYTES),
  logs: list(logShape),
  effects: list(effectShape),
  sealedOutput: bytes(),
});
const refusedShape = record({ taskId: bytes(32), error: errorShape });
const resultsShape = record({ results: list(either(executedShape, refusedShape)) });
const settledShape = record({ tips: list(record({ secretContract: bytes(20), tip: bytes(32) })) });
const outputShape = record({ output: bytes() });
const signatureShape = record({ signature: bytes(SIGNATURE_BYTES) });
const viewShape = record({ output: bytes(), tip: bytes(32), signature: bytes(SIGNATURE_BYTES) });
const stateShape = record({ tip: bytes(32), length: uint, pending: uint });
const inspectionShape = record({ logs: list(text), input: bytes(), ending: uint, payload: bytes() });

const NO_PROOF = new Uint8Array();

/** The ecalls of a worker over a channel. */
export class WorkerSession extends SuppliedSession implements WorkerEnclave {
  signRegistration({ worker }: { worker: Address }) {
    return this.ecall("signRegistration", { worker: fromHex(worker, 20) }, signatureShape);
  }

  async executeTasks({ epoch, tasks }: { epoch: bigint; tasks: readonly EnclaveTask[] }): Promise<TaskExecution[]> {
    const { results } = await this.ecall("executeTasks", { epoch, tasks: tasks.map(taskToCbor) }, resultsShape);
    return results.map((result) => {
      const taskId = hashFromBytes(result.taskId);
      if ("error" in result) return { taskId, error: receivedError(result.error) };
      const { signature, sealedOutput } = result;
      const receipt = decodeReceipt(result.receipt);
      const effects = result.effects.map((effect) => effectFromCbor({ ...effect, kind: Number(effect.kind) }));
      return { taskId, receipt, signature, logs: result.logs.map(logFromCbor), effects, sealedOutput };
    });
  }

  async settle({ group, taskId, committed }: { group: Address; taskId: Hash; committed: boolean }) {
    const body = { group: fromHex(group, 20), taskId: fromHex(taskId, 32), committed };
    const { tips } = await this.ecall("settle", body, settledShape);
    return {
      tips: tips.map(({ secretContract, tip }) => ({
        secretContract: addressFromBytes(secretContract),
        tip: hashFromBytes(tip),
      })),
    };
  }

  releaseOutput({ sealedOutput, outcome, proof }: { sealedOutput: Uint8Array; outcome: number; proof?: Uint8Array }) {
    return this.ecall("releaseOutput", { sealedOutput, outcome, proof: proof ?? NO_PROOF }, outputShape);
  }

  async view(view: ViewRequest) {
    const { epoch, input, responseKey, expiryBlock, permit, blockNumber, timestamp } = view;
    const body = {
      ...wantedToCbor(view),
      ...{ account: fromHex(view.account, 20), requestId: fromHex(view.requestId, 32) },
      ...{ epoch, input, responseKey, expiryBlock, permit, blockNumber, timestamp },
    };
    const { output, tip, signature } = await this.ecall("view", body, viewShape);
    return { output, tip: hashFromBytes(tip), signature };
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

interface AnsweredLog {
  readonly secretContract: Uint8Array;
  readonly entries: readonly (Omit<LogEntryCbor, "kind"> & { readonly kind: number | bigint })[];
}

function logFromCbor({ secretContract, entries }: AnsweredLog): ContractLog {
  return {
    secretContract: addressFromBytes(secretContract),
    entries: entries.map((entry) => logEntryFromCbor({ ...entry, kind: Number(entry.kind) })),
  };
}
