/** How keys, modules and logs come into the enclave of a worker or an auditor. */
import { addressFromBytes, fromHex, hashFromBytes } from "../protocol/hex.ts";
import { logEntryToCbor } from "../protocol/log-entry-cbor.ts";
import { bytes, list, record, uint } from "./answer-shape.ts";
import type { EnclaveTask, LogToLoad, SuppliedEnclave, WantedContract } from "./enclave-client.ts";
import { EnclaveSession } from "./enclave-session.ts";
import { wantedToCbor } from "./wanted-contract.ts";

const requestShape = record({ request: bytes() });
const acceptedShape = record({ accepted: list(record({ secretContract: bytes(20), epoch: uint })) });
const codeHashShape = record({ codeHash: bytes(32) });
const loadedShape = record({ tip: bytes(32), length: uint });

/** What the sessions of workers and auditors are built on. */
export class SuppliedSession extends EnclaveSession implements SuppliedEnclave {
  requestContractKeys({ epoch, contracts }: { epoch: bigint; contracts: readonly WantedContract[] }) {
    return this.ecall("requestContractKeys", { epoch, contracts: contracts.map(wantedToCbor) }, requestShape);
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

  async loadLog(log: LogToLoad) {
    const body = {
      ...wantedToCbor(log),
      stateBefore: fromHex(log.stateBefore, 32),
      entries: log.entries.map(logEntryToCbor),
      expectedTip: fromHex(log.expectedTip, 32),
    };
    const { tip, length } = await this.ecall("loadLog", body, loadedShape);
    return { tip: hashFromBytes(tip), length: BigInt(length) };
  }
}

/** A task as the enclave takes it. */
export function taskToCbor({ record, input, userKey, group, touches }: EnclaveTask) {
  const touched = touches.map(({ secretContract, codeHash }) => ({
    secretContract: fromHex(secretContract, 20),
    codeHash: fromHex(codeHash, 32),
  }));
  return { record, input, userKey, group: fromHex(group, 20), touches: touched };
}
