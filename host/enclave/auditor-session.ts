import { fromHex } from "../protocol/hex.ts";
import { logEntryToCbor } from "../protocol/log-entry-cbor.ts";
import { encodeReceipt } from "../protocol/receipt.ts";
import { boolean, bytes, nullable, record, type Shape } from "./answer-shape.ts";
import {
  type AuditorEnclave,
  type Difference,
  REPLAYED_FIELDS,
  type ReplayedField,
  type SettledTask,
} from "./enclave-client.ts";
import { SuppliedSession, taskToCbor } from "./supplied-session.ts";

const fieldShape: Shape<ReplayedField> = (value): value is ReplayedField =>
  (REPLAYED_FIELDS as readonly unknown[]).includes(value);
const replayedShape = record({
  equal: boolean,
  difference: nullable(record({ field: fieldShape, expected: bytes(), actual: bytes() })),
});

/** The ecalls of an auditor over a channel. */
export class AuditorSession extends SuppliedSession implements AuditorEnclave {
  async replayTask(settled: SettledTask): Promise<Difference | undefined> {
    const { epoch, task, outcome, receipt, signature, output } = settled;
    const logs = settled.logs.map(({ secretContract, entries }) => ({
      secretContract: fromHex(secretContract, 20),
      entries: entries.map(logEntryToCbor),
    }));
    const body = { epoch, task: taskToCbor(task), outcome, receipt: encodeReceipt(receipt), signature, output, logs };
    const { difference } = await this.ecall("replayTask", body, replayedShape);
    return difference ?? undefined;
  }
}
