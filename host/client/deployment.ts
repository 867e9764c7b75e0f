import type { Hash } from "../protocol/hex.ts";
import type { SecretContractBase } from "./secret-contract.ts";
import { Task, type TaskReading, type TaskReceipt, type WaitOptions } from "./task.ts";
import type { TaskUnderWay } from "./task-under-way.ts";

/** A committed deployment. */
export interface DeploymentReceipt<C> extends TaskReceipt<undefined> {
  /** The contract, deployed. */
  readonly contract: C;
}

/** A deployment under way. The contract's address is known from the start; the contract serves once it is committed. */
export class Deployment<C extends SecretContractBase> extends Task<undefined> {
  /** keccak256 of the module. */
  readonly codeHash: Hash;
  readonly address: C["address"];
  readonly contract: C;

  constructor(task: TaskUnderWay, reading: TaskReading<undefined>, contract: C) {
    super(task, reading);
    this.codeHash = task.record.codeHash;
    this.address = contract.address;
    this.contract = contract;
  }

  /** As a task's `wait`; the receipt holds the contract. */
  override async wait(options: WaitOptions = {}): Promise<DeploymentReceipt<C>> {
    return { ...(await super.wait(options)), contract: this.contract };
  }
}
