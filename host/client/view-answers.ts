import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, type Hash, ZERO_ADDRESS } from "../protocol/hex.ts";
import { keccak } from "../protocol/keccak.ts";
import { recoverViewAnswerSigner } from "../protocol/view-answer.ts";
import type { ViewParams, ViewResult } from "../protocol/view-rpc-types.ts";
import type { ContractKeys } from "./contract-keys.ts";
import type { EnigmaReader } from "./enigma-reader.ts";

/** The worker whose enclave answers for a contract. */
interface Serving {
  readonly epoch: bigint;
  readonly worker: Address;
  readonly signer: Address;
}

/** What stood on Ethereum while a view was being answered. */
export interface AskedAt {
  readonly blockNumber: bigint;
  readonly epoch: bigint;
  /** The contract's state hash. */
  readonly tip: Hash;
}

/** Checks answers to views against Ethereum. */
export class ViewAnswers {
  readonly #domain: EnigmaDomain;
  readonly #reader: EnigmaReader;
  readonly #keys: ContractKeys;
  /** By group, as last read: it seldom changes within an epoch. */
  readonly #serving = new Map<Address, Serving>();

  constructor(domain: EnigmaDomain, reader: EnigmaReader, keys: ContractKeys) {
    this.#domain = domain;
    this.#reader = reader;
    this.#keys = keys;
  }

  /** Reads, while a view is being answered, what the answer is compared with: most often nothing else has to be read then. */
  async look(secretContract: Address): Promise<AskedAt> {
    const reader = this.#reader;
    const reads = [reader.blockNumber(), reader.currentEpoch(), reader.tip(secretContract)] as const;
    const [blockNumber, epoch, tip] = await Promise.all(reads);
    return { blockNumber, epoch, tip };
  }

  /**
   * @param maxAge blocks that the answered state may be old where the contract has a newer one
   * @throws `view-mismatch` for the answer to another question; `view-signer` if another enclave signed it, or the answer
   * was altered; `view-stale` if it is about an old state
   */
  async verify(
    { secretContract, requestId }: ViewParams,
    answer: ViewResult,
    maxAge: bigint,
    asked: AskedAt,
  ): Promise<void> {
    if (answer.requestId !== requestId)
      throw new EnigmaError("view-mismatch", { data: { what: "it is another request's" } });
    await Promise.all([
      this.#checkState(secretContract, answer, maxAge, asked),
      this.#checkSigner(answer, secretContract, asked),
    ]);
  }

  async #checkSigner(answer: ViewResult, secretContract: Address, asked: AskedAt): Promise<void> {
    const { requestId, tip, blockNumber, output, signature } = answer;
    const signed = { requestId, secretContract, tip, blockNumber, outputHash: keccak(output) };
    const signer = recoverViewAnswerSigner(this.#domain, signed, signature);
    const { group } = await this.#keys.contract(secretContract);
    const known = this.#serving.get(group);
    if (known?.epoch === asked.epoch && known.signer === signer) return;
    // The epoch may have turned meanwhile, and a worker may have started another enclave.
    const epoch = await this.#reader.currentEpoch();
    const worker = await this.#reader.selectedWorker(epoch, group);
    const serving = { epoch, worker, signer: await this.#reader.workerSigner(worker) };
    this.#serving.set(group, serving);
    if (serving.signer === signer && signer !== ZERO_ADDRESS) return;
    throw new EnigmaError("view-signer", { data: { signer, worker } });
  }

  /** The state must stand on Ethereum, or have stood there at the answer's block, not long ago. */
  async #checkState(
    secretContract: Address,
    { tip, blockNumber }: ViewResult,
    maxAge: bigint,
    asked: AskedAt,
  ): Promise<void> {
    if (tip === asked.tip && asked.blockNumber - blockNumber <= maxAge) return;
    const [current, head] = await Promise.all([this.#reader.tip(secretContract), this.#reader.blockNumber()]);
    if (head - blockNumber > maxAge) throw stale(`it is of block ${blockNumber}, and the chain has ${head}`);
    if (tip === current) return;
    // The contract has moved on since, or this endpoint has not seen the answer's block yet.
    if (blockNumber > head || (await this.#tipAt(secretContract, blockNumber)) !== tip) {
      throw stale(`its state hash is ${tip}, and Ethereum has ${current}`);
    }
  }

  /** Undefined where the endpoint has forgotten that block. */
  async #tipAt(secretContract: Address, blockNumber: bigint): Promise<string | undefined> {
    return this.#reader.tip(secretContract, blockNumber).catch(() => undefined);
  }
}

function stale(what: string): EnigmaError {
  return new EnigmaError("view-stale", { data: { what } });
}
