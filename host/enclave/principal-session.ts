import { addressFromBytes, fromHex, hashFromBytes } from "../protocol/hex.ts";
import { SIGNATURE_BYTES } from "../protocol/limits.ts";
import { bytes, record } from "./answer-shape.ts";
import type {
  AdmittedEnclave,
  ContractKeyName,
  EnclaveEvidence,
  EpochRequest,
  PrincipalEnclave,
} from "./enclave-client.ts";
import { EnclaveSession } from "./enclave-session.ts";
import { wantedToCbor } from "./wanted-contract.ts";

const admittedShape = record({ signer: bytes(20), encryptionKey: bytes(32), mrEnclave: bytes(32) });
const epochShape = record({ seed: bytes(32), snapshotHash: bytes(32), signature: bytes(SIGNATURE_BYTES) });
const certificateShape = record({ publicKey: bytes(32), signature: bytes(SIGNATURE_BYTES) });
const grantShape = record({ grant: bytes() });

/** The ecalls of a principal over a channel. */
export class PrincipalSession extends EnclaveSession implements PrincipalEnclave {
  admitWorker(evidence: EnclaveEvidence): Promise<AdmittedEnclave> {
    return this.#admit("admitWorker", evidence);
  }

  admitAuditor(evidence: EnclaveEvidence): Promise<AdmittedEnclave> {
    return this.#admit("admitAuditor", evidence);
  }

  async signEpoch(epoch: EpochRequest) {
    const workers = epoch.workers.map(({ address, signer, cumulativeStake }) => ({
      address: fromHex(address, 20),
      signer: fromHex(signer, 20),
      cumulativeStake: fromHex(`0x${cumulativeStake.toString(16).padStart(64, "0")}`, 32),
    }));
    const { number, snapshotBlock, firstBlock } = epoch;
    const body = { number, snapshotBlock, blockHash: fromHex(epoch.blockHash, 32), firstBlock, workers };
    const { seed, snapshotHash, signature } = await this.ecall("signEpoch", body, epochShape);
    return { seed: hashFromBytes(seed), snapshotHash: hashFromBytes(snapshotHash), signature };
  }

  certifyContractKey({ epoch, ...contract }: ContractKeyName) {
    return this.ecall("certifyContractKey", { ...wantedToCbor(contract), epoch }, certificateShape);
  }

  grantContractKeys({ request }: { request: Uint8Array }) {
    return this.ecall("grantContractKeys", { request }, grantShape);
  }

  async #admit(ecall: "admitWorker" | "admitAuditor", evidence: EnclaveEvidence): Promise<AdmittedEnclave> {
    const { quote, collateral, now } = evidence;
    const keys = { signer: fromHex(evidence.signer, 20), encryptionKey: evidence.encryptionKey };
    const body = { ...keys, quote, collateral, now };
    const { signer, encryptionKey, mrEnclave } = await this.ecall(ecall, body, admittedShape);
    return { signer: addressFromBytes(signer), encryptionKey, mrEnclave: hashFromBytes(mrEnclave) };
  }
}
