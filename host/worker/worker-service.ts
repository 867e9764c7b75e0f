/** What a worker answers its clients (`WorkerApi`). */

import type { EnclaveIdentity, WorkerEnclave } from "../enclave/enclave-client.ts";
import type { EnclaveLink } from "../enclave/enclave-link.ts";
import type { P2pNode } from "../p2p/p2p-node.ts";
import type { AttestationResult } from "../protocol/attestation-rpc-types.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, type Hash, ZERO_ADDRESS } from "../protocol/hex.ts";
import { OUTCOME, outcomeName } from "../protocol/outcome.ts";
import { decodeReceipt } from "../protocol/receipt.ts";
import {
  type ContractKeyParams,
  type ContractKeyResult,
  type InfoResult,
  parseContractKeyResult,
  type SendTaskParams,
  type SendTaskResult,
  type TaskResult,
} from "../protocol/rpc-types.ts";
import type { TaskUpdate } from "../protocol/task-status.ts";
import type { ViewParams, ViewResult } from "../protocol/view-rpc-types.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import type { WorkerApi } from "../rpc/worker-methods.ts";
import type { ChainState } from "./chain-state.ts";
import type { ModuleSupply } from "./module-supply.ts";
import type { ResultIntake } from "./result-intake.ts";
import type { Settler } from "./settler.ts";
import type { TaskBook } from "./task-book.ts";
import type { TaskIntake } from "./task-intake.ts";
import type { ViewService } from "./view-service.ts";

export interface WorkerServiceOptions {
  readonly version: string;
  readonly worker: Address;
  readonly identity: EnclaveIdentity;
  readonly link: EnclaveLink<WorkerEnclave>;
  readonly chain: ChainState;
  readonly principal: RpcClient;
  readonly p2p: P2pNode;
  readonly book: TaskBook;
  readonly intake: TaskIntake;
  readonly settler: Settler;
  readonly results: ResultIntake;
  readonly modules: ModuleSupply;
  readonly views: ViewService;
}

/** Certificates that are kept; they never change. */
const MAX_KEYS = 10_000;

export class WorkerService implements WorkerApi {
  private readonly options: WorkerServiceOptions;
  private readonly keys = new Map<string, ContractKeyResult>();
  private principalSigner: Address = ZERO_ADDRESS;

  constructor(options: WorkerServiceOptions) {
    this.options = options;
  }

  /** Reads what never changes once it is set. */
  async open(): Promise<void> {
    this.principalSigner = (await this.options.chain.view.contract.principalSigner()) ?? ZERO_ADDRESS;
  }

  info(): InfoResult {
    const { version, worker, identity, chain, p2p } = this.options;
    const { chainId, enigma } = chain.domain;
    const { signer, mrEnclave, debug } = identity;
    const epoch = chain.currentEpoch?.number ?? 0n;
    const { principalSigner } = this;
    return {
      version,
      chainId,
      enigma,
      worker,
      signer,
      mrEnclave,
      debug,
      epoch,
      principalSigner,
      peers: p2p.peerCount,
      simulated: true,
    };
  }

  /** @throws EnigmaError `contract-not-deployed`, `no-epoch`, `epoch-not-current`, `principal-unreachable` */
  async contractKey(params: ContractKeyParams): Promise<ContractKeyResult> {
    const { chain, principal } = this.options;
    const { secretContract } = params;
    const current = chain.currentEpoch?.number;
    if (current === undefined) throw new EnigmaError("no-epoch");
    const epoch = params.epoch ?? current;
    // Keys of epochs that are over open private events of their time.
    if (epoch > current || epoch === 0n) throw new EnigmaError("epoch-not-current", { data: { epoch, current } });
    const info = await chain.contractInfo(secretContract);
    const codeHash = info?.codeHash ?? params.codeHash;
    if (codeHash === null) throw new EnigmaError("contract-not-deployed", { data: { secretContract } });
    const group = info?.group ?? params.group ?? secretContract;
    const name = `${secretContract}/${codeHash}/${group}/${epoch}`;
    const known = this.keys.get(name);
    if (known !== undefined) return known;
    const answer = await principal.call("principal_getContractKey", {
      secretContract,
      codeHash,
      group,
      epoch: epoch.toString(),
    });
    const key = parseContractKeyResult(answer);
    if (this.keys.size >= MAX_KEYS) this.keys.clear();
    this.keys.set(name, key);
    return key;
  }

  sendTask(params: SendTaskParams): Promise<SendTaskResult> {
    return this.options.intake.fromUser(params);
  }

  /** @throws EnigmaError `task-unknown` */
  async taskStatus(taskId: Hash): Promise<TaskUpdate> {
    const update = this.options.book.update(taskId);
    if (update === undefined) throw new EnigmaError("task-unknown", { data: { taskId } });
    return update;
  }

  /** @throws EnigmaError `task-unknown`, `task-not-settled`, `result-unavailable` */
  async taskResult(taskId: Hash): Promise<TaskResult> {
    const { settler, book, results, p2p } = this.options;
    const settlement = settler.settlement(taskId);
    if (settlement === undefined) {
      const code = book.update(taskId) === undefined ? "task-unknown" : "task-not-settled";
      throw new EnigmaError(code, { data: { taskId } });
    }
    const { outcome, transactionHash, blockNumber } = settlement;
    const end = { taskId, status: outcomeName(outcome) ?? "failed", transactionHash, blockNumber: BigInt(blockNumber) };
    if (outcome === OUTCOME.refunded) return { ...end, receipt: null, signature: null, output: null };
    const result = await results.find(taskId, p2p);
    if (result === undefined) throw new EnigmaError("result-unavailable", { data: { taskId } });
    return { ...end, receipt: decodeReceipt(result.receipt), signature: result.signature, output: result.output };
  }

  /** @throws EnigmaError as `ViewService` does */
  view(params: ViewParams): Promise<ViewResult> {
    return this.options.views.view(params);
  }

  /** A quote of the enclave that runs now. */
  async attestation(): Promise<AttestationResult> {
    const enclave = await this.options.link.get();
    const { signer, encryptionKey } = enclave.identity;
    return { ...(await enclave.quote()), signer, encryptionKey, role: "worker" };
  }

  /** @throws EnigmaError `module-unknown` */
  async code(codeHash: Hash): Promise<Uint8Array> {
    const module = await this.options.modules.find(codeHash);
    if (module === undefined) throw new EnigmaError("module-unknown", { data: { codeHash } });
    return module;
  }
}
