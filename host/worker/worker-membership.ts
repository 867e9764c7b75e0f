/** A worker's place in the register of the Enigma contract: how it enters, pauses and leaves. */

import type { WorkerBase } from "./worker-parts.ts";
import { registerAsWorker } from "./worker-registration.ts";

export class WorkerMembership {
  private readonly base: Pick<WorkerBase, "options" | "link" | "principal" | "observe" | "signal">;

  constructor(base: Pick<WorkerBase, "options" | "link" | "principal" | "observe" | "signal">) {
    this.base = base;
  }

  /** Admits, registers, stakes and logs in, whatever of it is missing. @throws what the principal or the contract refuses with */
  async register(): Promise<void> {
    const { options, link, principal, observe, signal } = this.base;
    const { account, token, stake, clock, log } = options;
    const enclave = await link.get();
    await registerAsWorker({ enclave, account, token, principal, stake, clock, log, observe, signal });
  }

  async logIn(): Promise<void> {
    await this.base.options.account.logIn();
  }

  async logOut(): Promise<void> {
    await this.base.options.account.logOut();
  }

  /** @param amount base units of ENG */
  async withdrawStake(amount: bigint): Promise<void> {
    await this.base.options.account.withdrawStake(amount);
  }

  async unregister(): Promise<void> {
    await this.base.options.account.unregister();
  }
}
